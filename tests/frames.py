"""What an author's browser seals: a document in its frame, signed where the author has an account key."""

from dataclasses import asdict

from posts.models.contexts import Contexts
from secureblogs.crypto import statements
from secureblogs.crypto.account_keys import AccountKey
from secureblogs.crypto.documents import Document, encode_document
from secureblogs.crypto.frames import Frame, encode_frame, sign_frame
from secureblogs.crypto.padding import pad


def framed(document: Document | bytes, place: Contexts, *, account_key: AccountKey | None = None) -> Frame:
    """The document of this place, signed by the account key; unsigned without one."""
    data = document if isinstance(document, bytes) else encode_document(document)
    if account_key is None:
        return Frame(data)
    fingerprint = account_key.fingerprint
    statement = statements.post(**asdict(place), fingerprint=fingerprint, document=data)
    return sign_frame(data, account_key=account_key, statement=statement)


def padded(frame: Frame) -> bytes:
    """What is sealed of a frame."""
    return pad(encode_frame(frame))
