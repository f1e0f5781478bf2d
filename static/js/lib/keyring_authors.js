// Who wrote a post, or a comment, as far as this browser can tell by what it remembers of its author's keys. Runs in the keyring's worker.
import { checkAuthor } from "../crypto/authors.js";
import { toBase64, toHex } from "../crypto/bytes.js";
import { readLink } from "../crypto/chains.js";
import { BrokenChain, UnacceptableKey, WrongSignature } from "../crypto/errors.js";
import { LOST_DEVICE } from "../crypto/statements.js";
import { learn, Unproven } from "./keyring_people.js";
import { change, get } from "./keyring_store.js";

/**
 * {signed, reason, at} of an opened envelope. `yes`, with the time for the reasons `first` (this browser first saw the key
 * then), `compared` (it was compared then), `lost` (a device that held it was reported lost then), or `own`. `no`, for an
 * author without an account key: `unsigned`. `broken`, with `signature`, `unsigned` (although there is a key), `before-reset`
 * (the key is one from before its owner started over), or a reason of Unproven in lib/keyring_people.js.
 */
export async function judge(account, envelope, frame) {
  const check = (chain) => checkAuthor(frame, { ...envelope, chain });
  return judgeSigner(account, { ...envelope, name: nameOf(envelope.post), check }, frame);
}

/**
 * The same of anything signed, {author, authorKeys, name, revision, check}: `check` finds the link of a chain that signed the
 * frame, and `name` is that under which this browser remembers what it opened.
 */
export async function judgeSigner(account, signed, frame) {
  try {
    return await judgeBy(await meet(account, signed), { account, signed, frame });
  } catch (error) {
    if (error instanceof Unproven) {
      return { signed: "broken", reason: error.reason, at: error.detail.at ?? null };
    }
    if ([BrokenChain, UnacceptableKey, WrongSignature].some((kind) => error instanceof kind)) {
      return { signed: "broken", reason: "signature", at: null };
    }
    throw error;
  }
}

// What the envelope says of its author's keys, remembered as if their own page had said it.
async function meet(account, { author, authorKeys }) {
  const text = JSON.stringify({ user: author, chain: authorKeys ?? null, own_keys: [] });
  return learn(account, author, text);
}

async function judgeBy({ newest, led, record }, { account, signed, frame }) {
  if (!frame.isSigned) {
    return { signed: newest ? "broken" : "no", reason: "unsigned", at: null };
  }
  const { authorKeys } = signed;
  const link = await signed.check(authorKeys.map(readLink));
  if (![newest.fingerprint, ...led].includes(toHex(link.fingerprint))) {
    return { signed: "broken", reason: "before-reset", at: null };
  }
  const lost = authorKeys.findLast(({ generation, cause }) => generation > link.generation && cause === LOST_DEVICE);
  if (lost && !(await wasOpened(account, signed, frame))) {
    return { signed: "yes", reason: "lost", at: lost.made_at };
  }
  await noteOpened(account, signed, frame);
  const { compared, firstSeen } = record;
  // Of one's own key a browser that holds it keeps no first sight.
  if (signed.author === account && !firstSeen) {
    return { signed: "yes", reason: "own", at: null };
  }
  return { signed: "yes", reason: compared ? "compared" : "first", at: compared ?? firstSeen };
}

// Whoever holds a lost device can still sign, but not what this browser saw before. A signature is of one document and place.
async function wasOpened(account, { name, revision }, { signature }) {
  return (await get(account, "seen", name))?.signatures?.[revision] === toBase64(signature);
}

async function noteOpened(account, { name, revision }, { signature }) {
  const text = toBase64(signature);
  await change(account, "seen", name, ({ signatures = {}, ...kept } = {}) =>
    signatures[revision] === text ? null : { ...kept, name, signatures: { ...signatures, [revision]: text } },
  );
}

/** The highest revision of a post that this browser has opened, this one among them. */
export async function noteRevision(account, { post, revision }) {
  const name = nameOf(post);
  let highest = revision;
  await change(account, "seen", name, (record = {}) => {
    highest = Math.max(record.revision ?? 0, revision);
    return record.revision === highest ? null : { ...record, name, revision: highest };
  });
  return highest;
}

const nameOf = (post) => `post/${post}`;
