// What was found, as rows: copies of `template[data-result-row]` of an element, with one of `template[data-comment-row]` for each
// comment. Parts of a text are [[part, whether it was found]].
import { timeOf } from "./days.js";

/** The row of a post, by what the site says of it, and of the `people` who wrote comments. */
export function resultRow(element, { post, title, excerpt, tags, comments }, { row: { at, group, author }, people }) {
  const { row, part } = copyOf(element, "[data-result-row]");
  row.dataset.result = post;
  lead(part("title"), { post });
  part("title").append(...marks(title));
  part("excerpt").append(...marks(excerpt));
  part("group").textContent = group.name;
  part("author").textContent = author.name;
  part("tags").textContent = tags.join(" · ");
  part("tags").hidden = tags.length === 0;
  part("when").append(timeOf(at));
  part("comments").append(...comments.map((one) => commentRow(element, { ...one, post, name: people.get(one.author) ?? "" })));
  part("comments").hidden = comments.length === 0;
  return row;
}

function commentRow(element, { post, comment, name, at, excerpt }) {
  const { row, part } = copyOf(element, "[data-comment-row]");
  row.dataset.foundComment = comment;
  lead(part("link"), { post, comment });
  part("author").textContent = name;
  part("when").append(timeOf(at));
  part("excerpt").append(...marks(excerpt));
  return row;
}

function copyOf(element, template) {
  const row = document.importNode(element.querySelector(template).content, true).firstElementChild;
  return { row, part: (each) => row.querySelector(`[data-part=${each}]`) };
}

function lead(link, { post, comment = "" }) {
  link.setAttribute("href", link.getAttribute("href").replace("{post}", post).replace("{comment}", comment));
}

function marks(parts) {
  return parts.map(([text, isFound]) => {
    const node = isFound ? document.createElement("mark") : document.createTextNode(text);
    node.textContent = text;
    return node;
  });
}
