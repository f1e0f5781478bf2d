"""Objects in I-JSON (RFC 7493), strict and bounded: one string may be long, all the rest is little."""

import json
import re
from collections.abc import Callable, Iterable
from itertools import chain
from typing import NoReturn

from .encoding import from_base64
from .errors import InvalidDocument

# Bytes of all but the longest string. Without this limit a worker would parse a million values for nothing.
MAX_REST = 64 << 10
_MAX_DEPTH = 32
# It takes back nothing that it has matched, or a string without an end would take hours.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)


def parse_object(data: bytes, *, longest: str) -> dict[str, object]:
    """The members of the object in these bytes, or InvalidDocument. Only the member `longest` may be a long string."""
    check_rest(data)
    try:
        # Numbers become floats, as in JavaScript: no limit on digits, and 1 and 1.0 are the same.
        members = json.loads(
            data.decode(), object_pairs_hook=_members, parse_constant=_no_constant, parse_int=float
        )
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise InvalidDocument("document", "must be JSON in UTF-8") from None
    except RecursionError:
        raise InvalidDocument("document", f"must not be nested deeper than {_MAX_DEPTH}") from None
    if not isinstance(members, dict):
        raise InvalidDocument("document", "must be an object")
    _check_values(members, longest)
    return members


def check_rest(data: bytes) -> None:
    """InvalidDocument if all but the longest string is too much, before anything is parsed."""
    rest = longest = at = 0
    while (start := data.find(b'"', at)) >= 0:
        if (string := _STRING.match(data, start)) is None:
            raise InvalidDocument("document", "must be JSON in UTF-8")
        size = string.end() - start
        rest += start - at + min(size, longest)
        longest, at = max(size, longest), string.end()
        if rest > MAX_REST:
            break
    if rest + len(data) - at > MAX_REST:
        raise InvalidDocument("document", f"must hold at most {MAX_REST} bytes beside its longest string")


def read_string(member: str, value: object) -> str:
    """A string that the member holds; InvalidDocument if it is none, or could not be written as UTF-8."""
    if not isinstance(value, str):
        raise InvalidDocument(member, "must be a string")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidDocument(member, "must not hold half a surrogate pair") from None
    return value


def read_bytes(
    member: str, value: object, size: int, decode: Callable[[object], bytes] = from_base64
) -> bytes:
    """So many bytes that the member holds, in their one form as text; InvalidDocument."""
    try:
        data = decode(value)
    except ValueError:
        data = b""
    if len(data) != size:
        raise InvalidDocument(member, f"must be {size} bytes, as base64 or lower-case hex")
    return data


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise InvalidDocument("document", "must not name a member twice")
    return members


def _no_constant(_: str) -> NoReturn:
    raise InvalidDocument("document", "must be JSON in UTF-8")


def _check_values(members: dict[str, object], longest: str) -> None:
    # Level by level rather than by recursion, so that the depth of the document is the only limit.
    level: list[object] = [members]
    for _ in range(_MAX_DEPTH):
        level = [child for value in level for child in _children(value)]
        if not level:
            return
        for value in level:
            if isinstance(value, str):
                _check_string(value, is_longest=value is members.get(longest))
    raise InvalidDocument("document", f"must not be nested deeper than {_MAX_DEPTH}")


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return chain(value.keys(), value.values())
    return value if isinstance(value, list) else ()


def _check_string(value: str, *, is_longest: bool) -> None:
    size = len(read_string("document", value).encode())
    if size > MAX_REST and not is_longest:
        raise InvalidDocument("document", f"must hold at most {MAX_REST} bytes beside its longest string")
