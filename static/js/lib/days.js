// Days, as the site's pages write them.

/** '3 May 2026' of a date in ISO 8601, or "" without one; English as the site's own pages write it. */
export function dayOf(date, language = document.documentElement.lang) {
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language || undefined, { dateStyle: "long" });
  return date ? format.format(new Date(date)) : "";
}
