// A new generation of the account's key, and moving what was wrapped for the ones before. Runs in the keyring's worker.
import { AccountKey, SEED_SIZE } from "../crypto/account_keys.js";
import { equal, fromBase64, fromHex, toBase64, toHex } from "../crypto/bytes.js";
import { readLink, statementOf } from "../crypto/chains.js";
import { checkCommitment } from "../crypto/contents.js";
import * as contexts from "../crypto/contexts.js";
import { verify } from "../crypto/ed25519.js";
import { CannotOpen, UnacceptableKey } from "../crypto/errors.js";
import { loadPublicKey, readPublicKey } from "../crypto/public_keys.js";
import * as statements from "../crypto/statements.js";
import { unwrap, wrap } from "../crypto/wrapping.js";
import { ALGORITHM } from "../crypto/x_wing.js";
import { currentAccount } from "./keyring_account.js";
import { remember } from "./keyring_changes.js";
import { openSealed, openStored, sealStored } from "./keyring_objects.js";
import { boxFor, random, signLink, signList, signOwnKey } from "./keyring_signing.js";
import { currentBase } from "./keyring_sound.js";

/**
 * The body of `POST /keys/account/` for the next generation. `kept` has the fingerprints of the holders and own keys that
 * stay beside this browser, and `publicKeys` the PEM of each holder by fingerprint. The numbers come after all that this
 * browser has seen: what the server lost is left out, and never given again.
 */
export async function prepareReplacement(account, { cause, kept, publicKeys }) {
  const { members, base: after, holders: known, device, highest } = currentBase(account);
  const newest = readLink(members.chain.at(-1));
  const generation = Math.max(newest.generation, highest.generation) + 1;
  const key = await AccountKey.load(random(SEED_SIZE), { user: account, generation });
  const listed = new Set(members.keyholders.holders.map(({ fingerprint }) => fingerprint));
  const stays = ({ fingerprint }) => fingerprint === device || kept.includes(fingerprint);
  const holders = known.filter((holder) => stays(holder) && listed.has(holder.fingerprint));
  const list = await signList(key, { number: Math.max(members.keyholders.number, highest.number) + 1, holders });
  const statement = await statements.digest(statementOf(newest, { user: account }));
  await remember(account, key, list.number);
  return {
    link: await signLink(key, { cause, before: { fingerprint: newest.fingerprint, statement }, after }),
    keyholders: { number: list.number, holders: list.holders, signature: list.signature },
    devices: [],
    recovery_codes: [],
    boxes: await Promise.all(holders.map(async (holder) => boxFor(key, await spkiOf(holder, publicKeys)))),
    link_box: toBase64(await after.sealFor(key.wrapping.spki)),
    own_keys: await Promise.all((await ownKeys(members, after)).filter(stays).map((own) => signOwnKey(key, own))),
  };
}

// A server could show others among them: only what the key before signed is signed again.
async function ownKeys(members, { user, generation, signing }) {
  const signed = members.own_keys.filter((own) => own.generation === generation && own.signature);
  const checks = signed.map(async ({ fingerprint, label, signature }) => {
    const statement = statements.ownKey({ user, generation, fingerprint: fromHex(fingerprint), label });
    return verify(fromBase64(signature), statement, { signingKey: signing.public }).then(() => true, () => false);
  });
  const isSigned = await Promise.all(checks);
  return signed.filter((_, at) => isSigned[at]);
}

/** What has to move lies under a key that is not in memory. It may be there in a moment. */
class OtherGeneration extends Error {
  name = "OtherGeneration";
}

/**
 * The body of `POST /keys/lift.json` for a part that `GET` brought: each key and each object sealed anew, or named as
 * failed. NoAccountKey or OtherGeneration, by which nothing is named: what is named is deleted.
 */
export async function liftPart(account, { wraps, objects }) {
  // Another call may bring other keys meanwhile.
  const { key, keys } = currentAccount(account);
  const generations = [...keys.values()].map(({ generation }) => generation);
  if (!wraps.every(({ fingerprint }) => keys.has(fingerprint)) || !objects.every((each) => generations.includes(each.generation))) {
    throw new OtherGeneration();
  }
  const recipient = await loadPublicKey(ALGORITHM, key.wrapping.spki);
  const body = { fingerprint: toHex(key.fingerprint), wraps: [], failed: [], objects: [], failed_objects: [] };
  // All at once: most of the time that one takes, it waits for the browser's own cryptography.
  const wrapped = await Promise.all(wraps.map((each) => rewrap(each, { key, older: keys.get(each.fingerprint), recipient })));
  for (const [at, { post, revision, fingerprint }] of wraps.entries()) {
    const place = { post, revision, fingerprint };
    wrapped[at] ? body.wraps.push({ ...place, wrapped_key: toBase64(wrapped[at]) }) : body.failed.push(place);
  }
  for (const { name, ...stored } of objects) {
    const version = stored.version + 1;
    const sealed = await reseal(account, name, stored).catch(unlessAway);
    if (sealed) {
      body.objects.push({ name, version, sealed });
    } else {
      body.failed_objects.push({ name, version });
    }
  }
  return body;
}

// Null if what was wrapped for the older key does not open.
async function rewrap(each, { key, older, recipient }) {
  const contentKey = await openWrap(each, older).catch(unlessAway);
  if (!contentKey) {
    return null;
  }
  const context = contexts.wrappedKey({ post: each.post, revision: each.revision, fingerprint: key.fingerprint });
  const wrapped = await wrap(contentKey, recipient, { context });
  // The site deletes the older one once it has stored this one: it has to open, or this sends nothing.
  await unwrap(wrapped, key.wrapping, { context });
  return wrapped;
}

async function openWrap({ post, revision, wrapped_key, key_commitment }, { wrapping, fingerprint }) {
  const context = contexts.wrappedKey({ post, revision, fingerprint });
  const contentKey = await unwrap(fromBase64(wrapped_key), wrapping, { context });
  await checkCommitment(fromBase64(key_commitment), { contentKey, keyContext: contexts.contentKey({ post, revision }) });
  return contentKey;
}

async function reseal(account, name, stored) {
  const bytes = await openStored(account, name, stored);
  const next = await sealStored(account, name, { bytes, version: stored.version + 1 });
  // The site does not have it yet, so that this browser has not seen it.
  if (!equal(await openSealed(currentAccount(account).keys, name, next), bytes)) {
    throw new CannotOpen();
  }
  return next.sealed;
}

// The site deletes what did not open: this says so only where that was the reason.
function unlessAway(error) {
  if (!["CannotOpen", "OlderObject", "WrongKey"].includes(error.name)) {
    throw error;
  }
  return null;
}

// Only the key whose fingerprint the signed list has.
async function spkiOf({ fingerprint }, publicKeys) {
  const publicKey = await readPublicKey(publicKeys[fingerprint]);
  if (toHex(await publicKey.fingerprint) !== fingerprint) {
    throw new UnacceptableKey("broken");
  }
  return publicKey.der;
}
