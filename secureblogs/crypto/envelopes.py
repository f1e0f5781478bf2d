"""A post as `envelope.json` holds it: its place, its sealed content, and its key wrapped for public keys."""

import json
from dataclasses import dataclass
from uuid import UUID

from . import contexts
from .contents import SealedContent, check_commitment, open_content
from .documents import Document, decode_document
from .encoding import from_base64, from_hex
from .errors import CannotOpen, InvalidDocument, WrongKey
from .frames import Frame, decode_frame
from .public_keys import fingerprint
from .wrapping import PrivateKey, unwrap


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """The content key for one public key; the algorithm is what the envelope claims."""

    fingerprint: bytes
    algorithm: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed post in its place. `title` is the one that the server shows in lists.

    `author_keys` is what the envelope says of the author's chain, unread: what is wrong with that is no reason not to
    open the post (see authors.py).
    """

    post: UUID
    group: UUID
    author: UUID
    revision: int
    title: str
    sealed: SealedContent
    wrapped_keys: tuple[WrappedKey, ...]
    author_keys: object = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What an envelope holds: the document, and the frame with its author's signature, which is still to be checked."""

    document: Document
    frame: Frame


def read_envelope(text: str | bytes) -> Envelope:
    """The envelope in this JSON; CannotOpen if it is none of version 2."""
    try:
        members = json.loads(text)
        if members["v"] is True or members["v"] != 2:
            raise CannotOpen
        return Envelope(
            post=_uuid(members["post"]),
            group=_uuid(members["group"]),
            author=_uuid(members["author"]),
            revision=_revision(members["revision"]),
            title=_text(members["title"]),
            sealed=SealedContent(
                nonce=from_base64(members["nonce"]),
                ciphertext=from_base64(members["ciphertext"]),
                key_commitment=from_base64(members["key_commitment"]),
            ),
            wrapped_keys=tuple(
                WrappedKey(
                    fingerprint=from_hex(entry["fingerprint"]),
                    algorithm=_text(entry["algorithm"]),
                    wrapped=from_base64(entry["wrapped_key"]),
                )
                for entry in _list(members["wrapped_keys"])
            ),
            author_keys=members.get("author_keys"),
        )
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        raise CannotOpen from None


def open_content_key(envelope: Envelope, private_key: PrivateKey) -> bytes:
    """The content key, checked against the commitment; WrongKey if it isn't wrapped for this private key."""
    own = fingerprint(private_key.spki)
    context = contexts.wrapped_key(post=envelope.post, revision=envelope.revision, fingerprint=own)
    for entry in envelope.wrapped_keys:
        # The algorithm is a property of the public key: an envelope that claims another is refused.
        if entry.fingerprint == own and entry.algorithm == private_key.algorithm:
            content_key = unwrap(entry.wrapped, private_key, context=context)
            key_context = contexts.content_key(post=envelope.post, revision=envelope.revision)
            check_commitment(envelope.sealed.key_commitment, content_key=content_key, key_context=key_context)
            return content_key
    raise WrongKey


def open_envelope(envelope: Envelope, private_key: PrivateKey) -> Opened:
    """What the envelope holds; WrongKey or CannotOpen."""
    content_key = open_content_key(envelope, private_key)
    plain = open_content(
        envelope.sealed,
        content_key=content_key,
        content_context=contexts.content(
            post=envelope.post, group=envelope.group, author=envelope.author, revision=envelope.revision
        ),
        key_context=contexts.content_key(post=envelope.post, revision=envelope.revision),
    )
    try:
        frame = decode_frame(plain)
        return Opened(decode_document(frame.document), frame)
    except InvalidDocument:
        raise CannotOpen from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise CannotOpen
    return value


def _list(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list):
        raise CannotOpen
    return value


def _uuid(value: object) -> UUID:
    uuid = UUID(_text(value))
    if str(uuid) != value:
        raise CannotOpen
    return uuid


def _revision(value: object) -> int:
    if type(value) is not int or not 0 <= value < 1 << 32:
        raise CannotOpen
    return value
