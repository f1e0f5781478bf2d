// The Markdown worker: parses a text where that can be ended. Out: "ready" once, then an answer to each message, null if
// it failed. In: {text}, answered by what partsOf() gives; {load: "notes"}, before a text that has some;
// {load: "colours", languages}, answered by those that it knows; {code, language}, answered by what piecesOfCode() gives;
// {load: "comparing"}; {before, after}, answered by what compareTexts() gives, as blocks.
import { markdown, partsOf } from "./markdown_parts.js";

let [colours, comparing] = [null, null];

async function answer({ text, load, languages, code, language, before, after }) {
  if (load === "notes") {
    const { readNotes } = await import("./markdown_notes.js");
    return readNotes(markdown);
  }
  if (load === "colours") {
    colours = await import("./markdown_colours.js");
    return languages.filter(colours.isKnown);
  }
  if (load === "comparing") {
    comparing = await import("./compared_texts.js");
    return true;
  }
  if (before !== undefined) {
    return comparing.blocksOf(comparing.compareTexts(before, after));
  }
  // A text in which so much is nested that the stack is full throws.
  return text === undefined ? colours.piecesOfCode(code, language) : partsOf(text);
}

addEventListener("message", ({ data }) => {
  answer(data).then(postMessage, () => postMessage(null));
});
postMessage("ready");
