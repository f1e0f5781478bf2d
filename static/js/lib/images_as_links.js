// A plugin of markdown-it: pictures become links to them. A picture of another host would tell that host who reads
// what and when.

export function imagesAsLinks(markdown) {
  const { escapeHtml } = markdown.utils;
  markdown.core.ruler.push("images_as_links", ({ tokens }) => {
    tokens.forEach(({ children }) => children && markThoseInLinks(children));
  });
  markdown.renderer.rules.image = (tokens, at, options, environment, renderer) => {
    const { attrs, children, meta } = tokens[at];
    const address = escapeHtml(new Map(attrs).get("src"));
    const words = escapeHtml(renderer.renderInlineAsText(children, options, environment));
    return meta?.isInLink ? words : `<a href="${address}">${words || address}</a>`;
  };
}

// Once for all of them: looking back from each picture, a page of pictures kept its readers' browsers for half a minute.
function markThoseInLinks(children) {
  let depth = 0;
  for (const token of children) {
    if (token.type === "link_open") {
      depth += 1;
    } else if (token.type === "link_close") {
      depth -= 1;
    } else if (token.type === "image") {
      token.meta = { isInLink: depth > 0 };
    }
  }
}
