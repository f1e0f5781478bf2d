// The Markdown worker: parses a text where that can be ended. In: a text. Out: "ready" once, then for each text what
// partsOf() gives, or null for a text that it can't take apart.
import { partsOf } from "./markdown_parts.js";

addEventListener("message", ({ data: text }) => {
  try {
    postMessage(partsOf(text));
  } catch {
    // So much is nested in it that the stack is full.
    postMessage(null);
  }
});
postMessage("ready");
