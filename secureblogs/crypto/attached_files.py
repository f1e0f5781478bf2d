"""What a document says of its files: where each is kept, the key that opens it, and what it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from .encoding import from_hex, to_base64
from .errors import InvalidDocument
from .strict_json import read_bytes, read_string

MAX_FILES = 100
MAX_NAME = 255  # characters
MAX_TYPE = 100
MAX_ALT = 1_000
KEY_SIZE = 32
DIGEST_SIZE = 32
_LARGEST = 2**53 - 1  # which JavaScript still counts exactly
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture in place of a large one: a file of its own, with a key of its own."""

    uid: UUID
    key: bytes
    type: str
    size: int
    digest: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of a post, which `key` opens: 32 bytes.

    `size` is that of the plain bytes, `digest` the SHA-256 of the sealed ones. `alt` is the alternative text of a
    picture; width and height are in pixels.
    """

    uid: UUID
    key: bytes
    name: str
    type: str
    size: int
    digest: bytes
    alt: str | None = None
    width: int | None = None
    height: int | None = None
    thumbnail: Thumbnail | None = None


def read_files(value: object) -> tuple[AttachedFile, ...]:
    """The member `files` of a document; InvalidDocument. Unknown members are ignored."""
    if not isinstance(value, list) or len(value) > MAX_FILES:
        raise InvalidDocument("files", f"must be a list of at most {MAX_FILES}")
    return tuple(_file(_object(entry)) for entry in value)


def write_files(files: Sequence[AttachedFile]) -> list[_Json]:
    """The same as JSON has it."""
    return [_members(each) for each in files]


def _file(members: _Json) -> AttachedFile:
    def has(name: str) -> bool:
        return name in members

    return AttachedFile(
        uid=_uid(members.get("uid")),
        key=read_bytes("files", members.get("key"), KEY_SIZE),
        name=_text(members.get("name"), MAX_NAME),
        type=_text(members.get("type"), MAX_TYPE),
        size=_number(members.get("size")),
        digest=read_bytes("files", members.get("digest"), DIGEST_SIZE, from_hex),
        alt=_text(members["alt"], MAX_ALT, least=0) if has("alt") else None,
        width=_number(members["width"]) if has("width") else None,
        height=_number(members["height"]) if has("height") else None,
        thumbnail=_thumbnail(_object(members["thumbnail"])) if has("thumbnail") else None,
    )


def _thumbnail(members: _Json) -> Thumbnail:
    return Thumbnail(
        uid=_uid(members.get("uid")),
        key=read_bytes("files", members.get("key"), KEY_SIZE),
        type=_text(members.get("type"), MAX_TYPE),
        size=_number(members.get("size")),
        digest=read_bytes("files", members.get("digest"), DIGEST_SIZE, from_hex),
        width=_number(members.get("width")),
        height=_number(members.get("height")),
    )


def _members(file: AttachedFile) -> _Json:
    members = _kept(file) | {"name": file.name}
    if file.alt is not None:
        members["alt"] = file.alt
    if file.width is not None:
        members["width"] = file.width
    if file.height is not None:
        members["height"] = file.height
    if (small := file.thumbnail) is not None:
        members["thumbnail"] = _kept(small) | {"width": small.width, "height": small.height}
    return members


def _kept(file: AttachedFile | Thumbnail) -> _Json:
    place = {"uid": str(file.uid), "key": to_base64(file.key)}
    return place | {"type": file.type, "size": file.size, "digest": file.digest.hex()}


def _object(value: object) -> _Json:
    if not isinstance(value, dict):
        raise InvalidDocument("files", "must be objects, and thumbnails too")
    return value


def _uid(value: object) -> UUID:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise InvalidDocument("files", "must name each file by a UUID in lower case")
    return UUID(value)


def _text(value: object, most: int, *, least: int = 1) -> str:
    text = read_string("files", value)
    if not least <= len(text) <= most:
        raise InvalidDocument("files", "must have names, types and alternative texts that are not too long")
    return text


def _number(value: object) -> int:
    # Read from JSON, numbers are floats; and True would be an int.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or not 0 <= value <= _LARGEST:
        raise InvalidDocument("files", "must have sizes in whole numbers")
    return value
