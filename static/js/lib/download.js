// Gives a text to the person as a file.
const UNTIL_TAKEN = 10_000; // milliseconds: the browser has begun to save it by then

/** Has the browser save the text under this name, as a file of this media type. */
export function download(name, text, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), UNTIL_TAKEN);
}
