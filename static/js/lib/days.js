// Days and moments, as the site's own pages write them, in English too.

/** '3 May 2026' of a date in ISO 8601, or "" without one; `more` is what else Intl is to say of it. */
export function dayOf(date, language = document.documentElement.lang, more = {}) {
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language || undefined, { dateStyle: "long", ...more });
  return date ? format.format(new Date(date)) : "";
}

/** '3 May 2026 at 14:05', by the clock of this browser. */
export function momentOf(date) {
  return dayOf(date, document.documentElement.lang, { timeStyle: "short" });
}

/** The day as a <time>. HTML knows no microseconds, and the site's answers have them. */
export function timeOf(date) {
  return Object.assign(document.createElement("time"), { dateTime: new Date(date).toISOString(), textContent: dayOf(date) });
}
