// What a picture is by its first bytes, whatever its name and its sender say.

// Browsers show these by themselves. Never SVG or HTML, in which scripts can stand.
export const SHOWN = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];
const STARTS = [
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/png", /^\x89PNG\r\n/],
  ["image/gif", /^GIF8[79]a/],
  ["image/webp", /^RIFF[^]{4}WEBP/],
  ["image/avif", /^[^]{4}ftypavi[fs]/],
  ["image/heic", /^[^]{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)/],
];

/** The media type of a Blob that begins as a picture does, or null. */
export async function pictureType(blob) {
  const start = String.fromCharCode(...new Uint8Array(await blob.slice(0, 16).arrayBuffer()));
  return STARTS.find(([, pattern]) => pattern.test(start))?.[0] ?? null;
}
