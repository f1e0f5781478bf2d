// The pictures and files of a text, for its readers and for its author's preview: pictures in their places in the text,
// several in a row as a gallery, and all files below it, each its name as a link. `[data-files]` of the host holds
// `[data-files-shown]`, for pictures that stand nowhere in the text, and a list. Messages of the host: file-damaged,
// file-away, and those of lib/shown_pictures.js.
import { plainLine } from "../crypto/lines.js";
import { sizeInWords } from "./file_words.js";
import { message } from "./messages.js";
import { isPicture, ShownPictures } from "./shown_pictures.js";

const KEPT = 60_000; // milliseconds: by then a browser has taken a download over
const HASH = /^#(file|picture)-([0-9a-f-]{36})$/;

export class ShownFiles {
  #host;
  #files;
  #load;
  #pictures;

  /** `files` are the entries of a document, and `load(entry)` gives the Blob of one. */
  constructor(host, files, load) {
    this.#host = host;
    this.#files = new Map(files.map((file) => [file.uid, file]));
    this.#load = load;
    this.#pictures = new ShownPictures(host, { load, save: (file) => this.#save(file) });
  }

  /** The text is shown anew, with the same files. */
  begin() {
    this.#pictures.begin();
  }

  /** Puts pictures and files in the places that a fragment of cleaned elements has for them. */
  adorn(fragment) {
    for (const link of fragment.querySelectorAll("a[href^='#file-'], a[href^='#picture-']")) {
      const [, kind, uid] = HASH.exec(link.getAttribute("href")) ?? [];
      const file = this.#files.get(uid);
      if (!file) {
        link.replaceWith(...link.childNodes);
      } else if (kind === "picture" && isPicture(file)) {
        link.replaceWith(this.#pictures.place(file, link.textContent));
      } else {
        link.textContent ||= plainLine(file.name);
        this.#asDownload(link, file);
      }
    }
    fragment.querySelectorAll("p").forEach((each) => this.#pictures.arrange(each));
  }

  /** Lists all files below the text, and shows there the pictures that stand nowhere in it. */
  list() {
    const place = this.#host.querySelector("[data-files]");
    const files = [...this.#files.values()];
    const others = files.filter((file) => isPicture(file) && !this.#pictures.has(file));
    const gallery = place.querySelector("[data-files-shown]");
    gallery.replaceChildren(...others.map((file) => this.#pictures.place(file, "")));
    this.#pictures.arrange(gallery);
    place.querySelector("ul").replaceChildren(...files.map((file) => this.#line(file)));
    place.hidden = files.length === 0;
  }

  /** Lets go of all pictures. */
  end() {
    this.#pictures.end();
  }

  #line(file) {
    const [line, link, size] = ["li", "a", "span"].map((name) => document.createElement(name));
    link.textContent = plainLine(file.name);
    link.dir = "auto";
    link.translate = false;
    size.className = "files__size";
    size.textContent = sizeInWords(file.size);
    this.#asDownload(link, file);
    line.append(link, " ", size);
    return line;
  }

  #asDownload(link, file) {
    link.href = `#file-${file.uid}`;
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      link.ariaBusy = "true";
      await this.#save(file).catch((error) => this.#say(link, error.name === "CannotOpen" ? "file-damaged" : "file-away"));
      link.ariaBusy = null;
    });
  }

  async #save(file) {
    const address = URL.createObjectURL(await this.#load(file));
    const link = document.createElement("a");
    link.href = address;
    link.download = plainLine(file.name);
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), KEPT);
  }

  #say(link, words) {
    const place = document.createElement("span");
    place.role = "status";
    place.className = "files__said";
    link.parentElement.querySelector(".files__said")?.remove();
    link.after(place);
    place.append(" ", message(this.#host, words) ?? "");
  }
}
