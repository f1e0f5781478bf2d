// '3 minutes ago', in the words of the page's language.

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const WEEK = 7 * 86_400; // seconds

/** How long ago it was, or null from a week on. For a clock that is a little behind it is 'now'. */
export function relativeTime(then, now, language) {
  const seconds = Math.max(0, (now - then) / 1000);
  if (!(seconds < WEEK)) {
    return null;
  }
  const format = new Intl.RelativeTimeFormat(language || undefined, { numeric: "auto" });
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? ["second", Infinity];
  return format.format(0 - Math.floor(seconds / size), unit);
}
