"""Files: sealed ones to be opened, and how one of them is spoilt so that it has to be refused."""

import base64
import json
import zlib
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

from secureblogs.crypto import contexts
from secureblogs.crypto.files import digest_of, new_file_key, seal_file

Case = dict[str, object]
CHUNK = 16 * 1024 + 16
HEADER = 56


def make() -> dict[str, object]:
    """`files` to be opened, their bytes those of `plain`; `must_fail` says what is done to the last of them."""
    sizes = (0, 1, 1023, 1024, 1025, 16_384, 16_385, 40_000)
    return {"files": [seal(size) for size in sizes], "must_fail": must_fail()}


def plain(size: int) -> bytes:
    """The bytes of a file of the vectors: none of them is zero."""
    return bytes(at % 251 + 1 for at in range(size))


def seal(size: int) -> Case:
    place, file_key = {name: uuid4() for name in ("post", "author", "file")}, new_file_key()
    pieces = seal_file([plain(size)], size=size, file_key=file_key, file_context=contexts.file(**place))
    sealed = b"".join(pieces)
    return {
        "case": f"{size} bytes",
        "place": {name: str(uid) for name, uid in place.items()},
        "key": text(file_key),
        "size": size,
        "digest": digest_of(BytesIO(sealed)).hex(),
        "sealed": text(sealed),
    }


def must_fail() -> list[Case]:
    """Each case changes a member, or takes `slices` of the ciphertext, flips a bit at `flip`, or appends `more`.

    Of a changed ciphertext the digest is that of the changed one, unless it is given: the chunks have to notice.
    """
    header, first, second, third = (
        [0, HEADER],
        *([HEADER + n * CHUNK, HEADER + (n + 1) * CHUNK] for n in range(3)),
    )
    other = str(UUID(int=9))
    return [
        {"case": "another post", "place": {"post": other}},
        {"case": "another author", "place": {"author": other}},
        {"case": "another file", "place": {"file": other}},
        {"case": "another key", "key": text(bytes(32))},
        {"case": "a key that is too short", "key": text(bytes(31))},
        {"case": "another digest", "digest": "00" * 32},
        {"case": "a digest that is cut", "digest": ""},
        {"case": "one byte less", "size": 39_999},
        {"case": "the bucket above", "size": 41_000},
        {"case": "the bucket below", "size": 30_000},
        {"case": "another salt", "flip": 0},
        {"case": "another commitment", "flip": 24},
        {"case": "a bit in the first chunk", "flip": HEADER},
        {"case": "a bit in the second chunk", "flip": HEADER + CHUNK},
        {"case": "a bit in the last tag", "flip": -1},
        {"case": "chunks swapped", "slices": [header, second, first, third]},
        {"case": "a chunk twice", "slices": [header, first, first, third]},
        {"case": "a chunk left out", "slices": [header, first, third]},
        {"case": "the last chunk left out", "slices": [header, first, second]},
        {"case": "the last chunk cut", "slices": [header, first, second, [third[0], -1]]},
        {"case": "the last chunk twice", "slices": [header, first, second, third, third]},
        {"case": "a byte at the end", "more": "00"},
        {"case": "a byte at the end, in the place of one before", "slices": [[0, -1]], "more": "00"},
        {"case": "no chunk", "slices": [header]},
        {"case": "half a header", "slices": [[0, 28]]},
        {"case": "nothing", "slices": []},
    ]


def carry_over(path: Path) -> list[Case]:
    """The published cases for Cobblestone-256: their ciphertexts are compressed by zlib, and small only so."""
    (group,) = json.loads(path.read_text())["testGroups"]
    cases = []
    for published in group["tests"]:
        ciphertext = zlib.decompress(bytes.fromhex(published["ct"]))
        case: Case = {"case": published["comment"], "key": published["key"], "context": published["ctx"]}
        case["zlib"] = text(zlib.compress(ciphertext, 9))
        if published["result"] == "valid":
            case |= {"size": published["msgLength"], "sha512": published["msgSha512"]}
        cases.append(case)
    return cases


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()
