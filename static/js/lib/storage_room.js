// How much room this browser has left for what it keeps for this site.
const NEARLY = 0.9;
const ROOM = 5 << 20; // bytes: a few long texts
const FILE = "room";

/** Whether it is hardly any. */
export async function isStorageLow() {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  return (quota > 0 && usage > NEARLY * quota) || !(await hasRoom());
}

// Chromium tells every site of 10 GiB, whatever there is, so a file of that size is begun; not a byte of it is written.
async function hasRoom() {
  const root = await navigator.storage?.getDirectory?.().catch(() => null);
  try {
    const file = await root?.getFileHandle(FILE, { create: true });
    const stream = await file?.createWritable?.();
    await stream?.truncate(ROOM).finally(() => stream.abort());
    return true;
  } catch ({ name }) {
    // A browser without such files tells nothing.
    return name !== "QuotaExceededError";
  } finally {
    await root?.removeEntry(FILE).catch(() => null);
  }
}
