// The one script of every page: defines the elements, and opens the socket if somebody is signed in.
// <live-part> comes first: it must see the server's markup before the elements inside it change anything.
import "./elements/live_part.js";
import "./elements/connection_line.js";
import "./elements/request_badge.js";
import "./elements/toast_region.js";
import { keepForms, sendFormsOnce } from "./lib/forms.js";
import { LiveSocket } from "./lib/live.js";
import { loadWhenThere } from "./lib/loading.js";
import { closeMenusBehind } from "./lib/menus.js";

if (!("commandForElement" in HTMLButtonElement.prototype)) {
  const loading = import("./lib/commands.js");
  loading.then(({ supportCommands }) => supportCommands(), () => null);
}
sendFormsOnce();
keepForms();
closeMenusBehind();
loadWhenThere({
  "account-maker": () => import("./elements/account_maker.js"),
  "add-browser": () => import("./elements/add_browser.js"),
  "add-device": () => import("./elements/add_device.js"),
  "ask-elsewhere": () => import("./elements/ask_elsewhere.js"),
  "carry-code": () => import("./elements/carry_code.js"),
  "check-code": () => import("./elements/check_code.js"),
  "compared-elsewhere": () => import("./elements/compared_elsewhere.js"),
  "compare-people": () => import("./elements/compare_people.js"),
  "copy-button": () => import("./elements/copy_button.js"),
  "decrypted-post": () => import("./elements/decrypted_post.js"),
  "download-all": () => import("./elements/download_all.js"),
  "draft-list": () => import("./elements/draft_list.js"),
  "forget-account": () => import("./elements/forget_account.js"),
  "forget-browser": () => import("./elements/forget_browser.js"),
  "grant-button": () => import("./elements/grant_button.js"),
  "grant-requests": () => import("./elements/grant_requests.js"),
  "my-keys": () => import("./elements/my_keys.js"),
  "page-closing": () => import("./elements/page_closing.js"),
  "passkey-form": () => import("./elements/passkey_form.js"),
  "post-comments": () => import("./elements/post_comments.js"),
  "post-editor": () => import("./elements/post_editor.js"),
  "post-list": () => import("./elements/post_list.js"),
  "post-progress": () => import("./elements/post_progress.js"),
  "post-search": () => import("./elements/post_search.js"),
  "post-version": () => import("./elements/post_version.js"),
  "qr-code": () => import("./elements/qr_code.js"),
  "recovery-code": () => import("./elements/recovery_code.js"),
  "relative-time": () => import("./elements/relative_time.js"),
  "rename-device": () => import("./elements/rename_device.js"),
  "replace-key": () => import("./elements/replace_key.js"),
  "request-toasts": () => import("./elements/request_toasts.js"),
  "wrong-grant": () => import("./elements/wrong_grant.js"),
});
document.addEventListener("key:idle", ({ detail }) => {
  // Without a connection there is nothing to do; the next page tries again.
  const loading = import("./lib/background.js");
  loading.then(({ workForKeys }) => workForKeys(document.body.dataset.user, detail), () => null);
});
for (const name of ["keys.changed", "key:elsewhere", "news.missed", "session.ended"]) {
  document.addEventListener(name, ({ detail }) => {
    import("./lib/every_tab.js").then(({ heard }) => heard(document.body.dataset.user, name, detail), () => null);
  });
}
if (document.body.dataset.user) {
  new LiveSocket().start();
  // Reading comes first.
  setTimeout(() => import("./lib/indexing.js").then(({ keepIndex }) => keepIndex(document.body.dataset.user)).catch(() => null), 15_000);
}
if (document.body.dataset.add) {
  const loading = import("./lib/keys_here.js");
  loading.then(({ leadOnce }) => leadOnce(document.body.dataset), () => null);
}
