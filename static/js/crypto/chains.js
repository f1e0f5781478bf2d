// A person's generations of account keys: whether each follows from the one before.
import { equal, fromBase64, fromHex } from "./bytes.js";
import { verify } from "./ed25519.js";
import { BrokenChain, UnacceptableKey, WrongSignature } from "./errors.js";
import * as statements from "./statements.js";

const { LOST_DEVICE, RESET, ROUTINE } = statements;

/** One generation with its statement's parts and signatures; `signatureBefore` is by the generation before. */
export class Link {
  constructor({ generation, fingerprint, signingKey, cause, before, signature, signatureBefore }) {
    Object.assign(this, { generation, fingerprint, signingKey, cause, before, signature, signatureBefore });
    Object.freeze(this);
  }
}

/** A link as `account.json`, `keys.json` and envelopes have it; TypeError if it is none. */
export function readLink({ generation, fingerprint, signing_key, cause, before, signature, signature_before }) {
  return new Link({
    generation,
    fingerprint: fromHex(fingerprint),
    signingKey: fromBase64(signing_key),
    cause,
    before: before === null ? null : { fingerprint: fromHex(before.fingerprint), statement: fromHex(before.statement) },
    signature: fromBase64(signature),
    signatureBefore: signature_before === null ? null : fromBase64(signature_before),
  });
}

/** The bytes that the link's signatures are over; BrokenChain for a cause that does not fit. */
export function statementOf(link, { user }) {
  try {
    return statements.accountKey({ user, ...link });
  } catch {
    throw new BrokenChain(link.generation);
  }
}

// BrokenChain unless the generation signed itself.
async function checkLink(link, { user }) {
  await check(link, link.signature, link.signingKey, user);
  if ((link.signatureBefore === null) !== (link.before === null)) {
    throw new BrokenChain(link.generation);
  }
}

// BrokenChain unless the generation signed itself and the one before, which has been checked, signed it, too.
async function checkSuccessor(link, { after, user }) {
  await checkLink(link, { user });
  const statement = await statements.digest(statementOf(after, { user }));
  const { before } = link;
  const follows = before && equal(before.fingerprint, after.fingerprint) && equal(before.statement, statement);
  if (!follows || link.generation <= after.generation || ![ROUTINE, LOST_DEVICE].includes(link.cause)) {
    throw new BrokenChain(link.generation);
  }
  await check(link, link.signatureBefore, after.signingKey, user);
}

/** BrokenChain unless every link holds, from the first one given; a `reset` begins anew, which is for who asks. */
export async function checkChain(links, { user }) {
  for (const [at, link] of links.entries()) {
    const after = links[at - 1];
    if (after && link.cause !== RESET) {
      await checkSuccessor(link, { after, user });
      continue;
    }
    await checkLink(link, { user });
    if (after && link.generation <= after.generation) {
      throw new BrokenChain(link.generation);
    }
  }
}

/** The place of the newest link that nothing before it signed: 0 unless there is a `reset`. Links as JSON has them do, too. */
export function startsOver(links) {
  return Math.max(0, links.findLastIndex(({ cause }) => cause === RESET));
}

async function check(link, signature, signingKey, user) {
  try {
    await verify(signature, statementOf(link, { user }), { signingKey });
  } catch (error) {
    const isRefused = error instanceof UnacceptableKey || error instanceof WrongSignature;
    throw isRefused ? new BrokenChain(link.generation) : error;
  }
}
