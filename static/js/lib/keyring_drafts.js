// What somebody is writing, encrypted in this browser: it survives a closed tab and tells nothing to the disk.
import { utf8 } from "../crypto/bytes.js";
import { decrypt, encrypt, get, put, remove } from "./keyring_store.js";

/** Keeps any JSON value in a slot, in place of the one before. */
export async function saveDraft(account, slot, draft) {
  const sealed = await encrypt(account, `draft/${slot}`, utf8(JSON.stringify(draft)));
  await put(account, "drafts", { slot, sealed });
}

/** What was kept in the slot, or null. */
export async function loadDraft(account, slot) {
  const record = await get(account, "drafts", slot);
  if (!record) {
    return null;
  }
  return JSON.parse(new TextDecoder().decode(await decrypt(account, `draft/${slot}`, record.sealed)));
}

export async function dropDraft(account, slot) {
  await remove(account, "drafts", slot);
}
