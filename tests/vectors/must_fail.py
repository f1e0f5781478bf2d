"""Envelopes, keys and documents that must be refused, each with the exact error. All is made here by hand."""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from secureblogs.crypto import contexts, statements
from secureblogs.crypto.account_keys import AccountKey
from secureblogs.crypto.comments import Place, comment_statement
from secureblogs.crypto.frames import Frame, encode_frame, sign_frame
from secureblogs.crypto.padding import pad
from secureblogs.crypto.public_keys import load_public_key
from secureblogs.crypto.strict_json import MAX_REST
from secureblogs.crypto.wrapping import PrivateKey, export_private_key, public_key_of, seal_to, wrap

from . import keys as person
from . import refused_keys

Case = dict[str, object]
DOCUMENT = b'{"v":2,"format":"markdown","title":"Hello","body":"World"}'
# Unsigned: what is refused here is refused before anybody looks at the signature.
FRAME = encode_frame(Frame(DOCUMENT))


@dataclass(frozen=True)
class Sealed:
    """An envelope in parts, each of which a case may spoil."""

    keys: dict[str, PrivateKey]
    padded: bytes = field(default_factory=lambda: pad(FRAME))
    post: UUID = field(default_factory=uuid4)
    group: UUID = field(default_factory=uuid4)
    author: UUID = field(default_factory=uuid4)
    revision: int = 1
    content_key: bytes = field(default_factory=lambda: os.urandom(32))
    nonce: bytes = field(default_factory=lambda: os.urandom(12))
    is_draft: bool = False

    def _derived(self) -> bytes:
        info = contexts.content_key(post=self.post, revision=self.revision)
        return HKDF(SHA256(), length=64, salt=None, info=info).derive(self.content_key)

    def ciphertext(self) -> bytes:
        place_of = contexts.draft if self.is_draft else contexts.content
        place = place_of(post=self.post, group=self.group, author=self.author, revision=self.revision)
        return AESGCM(self._derived()[:32]).encrypt(self.nonce, self.padded, place)

    def key_commitment(self) -> bytes:
        return self._derived()[32:]

    def wrapped(self, name: str) -> bytes:
        return self.wrapped_as(name, self.content_key)

    def wrapped_as(self, name: str, content_key: bytes) -> bytes:
        key = public_key_of(self.keys[name])
        recipient = load_public_key(key.algorithm, key.der)
        context = contexts.wrapped_key(post=self.post, revision=self.revision, fingerprint=key.fingerprint)
        return wrap(content_key, recipient, context=context)

    def entry(self, name: str, **changes: str) -> dict[str, str]:
        key = public_key_of(self.keys[name])
        whole = {"fingerprint": key.fingerprint.hex(), "algorithm": key.algorithm}
        return whole | {"wrapped_key": text(self.wrapped(name))} | changes

    def json(self, reader: str = "alice", **changes: object) -> Case:
        members: Case = {"v": 2, "post": str(self.post), "group": str(self.group), "author": str(self.author)}
        members |= {"revision": self.revision, "state": "published", "title": "Hello"}
        members |= {"nonce": text(self.nonce), "ciphertext": text(self.ciphertext())}
        members |= {"key_commitment": text(self.key_commitment()), "wrapped_keys": [self.entry(reader)]}
        members["author_keys"] = []
        return members | changes


def make(keys: dict[str, PrivateKey]) -> dict[str, object]:
    return {
        "readers": {name: export_private_key(key) for name, key in keys.items()},
        "envelopes": [*moved(keys), *wrongly_wrapped(keys), *flipped(keys), *spoilt(keys), *malformed(keys)],
        "sealed": list(sealed_wrongly(keys)),
        "documents": documents(),
        "frames": frames(),
        "authors": list(wrong_authors()),
        "public_keys": refused_keys.public_keys(),
        "private_keys": refused_keys.private_keys(),
    }


