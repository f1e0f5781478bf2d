// The password once more, where the site asks for it before a sensitive step.

/** Goes to the page that asks, if that is what an answer says, which leads back here; else false. */
export function leadToConfirmation({ status, body }) {
  if (status !== 403 || !body?.reauthenticate) {
    return false;
  }
  location.assign(body.reauthenticate);
  return true;
}
