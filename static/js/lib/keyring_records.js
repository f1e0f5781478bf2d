// Changing a record of IndexedDB that another tab may change at the same moment. Runs in the keyring's worker.
import { run } from "./keyring_store.js";

/** Puts what `make` makes of the record that is there (undefined for none), in one transaction; null leaves it. */
export async function change(account, store, id, make) {
  await run(account, store, "readwrite", (objects) => {
    const asked = objects.get(id);
    asked.onsuccess = () => {
      const made = make(asked.result);
      return made && objects.put(made);
    };
    return asked;
  });
}
