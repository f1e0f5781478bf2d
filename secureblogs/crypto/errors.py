"""What can go wrong, named after what happened. The messages never hold a key, a text or any part of one."""

from .refusals import REFUSALS


class CryptoError(Exception):
    """Base of every error that this package raises about the bytes it was given."""


class WrongKey(CryptoError):
    """The wrapped key is not for this private key and place, or the content commits to another key."""

    def __init__(self) -> None:
        super().__init__("The key does not fit.")


class CannotOpen(CryptoError):
    """The ciphertext does not open here; nothing tells tampering from accident."""

    def __init__(self) -> None:
        super().__init__("The content cannot be opened.")


class WrongSignature(CryptoError):
    """The signature is not by this signing key, or not over these bytes."""

    def __init__(self) -> None:
        super().__init__("The signature does not verify.")


class BrokenChain(CryptoError):
    """The account keys of a person don't follow one another; `generation` is the first that does not."""

    def __init__(self, generation: int) -> None:
        super().__init__(f"Generation {generation} does not follow.")
        self.generation = generation


class InvalidCode(CryptoError):
    """The text is no code. `reason` is 'letters', 'length' or 'checksum'."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InvalidDocument(CryptoError):
    """The bytes are not a document. `member` names the member at fault, or is 'document' for the whole."""

    def __init__(self, member: str, reason: str) -> None:
        super().__init__(f"{member}: {reason}")
        self.member = member
        self.reason = reason


class UnacceptableKey(CryptoError):
    """A key that is refused. `rule` is a key of REFUSALS, whose sentence takes `parameters` by `%`."""

    def __init__(self, rule: str, **parameters: str | int) -> None:
        super().__init__(REFUSALS[rule] % parameters)
        self.rule = rule
        self.parameters = parameters
