"""What is sealed of a text: its document, after its author's signature and the account key that made it.

The signature stands inside the ciphertext: outside it would confirm guesses of short texts.
"""

from dataclasses import dataclass

from .account_keys import AccountKey
from .documents import MAX_DOCUMENT
from .ed25519 import SIGNATURE_SIZE, verify
from .errors import InvalidDocument
from .padding import padme

FINGERPRINT_SIZE = 32
_MARK = b"\x02"
_START = len(_MARK) + SIGNATURE_SIZE + FINGERPRINT_SIZE
# A draft holds so many bytes at most: the frame of the longest document, padded.
MAX_FRAME = padme(_START + MAX_DOCUMENT + 1)


@dataclass(frozen=True, slots=True)
class Frame:
    """A document as it was signed. The fingerprint is that of the account key whose signing half signed it; both are
    zeros where nobody did."""

    document: bytes
    signature: bytes = bytes(SIGNATURE_SIZE)
    fingerprint: bytes = bytes(FINGERPRINT_SIZE)

    @property
    def is_signed(self) -> bool:
        """Whether anything stands where the signature does; `check_frame` says whether it is one."""
        return any(self.signature) or any(self.fingerprint)


def sign_frame(document: bytes, *, account_key: AccountKey, statement: bytes) -> Frame:
    """The document, signed: the statement names its place, this account key and this very document."""
    return Frame(document, account_key.signing.sign(statement), account_key.fingerprint)


def check_frame(frame: Frame, *, statement: bytes, signing_key: bytes) -> None:
    """WrongSignature unless the holder of the signing key signed this statement; UnacceptableKey for a refused key."""
    verify(frame.signature, statement, signing_key=signing_key)


def encode_frame(frame: Frame) -> bytes:
    """0x02, the signature, the fingerprint, the document."""
    return _MARK + frame.signature + frame.fingerprint + frame.document


def decode_frame(data: bytes) -> Frame:
    """The frame in these bytes, whose signature and document are still to be checked; InvalidDocument."""
    if len(data) < _START or data[:1] != _MARK:
        raise InvalidDocument("frame", "must be 0x02, a signature, a fingerprint and a document")
    signed = _START - FINGERPRINT_SIZE
    return Frame(document=data[_START:], signature=data[1:signed], fingerprint=data[signed:_START])
