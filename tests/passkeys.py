"""A passkey in memory and codes of an app, for tests without a browser."""

import secrets
import time
from dataclasses import dataclass, field
from typing import TypedDict

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG, TYPE = AuthenticatorData.FLAG, CollectedClientData.TYPE
# The client of Django's tests has to be told so: browsers know passkeys here and over https alone.
HOST = "localhost"


class Named(TypedDict):
    id: str


class Asked(TypedDict):
    challenge: str
    user: Named


class Options(TypedDict):
    """What the site gives a browser, as far as it matters here; `user` for a new passkey only."""

    publicKey: Asked


def code_of(secret: str, *, seconds: int = 0) -> str:
    """What an app shows for this secret, so many seconds from now."""
    value = hotp_value(secret.replace(" ", ""), (int(time.time()) + seconds) // 30)
    return str(format_hotp_value(value))


@dataclass
class Passkey:
    """One that makes and proves whatever it is asked for."""

    private_key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    # As the site named its person.
    handle: str = ""
    # Whether it knows its person, by a PIN or a finger.
    verifies: bool = True

    def make(self, options: Options) -> dict[str, object]:
        """What a browser says of a new passkey."""
        asked = options["publicKey"]
        self.handle = asked["user"]["id"]
        public_key = ES256.from_cryptography_key(self.private_key.public_key())
        data = AuthenticatorData.create(
            sha256(HOST.encode()),
            self._flags | FLAG.AT,
            0,
            AttestedCredentialData.create(Aaguid.NONE, self.id, public_key),
        )
        client = self._client(TYPE.CREATE, asked["challenge"])
        response = {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        return {**self._named(response), "clientExtensionResults": {"credProps": {"rk": True}}}

    def use(self, options: Options) -> dict[str, object]:
        """What a browser says that has used it."""
        data = AuthenticatorData.create(sha256(HOST.encode()), self._flags, 1)
        client = self._client(TYPE.GET, options["publicKey"]["challenge"])
        signature = self.private_key.sign(data + client.hash, ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": self.handle,
        }
        return {**self._named(response), "clientExtensionResults": {}}

    @property
    def _flags(self) -> AuthenticatorData.FLAG:
        return FLAG.UP | FLAG.UV if self.verifies else FLAG.UP

    def _client(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, websafe_decode(challenge), f"http://{HOST}")

    def _named(self, response: dict[str, str]) -> dict[str, object]:
        name = websafe_encode(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}
