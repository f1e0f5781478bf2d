// A zip of posts, from the list of them to the Blob that is saved.
import { makeZip as zipOf } from "../../vendor/client_zip.js";
import { ZipMaker } from "./zip_making.js";
import { PostOpener } from "./zip_posts.js";
import { openSink } from "./zip_sink.js";

/**
 * {file, posts, left, discard}: a Blob, how many posts are in it, what is not (as lib/zip_making.js has it), and a function
 * that lets go of all of it. `options` have the address of the `list`, the `heading` of the index, a `signal`, and `told`,
 * which hears {done, total, size}, and `waiting`, which hears that the site can't be reached. InAnotherTab, NoRoom, and the
 * errors of lib/http.js and lib/keyring.js; AbortError once `signal` is aborted.
 */
export async function makeZip(host, account, { list, heading, signal, told, waiting }) {
  const opener = new PostOpener(account, { signal, waiting });
  const sink = await openSink();
  try {
    const rows = await opener.list(list);
    let done = 0;
    const tell = () => told({ done, total: rows.length, size: sink.written });
    const maker = new ZipMaker(host, opener, (number) => {
      done = number;
      tell();
    });
    tell();
    await pour(zipOf(maker.entries(rows, heading)), sink, { signal, tell });
    const { taken, left } = maker;
    return { file: await sink.finish(), posts: taken.length, left, discard: () => sink.discard() };
  } catch (error) {
    await sink.discard();
    throw signal.aborted ? signal.reason : error;
  }
}

async function pour(stream, sink, { signal, tell }) {
  const reader = stream.getReader();
  try {
    while (true) {
      signal.throwIfAborted();
      const { value, done } = await reader.read();
      if (done) {
        return;
      }
      await sink.write(value);
      tell();
    }
  } catch (error) {
    // The generator of the entries ends, too.
    reader.cancel(error).catch(() => null);
    throw error;
  }
}