def moved(keys: dict[str, PrivateKey]) -> list[Case]:
    """A true envelope that is said to stand elsewhere."""
    sealed = Sealed(keys)
    elsewhere = str(uuid4())
    cases = []
    for reader in ("alice", "carol"):
        cases += [
            case("another post", sealed.json(reader, post=elsewhere), "WrongKey", reader),
            case("another revision", sealed.json(reader, revision=2), "WrongKey", reader),
            case("another group", sealed.json(reader, group=elsewhere), "CannotOpen", reader),
            case("another author", sealed.json(reader, author=elsewhere), "CannotOpen", reader),
        ]
    return cases


def wrongly_wrapped(keys: dict[str, PrivateKey]) -> list[Case]:
    sealed, other = Sealed(keys), Sealed(keys)
    next_revision = replace(sealed, revision=2)
    cases = [case("nothing wrapped for the reader", sealed.json("bob"), "WrongKey")]
    for reader, algorithm in (("alice", "rsa-oaep-256"), ("carol", "x-wing")):
        strangers = {"alice": "bob", "carol": "alice"}[reader]
        wrong_keys = {
            "another post's wrapped key": sealed.entry(reader, wrapped_key=text(other.wrapped(reader))),
            "another revision's wrapped key": sealed.entry(
                reader, wrapped_key=text(next_revision.wrapped(reader))
            ),
            "another recipient's wrapped key": sealed.entry(
                reader, wrapped_key=text(sealed.wrapped(strangers))
            ),
            "another algorithm's name": sealed.entry(reader, algorithm=algorithm),
            "an unknown algorithm's name": sealed.entry(reader, algorithm="x-wing-2"),
            "an empty wrapped key": sealed.entry(reader, wrapped_key=""),
        }
        for name, entry in wrong_keys.items():
            cases.append(case(name, sealed.json(wrapped_keys=[entry]), "WrongKey", reader))
        wrapped = sealed.wrapped(reader)
        for name, wrong in {
            "cut": wrapped[:-1],
            "with a byte more": wrapped + b"\0",
            "cut in half": wrapped[: len(wrapped) // 2],
        }.items():
            entry = sealed.entry(reader, wrapped_key=text(wrong))
            cases.append(case(f"a wrapped key {name}", sealed.json(wrapped_keys=[entry]), "WrongKey", reader))
        if reader == "alice":
            for size in (31, 33):
                own = public_key_of(keys[reader])
                context = contexts.wrapped_key(post=sealed.post, revision=1, fingerprint=own.fingerprint)
                short = seal_to(bytes(size), load_public_key(own.algorithm, own.der), context=context)
                whole = sealed.json(wrapped_keys=[sealed.entry(reader, wrapped_key=text(short))])
                cases.append(case(f"a content key of {size} bytes", whole, "WrongKey", reader))
    return cases


def flipped(keys: dict[str, PrivateKey]) -> list[Case]:
    """One bit of each field, at its ends and at the seams inside."""
    sealed = Sealed(keys)
    x_wing = {"ML-KEM ciphertext": 0, "its end": 1087, "X25519 point": 1088, "wrapped key": 1120, "tag": 1167}
    places = {"alice": x_wing, "carol": {"first byte": 0, "last byte": 383}}
    cases = []
    for reader, offsets in places.items():
        for name, offset in offsets.items():
            entry = sealed.entry(reader, wrapped_key=text(flip(sealed.wrapped(reader), offset)))
            whole = sealed.json(wrapped_keys=[entry])
            cases.append(case(f"a bit of the wrapped key: {name}", whole, "WrongKey", reader))
    fields = {"nonce": sealed.nonce, "ciphertext": sealed.ciphertext()}
    fields["key_commitment"] = sealed.key_commitment()
    for member, value in fields.items():
        error = "WrongKey" if member == "key_commitment" else "CannotOpen"
        for offset in (0, len(value) // 2, len(value) - 1):
            spoilt_value = text(flip(value, offset))
            cases.append(case(f"a bit of {member} at {offset}", sealed.json(**{member: spoilt_value}), error))
    return cases


def spoilt(keys: dict[str, PrivateKey]) -> list[Case]:
    sealed, other = Sealed(keys), Sealed(keys)
    ciphertext = sealed.ciphertext()
    strange = text(sealed.wrapped_as("alice", other.content_key))
    foreign = replace(sealed, content_key=other.content_key)
    cases = [
        case(
            "the commitment to another key",
            sealed.json(key_commitment=text(other.key_commitment())),
            "WrongKey",
        ),
        case("a commitment cut", sealed.json(key_commitment=text(sealed.key_commitment()[:31])), "WrongKey"),
        case("no commitment", sealed.json(key_commitment=""), "WrongKey"),
        case(
            "another content key, well wrapped",
            sealed.json(wrapped_keys=[sealed.entry("alice", wrapped_key=strange)]),
            "WrongKey",
        ),
        case(
            "another content key with its own commitment",
            sealed.json(
                wrapped_keys=[sealed.entry("alice", wrapped_key=strange)],
                key_commitment=text(foreign.key_commitment()),
            ),
            "CannotOpen",
        ),
        case("a ciphertext cut by one byte", sealed.json(ciphertext=text(ciphertext[:-1])), "CannotOpen"),
        case("a ciphertext without its tag", sealed.json(ciphertext=text(ciphertext[:-16])), "CannotOpen"),
        case("a ciphertext shorter than a tag", sealed.json(ciphertext=text(ciphertext[:15])), "CannotOpen"),
        case("no ciphertext", sealed.json(ciphertext=""), "CannotOpen"),
        case("another post's ciphertext", sealed.json(ciphertext=text(other.ciphertext())), "CannotOpen"),
        case("a nonce of 16 bytes", sealed.json(nonce=text(sealed.nonce + bytes(4))), "CannotOpen"),
        case("no nonce", sealed.json(nonce=""), "CannotOpen"),
    ]
    long_nonce = replace(sealed, nonce=os.urandom(16))
    cases.append(case("sealed with a nonce of 16 bytes", long_nonce.json(), "CannotOpen"))
    cases.append(case("sealed as a draft", replace(sealed, is_draft=True).json(), "CannotOpen"))
    whole = pad(FRAME)
    paddings = {
        "not padded": FRAME,
        "nothing at all": b"",
        "zeros only": bytes(1024),
        "no mark": FRAME + bytes(1024 - len(FRAME)),
        "another mark": FRAME + b"\x01" + bytes(1023 - len(FRAME)),
        "not only zeros after the mark": whole[:-1] + b"\x01",
        "a zero too few": whole[:-1],
        "a zero too many": whole + b"\0",
        "padding two buckets longer": whole + bytes(64),
        "padding of a longer document": whole + bytes(1024),
        "an unpadded long document": FRAME.ljust(1100) + b"\x80",
        "a document without a frame": pad(DOCUMENT),
        "a frame of another version": pad(b"\x03" + FRAME[1:]),
        "a well padded thing that is no document": pad(encode_frame(Frame(b"{}"))),
        "a document of version 1": pad(FRAME.replace(b'"v":2', b'"v":1')),
        "a document without a title": pad(FRAME.replace(b'"title":"Hello",', b"")),
    }
    cases += [
        case(name, replace(sealed, padded=padded).json(), "CannotOpen") for name, padded in paddings.items()
    ]
    return cases


def malformed(keys: dict[str, PrivateKey]) -> list[Case]:
    """JSON that is no envelope of version 2."""
    sealed = Sealed(keys)
    changes: dict[str, Case] = {
        "another version": {"v": 1},
        "true as version": {"v": True},
        "a post uid in capitals": {"post": str(sealed.post).upper()},
        "a post uid without hyphens": {"post": sealed.post.hex},
        "a post uid in braces": {"post": f"{{{sealed.post}}}"},
        "a group that is a number": {"group": 7},
        "no author": {"author": None},
        "a negative revision": {"revision": -1},
        "a revision past 4 bytes": {"revision": 2**32},
        "half a revision": {"revision": 1.5},
        "a revision as text": {"revision": "1"},
        "true as revision": {"revision": True},
        "a title that is no text": {"title": 1},
        "a nonce that is not base64": {"nonce": "!" * 16},
        "base64 without its padding": {"key_commitment": text(sealed.key_commitment()).rstrip("=")},
        "base64 with a line break": {
            "ciphertext": text(sealed.ciphertext())[:76] + "\n" + text(sealed.ciphertext())[76:]
        },
        "base64 for addresses": {"nonce": "-_-_-_-_-_-_-_-_"},
        "base64 with stray bits": {"key_commitment": with_stray_bits(text(sealed.key_commitment()))},
        "wrapped keys that are no list": {"wrapped_keys": {}},
        "a wrapped key that is no object": {"wrapped_keys": ["x"]},
        "a fingerprint in capitals": {
            "wrapped_keys": [
                sealed.entry("alice", fingerprint=public_key_of(keys["alice"]).fingerprint.hex().upper())
            ]
        },
        "a fingerprint that is not hex": {"wrapped_keys": [sealed.entry("alice", fingerprint="zz")]},
    }
    cases = [case(name, sealed.json() | change, "CannotOpen") for name, change in changes.items()]
    for member in [
        *("v", "post", "group", "author", "revision"),
        *("title", "nonce", "ciphertext", "wrapped_keys"),
    ]:
        partial = {name: value for name, value in sealed.json().items() if name != member}
        cases.append(case(f"no member {member}", partial, "CannotOpen"))
    others: tuple[object, ...] = (None, [], "x", 1)
    for value in others:
        other: Case = {"case": f"not an object but {value!r}", "reader": "alice"}
        cases.append(other | {"envelope": value, "error": "CannotOpen"})
    return cases


def sealed_wrongly(keys: dict[str, PrivateKey]) -> list[Case]:
    """Drafts and waiting keys: `place` and `purpose` are where they are opened."""
    post, group, author = uuid4(), uuid4(), uuid4()
    place: Case = {"post": str(post), "group": str(group), "author": str(author), "revision": 1}
    key = public_key_of(keys["alice"])
    context = contexts.draft(post=post, group=group, author=author, revision=1)
    draft = seal_to(pad(FRAME), load_public_key(key.algorithm, key.der), context=context)
    elsewhere = str(uuid4())
    changes: dict[str, Case] = {
        "another post": {"place": place | {"post": elsewhere}},
        "another group": {"place": place | {"group": elsewhere}},
        "another author": {"place": place | {"author": elsewhere}},
        "another revision": {"place": place | {"revision": 2}},
        "another purpose": {"purpose": "waiting-key"},
        "another recipient": {"reader": "bob"},
        "nothing": {"sealed": ""},
        "enc alone": {"sealed": text(draft[:1120])},
        "shorter than enc": {"sealed": text(draft[:1000])},
        "a draft cut": {"sealed": text(draft[:-1])},
        "a draft with a byte more": {"sealed": text(draft + b"\0")},
        "an X25519 point of low order": {"sealed": text(draft[:1088] + bytes(32) + draft[1120:])},
        **{
            f"a bit at {at}": {"sealed": text(flip(draft, at))}
            for at in (0, 1087, 1088, 1119, 1120, len(draft) - 1)
        },
    }
    true: Case = {"reader": "alice", "purpose": "draft", "place": place}
    true |= {"sealed": text(draft), "error": "CannotOpen"}
    return [{"case": name} | true | change for name, change in changes.items()]


def documents() -> list[Case]:
    """Bytes as base64, since some are not UTF-8."""
    start = b'{"v":2,"format":"markdown",'
    # An unknown member, whose value is still to come; one string that is too long for all but the text.
    member, big = start + b'"title":"T","body":"","x":', b"x" * (MAX_REST + 1)
    whole = {
        "nothing": b"",
        "not JSON": b"Hello",
        "not UTF-8": start + b'"title":"T","body":"\xff"}',
        "a surrogate in UTF-8": start + b'"title":"T","body":"\xed\xa0\x80"}',
        "overlong UTF-8": start + b'"title":"T","body":"\xc0\x80"}',
        "UTF-16": DOCUMENT.decode().encode("utf-16-le"),
        "a byte order mark": b"\xef\xbb\xbf" + DOCUMENT,
        "something after the end": DOCUMENT + b"{}",
        "a comma too many": DOCUMENT[:-1] + b",}",
        "a line break in a string": start + b'"title":"T","body":"a\nb"}',
        "a string in single quotes": start + b"'title':'T','body':''}",
        "white space that JSON does not know": b"\x0c" + DOCUMENT,
        "a list": b"[" + DOCUMENT + b"]",
        "null": b"null",
        "a string": b'"Hello"',
        "NaN": start + b'"title":"T","body":"","x":NaN}',
        "Infinity": start + b'"title":"T","body":"","x":-Infinity}',
        "a title twice": start + b'"title":"T","title":"T","body":""}',
        "a title twice, once escaped": start + b'"title":"T","t\\u0069tle":"T","body":""}',
        "an unknown member twice": start + b'"title":"T","body":"","x":1,"x":1}',
        "a member twice further in": start + b'"title":"T","body":"","x":[{"y":1,"y":1}]}',
        "half a surrogate pair elsewhere": start + b'"title":"T","body":"","x":"\\ud800"}',
        "half a surrogate pair in a name": start + b'"title":"T","body":"","\\udc00":1}',
        "nesting too deep": member + b"[" * 32 + b"]" * 32 + b"}",
        "nesting far too deep": b"[" * 100_000,
        "well-formed nesting far too deep": member + b"[" * 10_000 + b"]" * 10_000 + b"}",
        "values without end in an unknown member": member + b"[" + b"0," * (MAX_REST // 2) + b"0]}",
        "unknown members without end": member + b"0" + b"".join(b',"%d":0' % n for n in range(8_000)) + b"}",
        "a string too long in an unknown member": member + b'["' + big + b'"]}',
        "an unknown name too long": start + b'"title":"T","body":"","' + big + b'":0}',
        "two strings too long together": b'%s"title":"T","body":"%s","x":["%s"]}' % (start, big, big[1:]),
        "white space without end": DOCUMENT + b" " * MAX_REST,
        "a string without an end": start + b'"title":"T","body":"' + b'\\"' * 1_000,
    }
    cases = {name: (data, "document") for name, data in whole.items()}
    cases |= {
        "no version": (b'{"format":"markdown","title":"T","body":""}', "v"),
        "version 1": (b'{"v":1,"format":"markdown","title":"T","body":""}', "v"),
        "version true": (b'{"v":true,"format":"markdown","title":"T","body":""}', "v"),
        "version as text": (b'{"v":"1","format":"markdown","title":"T","body":""}', "v"),
        "no format": (b'{"v":2,"title":"T","body":""}', "format"),
        "another format": (b'{"v":2,"format":"html","title":"T","body":""}', "format"),
        "no title": (start + b'"body":""}', "title"),
        "a title that is a number": (start + b'"title":1,"body":""}', "title"),
        "an empty title": (start + b'"title":"","body":""}', "title"),
        "a title of 101 characters": (start + b'"title":"' + b"x" * 101 + b'","body":""}', "title"),
        "a title of 101 emoji": (
            start + '"title":"{}","body":""}}'.format("\U0001f600" * 101).encode(),
            "title",
        ),
        "no body": (start + b'"title":"T"}', "body"),
        "a body that is a list": (start + b'"title":"T","body":[]}', "body"),
    }
    cases |= {
        name: (start + b'"title":"T","body":"",' + more, what) for name, (more, what) in members().items()
    }
    return [
        {"case": name, "document": text(data), "member": member} for name, (data, member) in cases.items()
    ]


def members() -> dict[str, tuple[bytes, str]]:
    """What stands beside title and text, and the end of the document."""
    uid, other, key = str(uuid4()), str(uuid4()), text(os.urandom(32))
    small: Case = {"uid": other, "key": key, "type": "image/webp", "size": 9, "digest": "ab" * 32}
    small |= {"width": 800, "height": 600}
    file: Case = {"uid": uid, "key": key, "name": "a", "type": "image/webp", "size": 9, "digest": "ab" * 32}
    wrong: dict[str, dict[str, object]] = {
        "tags": {
            "tags that are a string": "a, b",
            "null for tags": None,
            "21 tags": ["a"] * 21,
            "a tag of 31 characters": ["\U0001f600" * 31],
            "an empty tag": ["a", ""],
            "a tag that is a number": [1],
        },
        "time": {
            "null for a time": None,
            "a time as a number": 1,
            "a time without its zone": "2026-11-28T10:00:00",
            "a time of another zone": "2026-11-28T10:00:00+01:00",
            "a time with a fraction": "2026-11-28T10:00:00.5Z",
            "a time in lower case": "2026-11-28t10:00:00z",
            "a day that there is not": "2026-02-29T10:00:00Z",
            "an hour that there is not": "2026-11-28T24:00:00Z",
            "a leap second": "2016-12-31T23:59:60Z",
            "the year 0": "0000-01-01T00:00:00Z",
        },
        "letting_in": {"nobody lets in": "nobody", "null for letting in": None, "two who let in": ["author"]},
        "thread": {
            "null for a thread": None,
            "a thread of 31 bytes": text(bytes(31)),
            "a thread of 33 bytes": text(bytes(33)),
            "a thread in hex": bytes(32).hex(),
            "a thread with stray bits": with_stray_bits(key),
        },
        "files": {
            "files that are an object": {},
            "101 files": [file] * 101,
            "a file that is a string": ["a"],
            "a file's uid in capitals": [file | {"uid": uid.upper()}],
            "a file's uid without hyphens": [file | {"uid": uid.replace("-", "")}],
            "a file's key of 16 bytes": [file | {"key": text(bytes(16))}],
            "a file's key with stray bits": [file | {"key": with_stray_bits(key)}],
            "a file's digest in capitals": [file | {"digest": "AB" * 32}],
            "a file's digest of 31 bytes": [file | {"digest": "ab" * 31}],
            "half a byte as a file's size": [file | {"size": 0.5}],
            "a negative size of a file": [file | {"size": -1}],
            "a file's size that is not exact": [file | {"size": 2**53}],
            "true as a file's size": [file | {"size": True}],
            "a file's name that is too long": [file | {"name": "x" * 256}],
            "an empty name of a file": [file | {"name": ""}],
            "an alternative text that is too long": [file | {"alt": "x" * 1001}],
            "null for an alternative text": [file | {"alt": None}],
            "a width as text": [file | {"width": "800"}],
            "null for a thumbnail": [file | {"thumbnail": None}],
            "a thumbnail without a key": [file | {"thumbnail": small | {"key": ""}}],
            **{f"a file without {name}": [without(file, name)] for name in file},
            **{f"a thumbnail without {name}": [file | {"thumbnail": without(small, name)}] for name in small},
        },
    }
    return {
        name: (json.dumps({member: value})[1:].encode(), member)
        for member, named in wrong.items()
        for name, value in named.items()
    }


def without(whole: Case, name: str) -> Case:
    return {member: value for member, value in whole.items() if member != name}


def frames() -> list[Case]:
    """What is no frame; what its document says is not looked at."""
    whole = {
        "nothing": b"",
        "a document alone": DOCUMENT,
        "one byte too few": FRAME[:96],
        "version 1": b"\x01" + FRAME[1:],
        "no version": FRAME[1:],
    }
    return [{"case": name, "frame": text(data)} for name, data in whole.items()]


def wrong_authors() -> Iterator[Case]:
    """A frame that is shown as by somebody, at a place and with a chain that are not those it was signed for."""
    world = person.new_world()
    alice, other = world.key(2), AccountKey(os.urandom(32), user=world.other, generation=1)
    post, group, author = uuid4(), uuid4(), world.user
    statement = statements.post(
        post=post, group=group, author=author, revision=3, fingerprint=alice.fingerprint, document=DOCUMENT
    )
    chain = [person.shown(link) for link in person.chain(world)]
    others = [person.shown(person.first_link(other))]
    place: Case = {"post": str(post), "group": str(group), "author": str(author), "revision": 3}
    frame = sign_frame(DOCUMENT, account_key=alice, statement=statement)
    true: Case = {"frame": text(encode_frame(frame)), "place": place, "author_keys": chain}
    yield {"case": "nothing wrong", **true, "error": None}

    def wrong(name: str, error: str = "WrongSignature", **changes: object) -> Case:
        return {"case": name, **true, **changes, "error": error}

    def framed(**changes: bytes) -> str:
        return text(encode_frame(replace(frame, **changes)))

    elsewhere = str(world.other)
    yield wrong("another post", place=place | {"post": elsewhere})
    yield wrong("another group", place=place | {"group": elsewhere})
    yield wrong("another revision", place=place | {"revision": 2})
    yield wrong(
        "another author, with the keys of the first", "BrokenChain", place=place | {"author": elsewhere}
    )
    yield wrong(
        "another author, with keys of their own", place=place | {"author": elsewhere}, author_keys=others
    )
    yield wrong("the author, with another's keys", "BrokenChain", author_keys=others)
    comment = Place(post, group, uuid4(), author, 3, None)
    as_comment = comment_statement(comment, fingerprint=alice.fingerprint, document=DOCUMENT)
    yield wrong("signed as a comment", frame=framed(signature=alice.signing.sign(as_comment)))
    yield wrong("another document", frame=framed(document=DOCUMENT.replace(b"World", b"world")))
    yield wrong("the same document, written otherwise", frame=framed(document=DOCUMENT.replace(b",", b", ")))
    yield wrong("another generation", frame=framed(fingerprint=world.key(1).fingerprint))
    yield wrong("a key that is none of the author's", frame=framed(fingerprint=other.fingerprint))
    yield wrong("by another key", frame=framed(signature=other.signing.sign(statement)))
    yield wrong("by another generation", frame=framed(signature=world.key(1).signing.sign(statement)))
    yield wrong("a bit of the signature", frame=framed(signature=flip(frame.signature, 0)))
    yield wrong("no signature, but a key", frame=framed(signature=bytes(64)))
    yield wrong("a signature, but no key", frame=framed(fingerprint=bytes(32)))
    yield wrong("unsigned", frame=text(FRAME))
    yield wrong("without a chain", author_keys=[])
    yield wrong("without the generation that signed", author_keys=chain[2:])
    yield wrong("a chain without a link in its middle", "BrokenChain", author_keys=[chain[0], chain[2]])
    identity = {"signing_key": text((1).to_bytes(32, "little"))}
    yield wrong("under the identity", "BrokenChain", author_keys=[chain[0], chain[1] | identity])
    # The signature that the identity takes for every message.
    small = text((1).to_bytes(32, "little") + bytes(32))
    yield wrong(
        "all under the identity", "BrokenChain", author_keys=[chain[0] | identity | {"signature": small}]
    )


def case(name: str, envelope: Case, error: str, reader: str = "alice") -> Case:
    return {"case": f"{name} ({reader})", "reader": reader, "envelope": envelope, "error": error}


def flip(data: bytes, offset: int) -> bytes:
    return data[:offset] + bytes((data[offset] ^ 1,)) + data[offset + 1 :]


def with_stray_bits(base64_text: str) -> str:
    """The same bytes to whoever ignores the last two bits before a single '='."""
    last = base64_text[-2]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return base64_text[:-2] + alphabet[alphabet.index(last) + 1] + "="


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()
