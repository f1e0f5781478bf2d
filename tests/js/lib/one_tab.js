// A browser with one tab and an empty IndexedDB, as far as the keyring needs one. Import it before the keyring.
import "fake-indexeddb/auto";

globalThis.BroadcastChannel = class {
  postMessage() {}
};
