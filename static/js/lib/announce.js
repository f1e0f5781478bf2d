// Tells a screen reader what changed, politely, in the page's one live region.

export function announce(text) {
  const region = document.getElementById("announcer");
  if (region && text.trim()) {
    // The same words twice are news too, but a region that doesn't change stays silent.
    region.textContent = "";
    setTimeout(() => {
      region.textContent = text.trim();
    }, 50);
  }
}
