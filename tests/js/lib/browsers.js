// Browsers of one person, each with a thread and an IndexedDB of its own. They end with their test file.
import { after } from "node:test";
import { BrowserThread } from "./browser_thread.js";

export const USER = "0b5c9d8e-0000-4000-8000-000000000001";
const open = [];

export function browser() {
  open.push(new BrowserThread(USER));
  return open.at(-1);
}

export async function closeAll() {
  await Promise.all(open.splice(0).map((each) => each.close()));
}

/** What a browser finds in an account's text: its state, and what is wrong. */
export async function look(who, text) {
  const { state, findings } = await who.call("useAccount", text);
  return [state, ...findings];
}

after(closeAll);
