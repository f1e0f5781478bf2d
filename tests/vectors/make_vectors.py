"""Makes the vectors of this folder anew: python -m tests.vectors.make_vectors (see README.md)."""

import base64
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from secureblogs.crypto import contexts, statements
from secureblogs.crypto.account_keys import AccountKey
from secureblogs.crypto.attached_files import AttachedFile, Thumbnail
from secureblogs.crypto.contents import new_content_key, seal_content
from secureblogs.crypto.documents import MAX_BODY, Document, encode_document
from secureblogs.crypto.frames import Frame, encode_frame, sign_frame
from secureblogs.crypto.padding import pad
from secureblogs.crypto.public_keys import load_public_key
from secureblogs.crypto.wrapping import (
    PrivateKey,
    export_private_key,
    generate_private_key,
    load_private_key,
    public_key_of,
    seal_to,
    wrap,
)

from . import files, must_fail
from . import keys as person

FOLDER = Path(__file__).parent
POST, GROUP, AUTHOR = uuid4(), uuid4(), uuid4()
ACCOUNT = AccountKey(os.urandom(32), user=AUTHOR, generation=1)
# What stands before the document in its frame.
START = len(encode_frame(Frame(b"")))


def filled(title: str, size: int) -> Document:
    """A document of this title whose frame has so many bytes."""
    return Document(title, "x" * (size - START - len(encode_document(Document(title, "")))))


PICTURE = AttachedFile(
    uid=uuid4(),
    key=os.urandom(32),
    name="Übersicht 题.jpg",
    type="image/jpeg",
    size=2**53 - 1,
    digest=os.urandom(32),
    alt='Ein Berg, davor "Häuser"',
    width=2560,
    height=1920,
    thumbnail=Thumbnail(uuid4(), os.urandom(32), "image/webp", 0, os.urandom(32), 800, 600),
)
DOCUMENTS = [
    Document("Hello", "# Hello\n\nSome *Markdown*.\n"),
    Document("题" * 100, "一篇文章。\u2028\U0001f600\r\n"),
    Document('"\\\u007f', '\x01\t\n\r\x1f"\\/</script><!--'),
    Document("Empty", ""),
    filled("A bucket's edge", 1023),
    filled("One more", 1024),
    Document("Longer", "Ein längerer Text. " * 400),
    Document(
        "Whole",
        "![Ein Berg](file:…)",
        tags=("wandern", "题" * 30),
        time="2026-11-28T10:00:00Z",
        letting_in="readers",
        thread=os.urandom(32),
        files=(PICTURE, AttachedFile(uuid4(), os.urandom(32), "notes", "text/plain", 17, os.urandom(32))),
    ),
]


def main() -> None:
    """Every file that Python makes; with four paths as arguments, also those carried over from elsewhere."""
    keys = make_keys()
    save("contexts.json", make_contexts())
    save("padme.json", make_padme())
    save("lines.json", make_lines())
    save("python-made.json", make_envelopes(keys))
    save("must-fail.json", must_fail.make(keys))
    save_keys()
    save("files.json", files.make())
    if len(sys.argv) == 5:
        x_wing, hpke, hpke_pq = (json.loads(Path(path).read_text()) for path in sys.argv[1:4])
        save("cobblestone.json", files.carry_over(Path(sys.argv[4])))
        save("x-wing.json", carry_over_x_wing(x_wing))
        save("hpke.json", carry_over_hpke(hpke, hpke_pq))


def save_keys() -> None:
    """The two files about a person's keys."""
    world = person.new_world()
    save("keys.json", person.make(world))
    save("keys-must-fail.json", person.must_fail(world))


def save(name: str, value: object) -> None:
    (FOLDER / name).write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def make_keys() -> dict[str, PrivateKey]:
    own = rsa.generate_private_key(65537, 3072)
    pem = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {"alice": generate_private_key(), "bob": generate_private_key(), "carol": load_private_key(pem)}


