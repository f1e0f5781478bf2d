// Browsers open and close dialogs at buttons with `commandfor` and `command`. This does it for older ones.
const ACTIONS = { "show-modal": "showModal", close: "close" };

/** Call it once in a page. */
export function supportCommands() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[commandfor]");
    const target = button && document.getElementById(button.getAttribute("commandfor"));
    target?.[ACTIONS[button.getAttribute("command")]]?.();
  });
}
