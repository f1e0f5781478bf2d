// Pictures as they are kept: decoded and encoded again, so that nothing else is left of what a camera wrote, as the place
// and the time; not larger than a screen; and a small one for a text with many. Runs in the files' worker.
import { pictureType } from "./picture_types.js";

const LARGEST = 2_560; // pixels of the longer side
const SMALL = 800;
const QUALITY = 0.85;
const CLAIMED = /^image\/(?:jpeg|png|gif|webp|avif|hei[cf])$/;

/**
 * {picture, thumbnail, note} of a file: each of the first two {blob, type, width, height}, or null. `note` says why a file
 * that should be a picture is none here: `note-broken`, `note-undecodable` (of a kind that this browser can't read) or
 * `note-no-picture`; or that of a picture that may have moved only the first one is left: `note-still`.
 */
export async function preparePicture(file) {
  const type = await pictureType(file);
  if (type === null) {
    return { picture: null, thumbnail: null, note: CLAIMED.test(file.type) ? "note-no-picture" : null };
  }
  let bitmap = null;
  try {
    bitmap = await createImageBitmap(file);
    const picture = await encoded(bitmap, LARGEST, type);
    const isLarge = Math.max(picture.width, picture.height) > 1.5 * SMALL;
    return { picture, thumbnail: isLarge ? await encoded(bitmap, SMALL, type) : null, note: type === "image/gif" ? "note-still" : null };
  } catch {
    const isRare = ["image/heic", "image/avif"].includes(type);
    return { picture: null, thumbnail: null, note: isRare ? "note-undecodable" : "note-broken" };
  } finally {
    bitmap?.close();
  }
}

async function encoded(bitmap, longest, type) {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((pixels) => Math.max(1, Math.round(pixels * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  // Photographs stay such. What may have clear parts becomes WebP, or PNG in a browser that does not write it.
  const wanted = ["image/jpeg", "image/heic"].includes(type) ? "image/jpeg" : "image/webp";
  const blob = await canvas.convertToBlob({ type: wanted, quality: QUALITY });
  return { blob, type: blob.type, width, height };
}
