// Bob's account keys, generation by generation, as he makes them and as `/people/<uid>/keys.json` tells them.
import { AccountKey } from "../../../static/js/crypto/account_keys.js";
import { fromHex, toHex } from "../../../static/js/crypto/bytes.js";
import { readLink, statementOf } from "../../../static/js/crypto/chains.js";
import * as statements from "../../../static/js/crypto/statements.js";
import { random, signLink } from "../../../static/js/lib/keyring_signing.js";

export const BOB = "0b5c9d8e-0000-4000-8000-00000000000b";

/** [link of `keys.json`, AccountKey, PEM] of a new key; `before` is the same of the one that signs it. */
export async function generation(number, cause, before = null) {
  const key = await AccountKey.load(random(32), { user: BOB, generation: number });
  const named = before && (await name(before[0]));
  const { public_key, ...link } = await signLink(key, { cause, before: named && inBytes(named), after: before?.[1] });
  return [{ ...link, fingerprint: toHex(key.fingerprint), before: named, made_at: `2026-05-0${number}T00:00:00Z` }, key, public_key];
}

async function name(link) {
  return { fingerprint: link.fingerprint, statement: toHex(await statements.digest(statementOf(readLink(link), { user: BOB }))) };
}

const inBytes = ({ fingerprint, statement }) => ({ fingerprint: fromHex(fingerprint), statement: fromHex(statement) });

/** The text of `keys.json` with these links, or generations. */
export function says(links, { user = BOB, own = [] } = {}) {
  return JSON.stringify({ v: 1, user, chain: links.map((each) => each[0] ?? each), own_keys: own });
}
