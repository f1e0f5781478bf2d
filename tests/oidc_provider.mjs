// An OpenID Connect provider that lets anybody in by any name: `node oidc_provider.mjs PORT CALLBACK`. Names that begin
// with "unchecked" have an address that nobody checked.
import Provider from "oidc-provider";

const [port, callback] = process.argv.slice(2);

async function findAccount(context, id) {
  const claims = { sub: id, name: `${id} of the provider`, email: `${id}@example.org`, email_verified: !id.startsWith("unchecked") };
  return { accountId: id, claims: async () => claims };
}

const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ client_id: "secureblogs", client_secret: "secret", redirect_uris: [callback] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["a key of the tests"] },
  findAccount,
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