def make_lines() -> list[dict[str, str]]:
    cases = {
        "plain": ("Field notes", "Field notes"),
        "Persian with a zero-width non-joiner": ("یادداشت\u200cها", "یادداشت\u200cها"),
        "joined emoji with a variation selector": ("👩\u200d❤\ufe0f\u200d👩", "👩\u200d❤\ufe0f\u200d👩"),
        "the flag of Scotland": (
            "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
            "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        ),
        "tags without a flag": ("Alice\U000e0041\U000e007f", "Alice"),
        "a flag with a name in it": ("\U0001f3f4" + "\U000e0061" * 40 + "\U000e007f", "\U0001f3f4"),
        "joiners and selectors in Latin": ("A\u200dl\u200ci\ufe0fc\ufe0ee\U000e0100\u180b", "Alice"),
        "joiners at the ends of emoji": ("\u200d👩 \u200d👩\u200d", "👩 👩"),
        "a selector that does nothing": ("😀\ufe0f 1\ufe0f ☺\ufe0f\ufe0f", "😀 1 ☺\ufe0f"),
        "a key of a telephone": ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        "a skin and a profession": ("👩🏽\u200d🔬", "👩🏽\u200d🔬"),
        "a non-joiner after a letter that joins nothing, and at an end": ("کار\u200cها\u200c", "کارها"),
        "Sinhala, Bengali and Malayalam joiners": (
            "ශ\u0dca\u200dරී র\u200d\u09cdয ന\u0d4d\u200d",
            "ශ\u0dca\u200dරී র\u200d\u09cdয ന\u0d4d\u200d",
        ),
        "an Indic joiner without a virama": ("न\u200dम\u200cन\u094d\u200d", "नमन\u094d"),
        "a grapheme joiner and a blank of Braille": ("\u2800Al\u034fice\u2800", "Alice"),
        "blanks of music and hieroglyphs": ("A\U0001d159l\U00013441ice\ufffc", "Alice"),
        "a flag without an end": ("\U0001f3f4\U000e0067", "\U0001f3f4"),
        "a line separator": ("one\u2028two", "one two"),
        "a paragraph separator between spaces": ("one \u2029\u2029 two", "one two"),
        "a next line at the end": ("one\x85", "one"),
        "isolates": ("\u2067Alice\u2069", "Alice"),
        "an override": ("Alice \u202eecilA", "Alice ecilA"),
        "marks of a direction": ("\u200fAl\u061cice\u200e", "Alice"),
        "a zero-width space and a byte order mark": ("\ufeffAl\u200bice", "Alice"),
        "a filler": ("Alice\u3164", "Alice"),
        "a soft hyphen": ("Al\xadice", "Alice"),
        "nothing to see": ("\u2060\u2063", ""),
        "spaces that stay": ("  two  spaces ", "  two  spaces "),
        "other line breaks, which are refused": ("one\ntwo", "one\ntwo"),
    }
    return [{"case": name, "text": text, "plain": plain} for name, (text, plain) in cases.items()]


def make_contexts() -> list[dict[str, object]]:
    place = {"post": POST, "group": GROUP, "author": AUTHOR}
    shown = {name: str(uid) for name, uid in place.items()}
    fingerprint = os.urandom(32)
    cases: list[tuple[str, Mapping[str, object], bytes]] = []
    for revision in (0, 1, 2**32 - 1):
        own = {"post": shown["post"], "revision": revision}
        whole = shown | {"revision": revision}
        key = contexts.wrapped_key(post=POST, revision=revision, fingerprint=fingerprint)
        cases += [
            ("content", whole, contexts.content(**place, revision=revision)),
            ("content-key", own, contexts.content_key(post=POST, revision=revision)),
            ("wrapped-key", own | {"fingerprint": fingerprint.hex()}, key),
            ("draft", whole, contexts.draft(**place, revision=revision)),
            ("waiting-key", whole, contexts.waiting_key(**place, revision=revision)),
        ]
    in_post = {"post": POST, "author": AUTHOR, "file": uuid4()}
    cases.append(("file", {name: str(uid) for name, uid in in_post.items()}, contexts.file(**in_post)))
    return [{"purpose": purpose, "place": place, "hex": data.hex()} for purpose, place, data in cases]


def make_padme() -> list[dict[str, int]]:
    """By the paper's definition, written out another way than the code: the next multiple of 2^(E - S)."""
    edges = {0, 1, 2, 3, 8, 9, 100, 1000, MAX_BODY, 6 * MAX_BODY + (64 << 10)}
    for power in range(1, 24):
        edges |= {2**power - 1, 2**power, 2**power + 1, 3 * 2**power + 1}
    cases = []
    for length in sorted(edges):
        exponent = len(bin(length)) - 3
        unit = 2 ** (exponent - (len(bin(exponent)) - 2)) if length >= 2 else 1
        padded = -(-length // unit) * unit
        cases.append({"length": length, "padme": padded})
    return cases


def make_envelopes(keys: dict[str, PrivateKey]) -> dict[str, object]:
    return {
        "private_keys": {name: export_private_key(key) for name, key in keys.items()},
        "public_keys": {name: public_key_of(key).pem for name, key in keys.items()},
        "fingerprints": {name: public_key_of(key).fingerprint.hex() for name, key in keys.items()},
        "envelopes": [make_envelope(document, keys) for document in DOCUMENTS],
        "drafts": [make_draft(document, keys["alice"]) for document in DOCUMENTS],
    }


def make_envelope(document: Document, keys: dict[str, PrivateKey]) -> dict[str, object]:
    post, revision, content_key = uuid4(), 1, new_content_key()
    data = encode_document(document)
    sealed = seal_content(
        signed(data, post=post),
        content_key=content_key,
        content_context=contexts.content(post=post, group=GROUP, author=AUTHOR, revision=revision),
        key_context=contexts.content_key(post=post, revision=revision),
    )
    wrapped_keys = []
    for key in map(public_key_of, keys.values()):
        context = contexts.wrapped_key(post=post, revision=revision, fingerprint=key.fingerprint)
        wrapped = wrap(content_key, load_public_key(key.algorithm, key.der), context=context)
        wrapped_keys.append(
            {"fingerprint": key.fingerprint.hex(), "algorithm": key.algorithm, "wrapped_key": text(wrapped)}
        )
    envelope = {
        "v": 2,
        "post": str(post),
        "group": str(GROUP),
        "author": str(AUTHOR),
        "revision": revision,
        "state": "published",
        "title": document.title,
        "nonce": text(sealed.nonce),
        "ciphertext": text(sealed.ciphertext),
        "key_commitment": text(sealed.key_commitment),
        "wrapped_keys": wrapped_keys,
        "author_keys": [person.shown(person.first_link(ACCOUNT))],
    }
    return {"document": data.decode(), "envelope": envelope}


def make_draft(document: Document, sealing_key: PrivateKey) -> dict[str, object]:
    post, public_key = uuid4(), public_key_of(sealing_key)
    context = contexts.draft(post=post, group=GROUP, author=AUTHOR, revision=1)
    data = encode_document(document)
    recipient = load_public_key(public_key.algorithm, public_key.der)
    sealed = seal_to(pad(signed(data, post=post)), recipient, context=context)
    place = {"post": str(post), "group": str(GROUP), "author": str(AUTHOR), "revision": 1}
    return {"document": data.decode(), "place": place, "draft": text(sealed)}


def signed(document: bytes, *, post: UUID) -> bytes:
    """The frame of the document as the first revision of this post."""
    fingerprint = ACCOUNT.fingerprint
    statement = statements.post(
        post=post, group=GROUP, author=AUTHOR, revision=1, fingerprint=fingerprint, document=document
    )
    return encode_frame(sign_frame(document, account_key=ACCOUNT, statement=statement))


def carry_over_x_wing(published: list[dict[str, str]]) -> list[dict[str, str]]:
    theirs = {
        "seed": "seed",
        "randomness": "eseed",
        "public_key": "pk",
        "ciphertext": "ct",
        "shared_secret": "ss",
    }
    return [{ours: case[name] for ours, name in theirs.items()} for case in published]


def carry_over_hpke(*published: list[dict[str, object]]) -> list[dict[str, object]]:
    """Base mode with HKDF-SHA256 and the two AES of X25519 (RFC 9180), and with X-Wing (HPKE-PQ draft)."""
    suites = {(0x20, 1, 1), (0x20, 1, 2), (0x647A, 1, 3)}
    ids = ("kem_id", "kdf_id", "aead_id")
    members = (*ids, "info", "skRm", "pkRm", "enc", "shared_secret", "key", "base_nonce")
    cases: list[dict[str, object]] = []
    for case in (case for vectors in published for case in vectors):
        if case["mode"] == 0 and tuple(case[name] for name in ids) in suites:
            first = case["encryptions"][0]  # type: ignore[index]  # The single shot's: sequence number 0.
            cases.append(
                {member: case[member] for member in members} | {k: first[k] for k in ("aad", "pt", "ct")}
            )
    return cases


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    main()
