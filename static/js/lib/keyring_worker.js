// The keyring's worker: private keys and content keys live in here, out of the page's reach.
// In: {id, method, account, args}. Out: {id, result}, or {id, error: {name, message, ...}}.
import { forgetAccount, useAccount } from "./keyring_account.js";
import { exportKey, importKey } from "./keyring_keys.js";
import { openEnvelope, rewrap, sealDraft } from "./keyring_posts.js";

const METHODS = {
  exportKey,
  forgetAccount,
  importKey,
  openEnvelope,
  rewrap,
  sealDraft,
  useAccount,
};

// Few pages need these.
const OTHERS = [
  {
    names: "drawCode dropCode isRightOffer prepareAnswer prepareOffer takeAnswer",
    load: () => import("./keyring_admissions.js"),
  },
  {
    names: "prepareAccount prepareCode prepareConfirmation prepareLeaving prepareName signOwn",
    load: () => import("./keyring_changes.js"),
  },
  {
    names: "dropDraft listDrafts loadDraft noteSent saveDraft sentOf",
    load: () => import("./keyring_drafts.js"),
  },
  {
    names: "liftPart prepareReplacement",
    load: () => import("./keyring_replacing.js"),
  },
  {
    names: "checkCode codeFingerprint prepareRecovery",
    load: () => import("./keyring_recovery.js"),
  },
];

addEventListener("message", async ({ data: { id, method, account, args } }) => {
  try {
    const other = OTHERS.find(({ names }) => names.split(" ").includes(method));
    const methods = other ? await other.load() : METHODS;
    postMessage({ id, result: await methods[method](account, ...args) });
  } catch (error) {
    const { message, name, reason, rule, member } = error;
    postMessage({ id, error: { message, name, reason, rule, member } });
  }
});
