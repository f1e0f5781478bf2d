"""Comments under a post: sealed and signed by whoever writes them, under a secret that the post's document holds."""

import json
from dataclasses import dataclass
from uuid import UUID

from .account_keys import AccountKey, derive
from .contents import SealedContent, open_content, seal_content
from .contexts import context, number
from .documents import THREAD_SIZE
from .errors import CannotOpen, InvalidDocument, WrongSignature
from .frames import Frame, decode_frame, encode_frame, sign_frame
from .padding import padme
from .statements import digest
from .strict_json import MAX_REST, parse_object, read_string

MAX_COMMENT = 64 << 10  # bytes of UTF-8
# JSON may spend six bytes on one of the text.
_MAX_BYTES = 6 * MAX_COMMENT + MAX_REST
# Framed, padded, and with its tag.
MAX_SEALED = padme(len(encode_frame(Frame(b""))) + _MAX_BYTES + 1) + 16


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment belongs: its post and group, who wrote it, which revision, and what it answers, if anything."""

    post: UUID
    group: UUID
    comment: UUID
    author: UUID
    revision: int
    parent: UUID | None


def comment_statement(place: Place, *, fingerprint: bytes, document: bytes) -> bytes:
    """What the author signs with the account key of this fingerprint."""
    return context("comment-statement", *_parts(place), fingerprint, digest(document))


def seal_comment(body: str, *, place: Place, thread: bytes, account_key: AccountKey) -> SealedContent:
    """A comment in its place, signed; InvalidDocument if it is too long."""
    document = encode_comment(body)
    statement = comment_statement(place, fingerprint=account_key.fingerprint, document=document)
    return seal_content(
        encode_frame(sign_frame(document, account_key=account_key, statement=statement)),
        content_key=_key(place, thread),
        content_context=_content(place),
        key_context=_content_key(place),
    )


def open_comment(sealed: SealedContent, *, place: Place, thread: bytes) -> tuple[str, Frame]:
    """The text, and its frame, whose signature is to be checked; WrongKey, CannotOpen, WrongSignature without one."""
    opened = open_content(
        sealed,
        content_key=_key(place, thread),
        content_context=_content(place),
        key_context=_content_key(place),
    )
    try:
        frame = decode_frame(opened)
        body = decode_comment(frame.document)
    except InvalidDocument:
        raise CannotOpen from None
    if not frame.is_signed:
        raise WrongSignature
    return body, frame


def encode_comment(body: str) -> bytes:
    """The comment as JSON bytes; InvalidDocument if `decode_comment` would not take it back."""
    members = {"v": 2, "format": "markdown", "body": _body(body)}
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def decode_comment(data: bytes) -> str:
    """The text in these bytes; InvalidDocument names the member at fault. Unknown members are ignored."""
    if len(data) > _MAX_BYTES:
        raise InvalidDocument("document", f"must be at most {_MAX_BYTES} bytes")
    members = parse_object(data, longest="body")
    if members.get("v") != 2:
        raise InvalidDocument("v", "must be 2")
    if members.get("format") != "markdown":
        raise InvalidDocument("format", "must be 'markdown'")
    return _body(members.get("body"))


def _body(value: object) -> str:
    body = read_string("body", value)
    if len(body.encode()) > MAX_COMMENT:
        raise InvalidDocument("body", f"must be at most {MAX_COMMENT} bytes of UTF-8")
    return body


def _key(place: Place, thread: bytes) -> bytes:
    if len(thread) != THREAD_SIZE:
        raise ValueError("The secret of a post's comments has 32 bytes.")
    return derive(thread, "comment-key", place.post.bytes, place.comment.bytes, number(place.revision))


def _content(place: Place) -> bytes:
    return context("comment", *_parts(place))


def _content_key(place: Place) -> bytes:
    return context("comment-content-key", place.comment.bytes, number(place.revision))


def _parts(place: Place) -> tuple[bytes, ...]:
    where = place.post.bytes, place.group.bytes, place.comment.bytes
    return *where, place.author.bytes, number(place.revision), place.parent.bytes if place.parent else b""
