// Sizes of files in words, as the page's language writes them.
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];
const STEP = 1024; // as in the site's own sentences

/** '2.4 MB' of a number of bytes. */
export function sizeInWords(bytes, language = document.documentElement.lang) {
  const at = UNITS.findLastIndex((unit, power) => bytes >= STEP ** power);
  const power = Math.max(0, at);
  const unitDisplay = power === 0 ? "long" : "short";
  const format = { style: "unit", unit: UNITS[power], unitDisplay, maximumFractionDigits: power > 1 ? 1 : 0 };
  return (bytes / STEP ** power).toLocaleString(language || undefined, format);
}
