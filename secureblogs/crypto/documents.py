"""What an author wrote, as I-JSON (RFC 7493): {"v": 1, "format": "markdown", "title": ..., "body": ...}."""

import json
from dataclasses import dataclass

from .errors import InvalidDocument
from .strict_json import MAX_REST, parse_object

MAX_TITLE = 100  # characters, which are code points
MAX_BODY = 1 << 20  # bytes of UTF-8
# JSON may spend six bytes on one of the body ("\u0001"); the title and members of later versions share the rest.
MAX_DOCUMENT = 6 * MAX_BODY + MAX_REST


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
    if len(data) > MAX_DOCUMENT:
        raise InvalidDocument("document", f"must be at most {MAX_DOCUMENT} bytes")
    members = parse_object(data, longest="body")
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
