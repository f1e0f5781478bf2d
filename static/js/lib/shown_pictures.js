// Pictures in a text: each keeps its place before it is open, is fetched when somebody comes near, and opens large by a
// click. While the site can't be reached, a picture waits for it. Messages of the host: picture-damaged, picture-away,
// picture-waits, and `viewer`, as lib/picture_viewer.js has it.
import { plainLine } from "../crypto/lines.js";
import { message } from "./messages.js";
import { patiently } from "./patiently.js";
import { pictureType, SHOWN } from "./picture_types.js";

const NEAR = "800px"; // above and below the screen
const BLURRED = 1.25; // times as many pixels as the small picture has: then it is the large one
const DAMAGED = ["CannotOpen", "EncodingError"];

/** Whether an entry of a document is of a picture that has a place in a text. */
export function isPicture({ type, width, height }) {
  return SHOWN.includes(type) && width > 0 && height > 0;
}

/** Whether the picture itself is at fault, so that nobody need try again. */
export const isDamaged = ({ name }) => DAMAGED.includes(name);

export class ShownPictures {
  #host;
  #options;
  #places = new Map(); // files by the link that shows them
  #addresses = new Map(); // promises of addresses in this page by uid
  #ended = new AbortController();
  #near = new IntersectionObserver((seen) => this.#came(seen), { rootMargin: NEAR });

  /** `load(entry)` gives the Blob of a picture, and `save(file)` downloads it. */
  constructor(host, options) {
    this.#host = host;
    this.#options = options;
  }

  /** The page shows the text anew. The pictures that it has fetched stay, as far as the text still has them. */
  begin() {
    this.#places.clear();
  }

  /** Whether the picture has a place. */
  has({ uid }) {
    return [...this.#places.values()].some((file) => file.uid === uid);
  }

  /** A link with the picture in it, its alternative text these words or those of the document. */
  place(file, words) {
    const [link, image] = [document.createElement("a"), document.createElement("img")];
    image.alt = plainLine(words || file.alt || "");
    [image.width, image.height] = [file.width, file.height];
    link.className = "picture";
    link.href = `#picture-${file.uid}`;
    if (!image.alt) {
      link.ariaLabel = plainLine(file.name);
    }
    link.style.setProperty("--ratio", file.width / file.height);
    link.append(image);
    link.addEventListener("click", (event) => this.#open(event, link));
    this.#places.set(link, file);
    this.#near.observe(link);
    return link;
  }

  /** Several pictures in a row, with nothing between them, are a gallery, and one alone stands by itself. */
  arrange(paragraph) {
    const isElse = (node) => !(node.localName === "br" || this.#places.has(node) || node.data?.trim() === "");
    const pictures = [...paragraph.children].filter((each) => this.#places.has(each));
    if (pictures.length > 0 && ![...paragraph.childNodes].some(isElse)) {
      paragraph.replaceChildren(...pictures);
      paragraph.className = pictures.length > 1 ? "gallery" : "picture-alone";
    }
  }

  end() {
    this.#ended.abort();
    this.#near.disconnect();
    this.#addresses.forEach((address) => address.then(URL.revokeObjectURL, () => null));
  }

  #came(seen) {
    for (const { target, isIntersecting } of seen) {
      if (isIntersecting) {
        this.#near.unobserve(target);
        this.#show(target);
      }
    }
  }

  async #show(link) {
    const [image] = link.children;
    const file = this.#places.get(link);
    const small = file.thumbnail;
    const isSmall = small && link.clientWidth * devicePixelRatio <= BLURRED * small.width;
    const words = document.createElement("span");
    words.className = "picture__said";
    const tell = (name) => {
      const described = image.alt ? [image.alt, document.createElement("br")] : [];
      words.replaceChildren(...described, message(this.#host, name) ?? "");
      image.replaceWith(words);
    };
    const [waiting, { signal }] = [() => tell("picture-waits"), this.#ended];
    try {
      image.src = await patiently(() => this.#addressOf(isSmall ? small : file), { waiting, signal });
      words.replaceWith(image);
      await image.decode();
    } catch (error) {
      tell(isDamaged(error) ? "picture-damaged" : "picture-away");
    }
  }

  #addressOf(entry) {
    if (!this.#addresses.has(entry.uid)) {
      const address = this.#pictureOf(entry).then(URL.createObjectURL);
      address.catch(() => this.#addresses.delete(entry.uid));
      this.#addresses.set(entry.uid, address);
    }
    return this.#addresses.get(entry.uid);
  }

  // CannotOpen for what is no picture, whatever the document says.
  async #pictureOf(entry) {
    const blob = await this.#options.load(entry);
    const type = await pictureType(blob);
    if (!SHOWN.includes(type)) {
      throw Object.assign(new Error(""), { name: "CannotOpen" });
    }
    return new Blob([blob], { type });
  }

  async #open(event, link) {
    event.preventDefault();
    const { PictureViewer } = await import("./picture_viewer.js");
    const shown = [...this.#places.keys()].filter(({ isConnected }) => isConnected);
    const files = shown.map((each) => this.#places.get(each));
    const { save } = this.#options;
    new PictureViewer(this.#host, { files, load: (file) => this.#addressOf(file), save }).open(shown.indexOf(link));
  }
}
