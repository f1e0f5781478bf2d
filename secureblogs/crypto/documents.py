"""What an author wrote, as I-JSON (RFC 7493): title, Markdown text, and all that belongs to them."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from .attached_files import AttachedFile, read_files, write_files
from .encoding import to_base64
from .errors import InvalidDocument
from .strict_json import MAX_REST, check_rest, parse_object, read_bytes, read_string

MAX_TITLE = 100  # characters, which are code points
MAX_BODY = 1 << 20  # bytes of UTF-8
MAX_TAGS = 20
MAX_TAG = 30  # characters
THREAD_SIZE = 32
LETTING_IN = ["author", "moderators", "readers"]
# JSON may spend six bytes on one of the body ("\u0001"); all the other members share the rest.
MAX_DOCUMENT = 6 * MAX_BODY + MAX_REST
_TIME = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Document:
    """A post's title and Markdown text, with what its author's browser sealed beside them.

    `time` is when the author sent it, in UTC, by their own clock. `letting_in` is who may let others in, as the author
    saw the group's choice. `thread` is the secret of the comments, 32 bytes; a post without one has no comments.
    """

    title: str
    body: str
    tags: tuple[str, ...] = ()
    time: str | None = None
    letting_in: str = "author"
    thread: bytes | None = None
    files: tuple[AttachedFile, ...] = ()


def encode_document(document: Document) -> bytes:
    """The document as JSON bytes; InvalidDocument if `decode_document` would not take it back."""
    members: dict[str, object] = {"v": 2, "format": "markdown", "title": document.title}
    members |= {"body": document.body, "tags": list(document.tags)}
    if document.time is not None:
        members["time"] = document.time
    members["letting_in"] = document.letting_in
    if document.thread is not None:
        members["thread"] = to_base64(document.thread)
    members["files"] = write_files(document.files)
    _read(members)
    data = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
    check_rest(data)
    return data


def decode_document(data: bytes) -> Document:
    """The document in these bytes; InvalidDocument names the member at fault. Unknown members are ignored."""
    if len(data) > MAX_DOCUMENT:
        raise InvalidDocument("document", f"must be at most {MAX_DOCUMENT} bytes")
    return _read(parse_object(data, longest="body"))


def _read(members: dict[str, object]) -> Document:
    version = members.get("v")
    if version is True or version != 2:
        raise InvalidDocument("v", "must be 2")
    if members.get("format") != "markdown":
        raise InvalidDocument("format", "must be 'markdown'")

    def optional(name: str, read: Callable[[object], _Value], default: _Value) -> _Value:
        return read(members[name]) if name in members else default

    return Document(
        title=_title(members.get("title")),
        body=_body(members.get("body")),
        tags=optional("tags", _tags, ()),
        time=optional("time", _time, None),
        letting_in=optional("letting_in", _letting_in, "author"),
        thread=optional("thread", _thread, None),
        files=optional("files", read_files, ()),
    )


def _title(value: object) -> str:
    title = read_string("title", value)
    if not 1 <= len(title) <= MAX_TITLE:
        raise InvalidDocument("title", f"must have 1 to {MAX_TITLE} characters")
    return title


def _body(value: object) -> str:
    body = read_string("body", value)
    if len(body.encode()) > MAX_BODY:
        raise InvalidDocument("body", f"must be at most {MAX_BODY} bytes of UTF-8")
    return body


def _tags(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAX_TAGS:
        raise InvalidDocument("tags", f"must be a list of at most {MAX_TAGS}")
    tags = tuple(read_string("tags", tag) for tag in value)
    if not all(1 <= len(tag) <= MAX_TAG for tag in tags):
        raise InvalidDocument("tags", f"must have 1 to {MAX_TAG} characters each")
    return tags


def _time(value: object) -> str:
    text = read_string("time", value)
    try:
        if _TIME.fullmatch(text) and datetime.fromisoformat(text[:-1]).isoformat() == text[:-1]:
            return text
    except ValueError:
        pass
    raise InvalidDocument("time", "must be a time in UTC, as 2026-11-28T10:00:00Z")


def _letting_in(value: object) -> str:
    if value not in LETTING_IN:
        raise InvalidDocument("letting_in", f"must be one of {', '.join(LETTING_IN)}")
    return read_string("letting_in", value)


def _thread(value: object) -> bytes:
    return read_bytes("thread", value, THREAD_SIZE)
