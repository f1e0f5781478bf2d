"""What an author wrote, as I-JSON (RFC 7493): {"v": 1, "format": "markdown", "title": ..., "body": ...}."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import NoReturn

from .errors import InvalidDocument

MAX_TITLE = 100  # characters, which are code points
MAX_BODY = 1 << 20  # bytes of UTF-8
# JSON may spend six bytes on one ("\u0001"); the rest is for the title and for members of later versions.
MAX_DOCUMENT = 6 * MAX_BODY + (64 << 10)
MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Document:
    """Title and Markdown text of a post."""

    title: str
    body: str


def encode_document(document: Document) -> bytes:
    """The document as JSON bytes; InvalidDocument if `decode_document` would not take it back."""
    _check(document)
    members = {"v": 1, "format": "markdown", "title": document.title, "body": document.body}
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def decode_document(data: bytes) -> Document:
    """The document in these bytes; InvalidDocument names the member at fault. Unknown members are ignored."""
    members = _parse(data)
    version = members.get("v")
    if version is True or version != 1:
        raise InvalidDocument("v", "must be 1")
    if members.get("format") != "markdown":
        raise InvalidDocument("format", "must be 'markdown'")
    title, body = members.get("title"), members.get("body")
    if not isinstance(title, str):
        raise InvalidDocument("title", "must be a string")
    if not isinstance(body, str):
        raise InvalidDocument("body", "must be a string")
    document = Document(title, body)
    _check(document)
    return document


def _check(document: Document) -> None:
    if not 1 <= len(document.title) <= MAX_TITLE:
        raise InvalidDocument("title", f"must have 1 to {MAX_TITLE} characters")
    _utf8_size("title", document.title)
    if _utf8_size("body", document.body) > MAX_BODY:
        raise InvalidDocument("body", f"must be at most {MAX_BODY} bytes of UTF-8")


def _utf8_size(member: str, text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise InvalidDocument(member, "must not hold half a surrogate pair") from None


def _parse(data: bytes) -> dict[str, object]:
    if len(data) > MAX_DOCUMENT:
        raise InvalidDocument("document", f"must be at most {MAX_DOCUMENT} bytes")
    try:
        # Numbers become floats, as in JavaScript: no limit on digits, and 1 and 1.0 are the same.
        members = json.loads(
            data.decode(), object_pairs_hook=_members, parse_constant=_no_constant, parse_int=float
        )
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise InvalidDocument("document", "must be JSON in UTF-8") from None
    except RecursionError:
        raise InvalidDocument("document", f"must not be nested deeper than {MAX_DEPTH}") from None
    if not isinstance(members, dict):
        raise InvalidDocument("document", "must be an object")
    _check_values(members)
    return members


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise InvalidDocument("document", "must not name a member twice")
    return members


def _no_constant(_: str) -> NoReturn:
    raise InvalidDocument("document", "must be JSON in UTF-8")


def _check_values(members: dict[str, object]) -> None:
    # Level by level rather than by recursion, so that the depth of the document is the only limit.
    level: list[object] = [members]
    for _ in range(MAX_DEPTH):
        level = [child for value in level for child in _children(value)]
        if not level:
            return
        for value in level:
            if isinstance(value, str):
                _utf8_size("document", value)
    raise InvalidDocument("document", f"must not be nested deeper than {MAX_DEPTH}")


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return chain(value.keys(), value.values())
    return value if isinstance(value, list) else ()
