// The one script of every page: defines the elements, and opens the socket where somebody is signed in.
// <live-part> comes first: it must see what the server sent before the elements inside it change anything.
import "./elements/live_part.js";
import "./elements/connection_line.js";
import "./elements/copy_button.js";
import "./elements/decrypted_post.js";
import "./elements/key_maker.js";
import "./elements/my_keys.js";
import "./elements/post_editor.js";
import "./elements/post_progress.js";
import "./elements/relative_time.js";
import "./elements/request_badge.js";
import "./elements/toast_region.js";
import { supportCommands } from "./lib/commands.js";
import { connect } from "./lib/live.js";

supportCommands();
if (document.body.dataset.user) {
  connect();
}
