// Buttons with `commandfor` and `command` open and close dialogs by themselves; older browsers get it here.
const ACTIONS = { "show-modal": "showModal", close: "close" };

export function supportCommands() {
  if ("commandForElement" in HTMLButtonElement.prototype) {
    return;
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[commandfor]");
    const target = button && document.getElementById(button.getAttribute("commandfor"));
    target?.[ACTIONS[button.getAttribute("command")]]?.();
  });
}
