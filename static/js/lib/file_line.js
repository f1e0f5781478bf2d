// A line of <post-files>: the name of a file, how far it is, and why it is not taken. Its parts are found by `data-part`:
// name, size, says, share, alt, insert, again, remove, picture. Messages of the element: preparing, uploading, waiting, done;
// note-broken, note-undecodable, note-no-picture, note-still; too-large, too-many, unreadable, lost, refused {reason}, session-ended, failed.
import { sizeInWords } from "./file_words.js";
import { errorsOf } from "./http.js";
import { announce, message } from "./messages.js";

export function partOf(line, name) {
  return line.querySelector(`[data-part="${name}"]`);
}

/** Shows an item of lib/attached.js in its line. */
export function showLine(element, line, item) {
  const { name, size, state, share, error, note } = item;
  partOf(line, "name").textContent = name;
  partOf(line, "size").textContent = sizeInWords(size);
  partOf(line, "share").hidden = ["done", "failed"].includes(state);
  partOf(line, "share").value = share ?? 0;
  partOf(line, "alt").hidden = partOf(line, "insert").hidden = !item.entry?.width;
  partOf(line, "again").hidden = state !== "failed" || error.name === "NotTaken";
  const words = state === "failed" ? why(element, error) : message(element, state === "done" && note ? note : state);
  const says = partOf(line, "says");
  const isNews = says.textContent !== (words?.textContent ?? "");
  says.replaceChildren(words ?? "");
  line.dataset.state = state;
  // How far each of many is, nobody wants to hear.
  if (isNews && ["failed", "waiting", "done"].includes(state)) {
    announce(`${name}: ${says.textContent}`);
  }
}

function why(element, error) {
  if (error.name === "NotTaken") {
    return message(element, error.reason);
  }
  const { first } = errorsOf(error);
  const words = error.name === "SessionEnded" ? "session-ended" : "failed";
  return first ? message(element, "refused", { reason: first }) : message(element, words);
}
