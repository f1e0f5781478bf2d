"""The keys of a recovery code: one to hold the account's seed, one to endorse the account."""

from uuid import UUID

from .account_keys import derive
from .ed25519 import SigningKey
from .x_wing import XWingPrivateKey

SECRET_SIZE = 16


class RecoveryKey:
    """Made of the 16 random bytes on paper, which need no slow derivation."""

    def __init__(self, secret: bytes, *, user: UUID) -> None:
        if len(secret) != SECRET_SIZE:
            raise ValueError("A recovery secret has 16 bytes.")
        self.wrapping = XWingPrivateKey(derive(secret, "recovery-wrapping", user.bytes))
        self.signing = SigningKey(derive(secret, "recovery-signing", user.bytes))
