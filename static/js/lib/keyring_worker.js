// The keyring's worker: private keys and content keys live in here, out of the page's reach.
// In: {id, method, account, args}. Out: {id, result}, or {id, error: {name, message, ...}}.
import { forgetAccount, joinTabs, useAccount } from "./keyring_account.js";
import { openEnvelope } from "./keyring_posts.js";

const METHODS = { forgetAccount, openEnvelope, useAccount };

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
    names: "noteObject openAnyway openObject sealObject",
    load: () => import("./keyring_objects.js"),
  },
  {
    names: "checkLocalKey dropDraft listDrafts loadDraft newLocalKey noteSent saveDraft sentOf useLocalKey",
    load: () => import("./keyring_drafts.js"),
  },
  {
    names: "dropPosts indexPosts keptIndex lackedComments usedTags",
    load: () => import("./keyring_indexing.js"),
  },
  {
    names: "closeIndex openIndex searchPosts",
    load: () => import("./keyring_search.js"),
  },
  {
    names: "noteRead",
    load: () => import("./keyring_read.js"),
  },
  {
    names: "openComment sealComment",
    load: () => import("./keyring_comments.js"),
  },
  {
    names: "compare noteCompared",
    load: () => import("./keyring_comparing.js"),
  },
  {
    names: "mergeCompared",
    load: () => import("./keyring_compared.js"),
  },
  {
    names: "learn",
    load: () => import("./keyring_people.js"),
  },
  {
    names: "exportKey importKey",
    load: () => import("./keyring_files.js"),
  },
  {
    names: "liftPart prepareReplacement",
    load: () => import("./keyring_replacing.js"),
  },
  {
    names: "checkCode codeFingerprint prepareRecovery",
    load: () => import("./keyring_recovery.js"),
  },
  {
    names: "prepareReset startingOver",
    load: () => import("./keyring_starting_over.js"),
  },
  {
    names: "rewrap",
    load: () => import("./keyring_granting.js"),
  },
  {
    names: "sealDraft",
    load: () => import("./keyring_sealing.js"),
  },
];

// Nothing was wrong with the call: the connection is gone, or the page is older than the site.
function notLoaded() {
  throw Object.assign(new Error(""), { name: "NotLoaded" });
}

joinTabs(new BroadcastChannel("secureblogs-keys"));
addEventListener("message", async ({ data: { id, method, account, args } }) => {
  try {
    const other = OTHERS.find(({ names }) => names.split(" ").includes(method));
    const methods = other ? await other.load().catch(notLoaded) : METHODS;
    postMessage({ id, result: await methods[method](account, ...args) });
  } catch (error) {
    const { message, name, reason, rule, detail, member } = error;
    postMessage({ id, error: { message, name, reason, rule, detail, member } });
  }
});
