// Makes js-comments.json anew, for the author and the secret of comments.json: node tests/vectors/make_comments.mjs (see README.md).
import { readFile, writeFile } from "node:fs/promises";
import { AccountKey } from "../../static/js/crypto/account_keys.js";
import { fromHex, toBase64 } from "../../static/js/crypto/bytes.js";
import { sealComment } from "../../static/js/crypto/comments.js";

const read = async (name) => JSON.parse(await readFile(new URL(name, import.meta.url), "utf8"));
const { seed, generation, thread, comments } = await read("comments.json");
const accountKey = await AccountKey.load(fromHex(seed), { user: comments[0].place.author, generation });
const made = [];
for (const { body, place } of comments) {
  const { nonce, ciphertext, keyCommitment } = await sealComment(body, { place, thread: fromHex(thread), accountKey });
  const sealed = { nonce: toBase64(nonce), ciphertext: toBase64(ciphertext), key_commitment: toBase64(keyCommitment) };
  made.push({ place, thread, sealed, body });
}
await writeFile(new URL("js-comments.json", import.meta.url), `${JSON.stringify({ seed, generation, thread, comments: made }, null, 1)}\n`);
