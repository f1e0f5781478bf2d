// A file that was chosen, prepared and sealed for its post.
import { MAX_TYPE } from "../crypto/attached_files.js";
import { withExtension } from "./file_entries.js";
import { prepare, seal } from "./files.js";

const UNREADABLE = ["NotReadableError", "NotFoundError"];

/** A file is not taken. `reason` is `too-large`, `too-many`, `unreadable`, or `lost`: the site has it no more. */
export class NotTaken extends Error {
  name = "NotTaken";

  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * {name, note, size, entry, sealed, blobs} of an item of lib/attached.js for its place: `sealed` is what is uploaded, one or
 * two, `blobs` what is in it by uid; NotTaken.
 */
export async function sealItem({ file, name, type }, { place, largest }) {
  const { picture, thumbnail, note } = await prepare(file).catch(unlessUnreadable);
  const whole = picture?.blob ?? file;
  if (whole.size > largest) {
    throw new NotTaken("too-large");
  }
  const plain = [whole, thumbnail?.blob].filter(Boolean);
  const sealed = await Promise.all(plain.map((blob) => seal(blob, place))).catch(unlessUnreadable);
  const [large, small] = sealed.map(({ entry }) => entry);
  const shown = picture ? withExtension(name, picture.type) : name;
  const entry = { ...large, name: shown, type: (picture?.type ?? type).slice(0, MAX_TYPE), ...pixelsOf(picture) };
  if (small) {
    entry.thumbnail = { ...small, type: thumbnail.type, ...pixelsOf(thumbnail) };
  }
  const blobs = new Map(sealed.map((each, at) => [each.entry.uid, plain[at]]));
  return { name: shown, note, size: whole.size, entry, sealed, blobs };
}

function unlessUnreadable(error) {
  throw UNREADABLE.includes(error.name) ? new NotTaken("unreadable") : error;
}

function pixelsOf(picture) {
  return picture && { width: picture.width, height: picture.height };
}
