"""Files open in their place, whole, and otherwise not at all; files.test.js runs the same cases."""

import base64
import hashlib
import os
import zlib
from io import BytesIO
from uuid import UUID

import pytest

from secureblogs.crypto import contexts
from secureblogs.crypto.errors import CannotOpen
from secureblogs.crypto.files import digest_of, new_file_key, open_chunks, open_file, seal_file, sealed_size
from tests.vectors.files import plain

from .vectors import cases, load

VECTORS = load("files")
MEGABYTE = 1024 * 1024
KEY = {"file_key": new_file_key(), "file_context": b"here"}


def opened(case, sealed: bytes) -> bytes:
    place = {name: UUID(uid) for name, uid in case["place"].items()}
    pieces = open_file(
        BytesIO(sealed),
        size=case["size"],
        digest=bytes.fromhex(case["digest"]),
        file_key=base64.b64decode(case["key"]),
        file_context=contexts.file(**place),
    )
    return b"".join(pieces)


def spoilt(sealed: bytes, change) -> bytes:
    changed = b"".join(sealed[start:end] for start, end in change.get("slices", [[0, None]]))
    changed += bytes.fromhex(change.get("more", ""))
    if (at := change.get("flip")) is not None:
        whole = bytearray(changed)
        whole[at] ^= 1
        changed = bytes(whole)
    return changed


def resealed(content: bytes, *, size: int) -> bytes:
    """What opens when the file is said to be of this size."""
    sealed = BytesIO(b"".join(seal_file([content], size=len(content), **KEY)))
    return b"".join(open_file(sealed, size=size, digest=digest_of(sealed), **KEY))


@pytest.mark.parametrize(
    "made", [*VECTORS["files"], *load("js-made-files")["files"]], ids=lambda made: made["case"]
)
def test_a_file_opens(made):
    sealed = base64.b64decode(made["sealed"])

    assert len(sealed) == sealed_size(made["size"])
    assert opened(made, sealed) == plain(made["size"])


@cases(VECTORS["must_fail"])
def test_what_differs_in_anything_does_not_open(case):
    made = VECTORS["files"][-1]
    sealed = spoilt(base64.b64decode(made["sealed"]), case)
    tried = made | {"digest": hashlib.sha256(sealed).hexdigest()} | case
    tried["place"] = made["place"] | case.get("place", {})

    with pytest.raises(CannotOpen):
        opened(tried, sealed)


def test_padding_that_is_not_zero_does_not_open():
    assert resealed(bytes(1024), size=1023) == bytes(1023)

    with pytest.raises(CannotOpen):
        resealed(plain(1024), size=1023)


def test_parts_of_another_order_do_not_open():
    content = os.urandom(3 * MEGABYTE)
    sealed = b"".join(seal_file([content[:100], content[100:]], size=len(content), **KEY))
    first, second, rest = sealed[:MEGABYTE], sealed[MEGABYTE : 2 * MEGABYTE], sealed[2 * MEGABYTE :]

    for order, is_right in ([first, second, rest], True), ([second, first, rest], False):
        parts = BytesIO(b"".join(order))
        pieces = open_file(parts, size=len(content), digest=digest_of(parts), **KEY)
        if is_right:
            assert b"".join(pieces) == content
        else:
            with pytest.raises(CannotOpen):
                b"".join(pieces)


@pytest.mark.parametrize("size", [4, 6])
def test_a_file_is_of_the_size_that_was_announced(size):
    with pytest.raises(ValueError, match="announced"):
        list(seal_file([b"Hello"], size=size, **KEY))


def test_a_sealed_length_is_one_of_few():
    assert {sealed_size(size) for size in range(1025)} == {56 + 1024 + 16}
    assert len({sealed_size(size) for size in range(1_000_000, 1_030_000)}) <= 2


@cases(load("cobblestone"))
def test_the_published_cases_open_or_do_not(case):
    sealed = BytesIO(zlib.decompress(base64.b64decode(case["zlib"])))
    pieces = open_chunks(
        sealed, file_key=bytes.fromhex(case["key"]), file_context=bytes.fromhex(case["context"])
    )

    if "sha512" in case:
        content = b"".join(pieces)
        assert (len(content), hashlib.sha512(content).hexdigest()) == (case["size"], case["sha512"])
    else:
        with pytest.raises(CannotOpen):
            b"".join(pieces)
