// News of a person's keys that this very tab makes: it says so itself, and shows no toast.
const NEWS = [
  "device.added",
  "code.made",
  "code.used",
  "key.replaced",
  "start_over.asked",
  "start_over.done",
];
const mine = new Set();
let isBeingAdded = false;

// Before anybody else hears it.
for (const name of NEWS) {
  document.addEventListener(name, hold, { capture: true });
}

/** The list of keyholders with this number comes from this tab. */
export function noteOwn(number) {
  mine.add(number);
}

/** Whether the next device that is added may be this browser. */
export function expectOwn(isExpected) {
  isBeingAdded = isExpected;
}

function hold(event) {
  if (mine.has(event.detail.number) || (isBeingAdded && event.type === "device.added")) {
    event.stopImmediatePropagation();
  }
}
