// The one script of every page: defines the elements, and opens the socket where somebody is signed in.
// <live-part> comes first: it must see what the server sent before the elements inside it change anything.
import "./elements/live_part.js";
import "./elements/connection_line.js";
import "./elements/request_badge.js";
import "./elements/toast_region.js";
import { supportCommands } from "./lib/commands.js";
import { connect } from "./lib/live.js";
import { loadWhenThere } from "./lib/loading.js";

supportCommands();
loadWhenThere({
  "ask-elsewhere": () => import("./elements/ask_elsewhere.js"),
  "copy-button": () => import("./elements/copy_button.js"),
  "decrypted-post": () => import("./elements/decrypted_post.js"),
  "grant-button": () => import("./elements/grant_button.js"),
  "grant-requests": () => import("./elements/grant_requests.js"),
  "key-maker": () => import("./elements/key_maker.js"),
  "my-keys": () => import("./elements/my_keys.js"),
  "page-closing": () => import("./elements/page_closing.js"),
  "post-editor": () => import("./elements/post_editor.js"),
  "post-progress": () => import("./elements/post_progress.js"),
  "relative-time": () => import("./elements/relative_time.js"),
  "request-toasts": () => import("./elements/request_toasts.js"),
  "wrong-grant": () => import("./elements/wrong_grant.js"),
});
if (document.body.dataset.user) {
  connect();
}
