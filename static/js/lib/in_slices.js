// Puts many parts into a page without keeping the tab for longer than a moment.
const SLICE = 12; // milliseconds of work between two pauses

/** Appends to `place` what `nodesOf` makes of each part; stops when `signal` is aborted or `place` leaves the page. */
export async function appendInSlices(parts, place, { signal, nodesOf }) {
  let due = performance.now() + SLICE;
  const pauseIfDue = async () => {
    if (performance.now() > due) {
      await pause();
      due = performance.now() + SLICE;
    }
  };
  for (const part of parts) {
    const nodes = nodesOf(part);
    await pauseIfDue();
    if (signal?.aborted || !place.isConnected) {
      return;
    }
    place.append(nodes);
    // The browser lays it out here, or the next frame would have to lay out many parts at once.
    place.getBoundingClientRect();
    await pauseIfDue();
  }
}

// Lets input, timers and a frame go first. Browsers slow the timers of a hidden page down, but not its messages.
function pause() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => resolve(port1.close());
    document.hidden ? port2.postMessage(null) : setTimeout(resolve);
  });
}
