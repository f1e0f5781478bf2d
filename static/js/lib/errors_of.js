// What a refusal says: {"errors": {"title": ["Sentence."], "__all__": ["Sentence."]}}.

/** {fields: {name: sentence}, first: sentence or null} of the answer; empty where it has another shape. */
export function errorsOf({ body }) {
  const errors = Object.entries(body?.errors ?? {}).map(([name, sentences]) => [name, [sentences].flat().join(" ")]);
  return { fields: Object.fromEntries(errors), first: errors[0]?.[1] ?? null };
}
