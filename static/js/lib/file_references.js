// How a text in a field names its pictures and files: `![words](file:<uid>)`, and `[words](file:<uid>)`.
const ENDS_WITH_PICTURE = /!\[[^\]\n]*\]\(file:[0-9a-f-]{36}\)$/;

/** Names a picture where the author is in the text: in a line of its own, or in the next one of a row of pictures. */
export function insertInto(field, uid) {
  const start = field.value.slice(0, field.selectionEnd);
  const rest = field.value.slice(field.selectionEnd);
  const reference = `${lead(start)  }![](file:${uid})`;
  const inserted = reference + (rest === "" || rest.startsWith("\n") ? "" : "\n\n");
  field.setSelectionRange(start.length, start.length);
  // What goes through the browser's own editing can be undone there. It needs the focus, which may be elsewhere.
  if (document.activeElement !== field || !document.execCommand("insertText", false, inserted)) {
    write(field, start + inserted + rest);
  }
  field.setSelectionRange(start.length + reference.length, start.length + reference.length);
}

/** Names another file wherever the text has this one. */
export function renameIn(field, before, uid) {
  const renamed = field.value.replaceAll(`(file:${before})`, `(file:${uid})`);
  write(field, renamed);
}

/** Takes a file out of the text. */
export function takeOutOf(field, uid) {
  const named = new RegExp(`\\n?!?\\[[^\\]\\n]*\\]\\(file:${uid}\\)`, "g");
  write(field, field.value.replaceAll(named, ""));
}

function lead(start) {
  if (start.trim() === "" || start.endsWith("\n\n")) {
    return "";
  }
  return start.endsWith("\n") || ENDS_WITH_PICTURE.test(start) ? "\n" : "\n\n";
}

function write(field, text) {
  if (text !== field.value) {
    field.value = text;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}
