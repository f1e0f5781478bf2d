// A new generation of the account's key, and moving what was wrapped for the ones before. Runs in the keyring's worker.
import { AccountKey, SEED_SIZE } from "../crypto/account_keys.js";
import { fromBase64, fromHex, toBase64, toHex } from "../crypto/bytes.js";
import { statementOf } from "../crypto/chains.js";
import { checkCommitment } from "../crypto/contents.js";
import * as contexts from "../crypto/contexts.js";
import { UnacceptableKey } from "../crypto/errors.js";
import { loadPublicKey, readPublicKey } from "../crypto/public_keys.js";
import { digest } from "../crypto/statements.js";
import { unwrap, wrap } from "../crypto/wrapping.js";
import { ALGORITHM } from "../crypto/x_wing.js";
import { accountKeys, currentAccount } from "./keyring_account.js";
import { remember } from "./keyring_changes.js";
import { readLink } from "./keyring_check.js";
import { boxFor, random, signLink, signList, signOwnKey } from "./keyring_signing.js";

/**
 * The body of `POST /keys/account/` for the next generation. `kept` has the fingerprints of the holders and own keys that
 * stay beside this browser, and `publicKeys` the PEM of each holder by fingerprint.
 */
export async function prepareReplacement(account, { cause, kept, publicKeys }) {
  const { members, key: after, status } = currentAccount(account);
  const newest = readLink(members.chain.at(-1));
  const key = await AccountKey.load(random(SEED_SIZE), { user: account, generation: newest.generation + 1 });
  const stays = ({ fingerprint }) => fingerprint === status.device || kept.includes(fingerprint);
  const holders = members.keyholders.holders.filter(stays);
  const list = await signList(key, { number: members.keyholders.number + 1, holders });
  const statement = await digest(statementOf(newest, { user: account }));
  await remember(account, key, list.number);
  return {
    link: await signLink(key, { cause, before: { fingerprint: newest.fingerprint, statement }, after }),
    keyholders: { number: list.number, holders: list.holders, signature: list.signature },
    devices: [],
    recovery_codes: [],
    boxes: await Promise.all(holders.map(async (holder) => boxFor(key, await spkiOf(holder, publicKeys)))),
    link_box: toBase64(await after.sealFor(key.wrapping.spki)),
    own_keys: await Promise.all(members.own_keys.filter(stays).map((own) => signOwnKey(key, own))),
  };
}

/** The body of `POST /keys/lift.json` for a part that `GET` brought: each key wrapped anew, or named as failed. */
export async function liftPart(account, { wraps }) {
  const { key } = currentAccount(account);
  const recipient = await loadPublicKey(ALGORITHM, key.wrapping.spki);
  const body = { fingerprint: toHex(key.fingerprint), wraps: [], failed: [], objects: [], failed_objects: [] };
  for (const each of wraps) {
    const { post, revision, fingerprint } = each;
    try {
      const wrapped = await rewrap(each, { key, older: accountKeys(account).get(fingerprint), recipient });
      body.wraps.push({ post, revision, fingerprint, wrapped_key: toBase64(wrapped) });
    } catch {
      body.failed.push({ post, revision, fingerprint });
    }
  }
  return body;
}

async function rewrap({ post, revision, fingerprint, wrapped_key, key_commitment }, { key, older, recipient }) {
  const place = { post, revision };
  const from = contexts.wrappedKey({ ...place, fingerprint: fromHex(fingerprint) });
  const contentKey = await unwrap(fromBase64(wrapped_key), older.wrapping, { context: from });
  await checkCommitment(fromBase64(key_commitment), { contentKey, keyContext: contexts.contentKey(place) });
  const to = contexts.wrappedKey({ ...place, fingerprint: key.fingerprint });
  const wrapped = await wrap(contentKey, recipient, { context: to });
  // The old one is deleted once this one is stored: it has to open.
  await unwrap(wrapped, key.wrapping, { context: to });
  return wrapped;
}

// Only the key whose fingerprint the signed list has.
async function spkiOf({ fingerprint }, publicKeys) {
  const publicKey = await readPublicKey(publicKeys[fingerprint]);
  if (toHex(await publicKey.fingerprint) !== fingerprint) {
    throw new UnacceptableKey("broken");
  }
  return publicKey.der;
}
