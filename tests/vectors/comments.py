"""Comments that both languages open, and what both refuse: python -m tests.vectors.comments (see README.md)."""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from secureblogs.crypto import statements
from secureblogs.crypto.account_keys import AccountKey, derive
from secureblogs.crypto.comments import MAX_COMMENT, Place, comment_statement, encode_comment, seal_comment
from secureblogs.crypto.contents import SealedContent, seal_content
from secureblogs.crypto.contexts import context, number
from secureblogs.crypto.frames import Frame, encode_frame

Json = dict[str, Any]
TEXTS = ["Yes.", "", "一句话。\u2028\U0001f600\r\n", '\x01"\\</script>', "x" * (1024 - 97 - 38)]


@dataclass(frozen=True)
class Parts:
    """A comment in parts, each of which a case may spoil; sealed by hand, past what `seal_comment` would not seal."""

    place: Place
    thread: bytes
    account_key: AccountKey
    document: bytes = encode_comment("Hello")
    signed_place: Place | None = None
    signed_document: bytes | None = None
    fingerprint: bytes | None = None
    # What the secret, the content, the commitment and the signature are for.
    key_purpose: str = "comment-key"
    content_purpose: str = "comment"
    commitment_purpose: str = "comment-content-key"
    is_signed_as_post: bool = False

    def frame(self) -> bytes:
        fingerprint = self.fingerprint or self.account_key.fingerprint
        place, document = self.signed_place or self.place, self.signed_document or self.document
        statement = comment_statement(place, fingerprint=self.account_key.fingerprint, document=document)
        if self.is_signed_as_post:
            statement = statements.post(
                post=place.post,
                group=place.group,
                author=place.author,
                revision=place.revision,
                fingerprint=self.account_key.fingerprint,
                document=document,
            )
        return encode_frame(Frame(self.document, self.account_key.signing.sign(statement), fingerprint))

    def seal(self, frame: bytes | None = None) -> SealedContent:
        place = self.place
        where = place.post.bytes, place.group.bytes, place.comment.bytes, place.author.bytes
        parent = place.parent.bytes if place.parent else b""
        return seal_content(
            self.frame() if frame is None else frame,
            content_key=derive(
                self.thread, self.key_purpose, place.post.bytes, place.comment.bytes, number(place.revision)
            ),
            content_context=context(self.content_purpose, *where, number(place.revision), parent),
            key_context=context(self.commitment_purpose, place.comment.bytes, number(place.revision)),
        )


def main() -> None:
    path = Path(__file__).parent / "comments.json"
    path.write_text(json.dumps(make(), indent=1, ensure_ascii=False) + "\n")


def make() -> Json:
    seed, thread, author = os.urandom(32), os.urandom(32), uuid4()
    key = AccountKey(seed, user=author, generation=3)
    first = Place(uuid4(), uuid4(), uuid4(), author, 1, None)
    places = [first, replace(first, comment=uuid4(), revision=2**32 - 1, parent=first.comment)]
    sealed = [(body, place) for body in TEXTS for place in places]
    parts = Parts(places[1], thread, key)
    return {
        "seed": seed.hex(),
        "generation": 3,
        "thread": thread.hex(),
        "comments": [
            case(place, thread, seal_comment(body, place=place, thread=thread, account_key=key))
            | {"body": body}
            for body, place in sealed
        ],
        "must_fail": [*moved(parts), *wrongly_signed(parts), *spoilt(parts)],
    }


def case(place: Place, thread: bytes, sealed: SealedContent) -> Json:
    shown = {name: str(value) if isinstance(value, UUID) else value for name, value in asdict(place).items()}
    content = {name: base64.b64encode(value).decode() for name, value in asdict(sealed).items()}
    return {"place": shown, "thread": thread.hex(), "sealed": content}


def failing(name: str, error: str, place: Place, thread: bytes, sealed: SealedContent) -> Json:
    return {"case": name, "error": error, **case(place, thread, sealed)}


def elsewhere(place: Place) -> Iterator[tuple[str, Place]]:
    for name in ("post", "group", "comment", "author", "parent"):
        changed: Json = {name: uuid4()}
        yield f"another {name}", replace(place, **changed)
    yield "another revision", replace(place, revision=1)
    yield "no parent", replace(place, parent=None)
    yield "post and group swapped", replace(place, post=place.group, group=place.post)
    assert place.parent is not None
    yield "comment and parent swapped", replace(place, comment=place.parent, parent=place.comment)


def moved(parts: Parts) -> Iterator[Json]:
    """A true comment that is said to stand elsewhere, or under another secret."""
    sealed = parts.seal()
    bound_to_key = {"another post", "another comment", "another revision"}
    bound_to_key |= {"post and group swapped", "comment and parent swapped"}
    for name, place in elsewhere(parts.place):
        yield failing(name, "WrongKey" if name in bound_to_key else "CannotOpen", place, parts.thread, sealed)
    yield failing("another secret", "WrongKey", parts.place, os.urandom(32), sealed)
    purposes = {
        "another purpose of the secret": (replace(parts, key_purpose="post-key"), "WrongKey"),
        "sealed as a post": (replace(parts, content_purpose="content"), "CannotOpen"),
        "a commitment as of a post": (replace(parts, commitment_purpose="content-key"), "WrongKey"),
    }
    for name, (wrong, error) in purposes.items():
        yield failing(name, error, parts.place, parts.thread, wrong.seal())


def wrongly_signed(parts: Parts) -> Iterator[Json]:
    """Well sealed by whoever knows the secret, as every reader does, but not signed for this place."""
    for name, place in elsewhere(parts.place):
        wrong = replace(parts, signed_place=place)
        yield failing(f"signed for {name}", "WrongSignature", parts.place, parts.thread, wrong.seal())
    others = {
        "signed for another text": replace(parts, signed_document=encode_comment("Other")),
        "signed as a post": replace(parts, is_signed_as_post=True),
        "signed for another account key": replace(parts, fingerprint=os.urandom(32)),
        "signed by somebody else": replace(
            parts,
            account_key=AccountKey(os.urandom(32), user=parts.place.author, generation=3),
            fingerprint=parts.account_key.fingerprint,
        ),
    }
    for name, wrong in others.items():
        yield failing(name, "WrongSignature", parts.place, parts.thread, wrong.seal())
    whole = parts.frame()
    unsigned = parts.seal(whole[:1] + bytes(96) + whole[97:])
    yield failing("not signed", "WrongSignature", parts.place, parts.thread, unsigned)
    no_signature = parts.seal(whole[:1] + bytes(64) + whole[65:])
    yield failing("a signature of zeros", "WrongSignature", parts.place, parts.thread, no_signature)


def spoilt(parts: Parts) -> Iterator[Json]:
    sealed, whole = parts.seal(), parts.frame()
    changes = {
        "a bit of the nonce": (replace(sealed, nonce=flip(sealed.nonce)), "CannotOpen"),
        "a bit of the ciphertext": (replace(sealed, ciphertext=flip(sealed.ciphertext)), "CannotOpen"),
        "a bit of the commitment": (replace(sealed, key_commitment=flip(sealed.key_commitment)), "WrongKey"),
        "no commitment": (replace(sealed, key_commitment=b""), "WrongKey"),
        "a nonce of 16 bytes": (replace(sealed, nonce=sealed.nonce + bytes(4)), "CannotOpen"),
        "no ciphertext": (replace(sealed, ciphertext=b""), "CannotOpen"),
        "another version of the frame": (parts.seal(b"\x01" + whole[1:]), "CannotOpen"),
        "a frame without a document": (parts.seal(whole[:97]), "CannotOpen"),
        "a frame cut": (parts.seal(whole[:96]), "CannotOpen"),
        "an empty frame": (parts.seal(b""), "CannotOpen"),
    }
    documents = {
        "another version of the document": b'{"v":1,"format":"markdown","body":"Hello"}',
        "another format": b'{"v":2,"format":"html","body":"Hello"}',
        "no text": b'{"v":2,"format":"markdown"}',
        "a text that is none": b'{"v":2,"format":"markdown","body":1}',
        "half a surrogate pair": b'{"v":2,"format":"markdown","body":"\\ud800"}',
        "two texts": b'{"v":2,"format":"markdown","body":"Hello","body":"Other"}',
        "a text a byte too long": b'{"v":2,"format":"markdown","body":"' + b"x" * (MAX_COMMENT + 1) + b'"}',
    }
    changes |= {
        name: (replace(parts, document=document).seal(), "CannotOpen") for name, document in documents.items()
    }
    for name, (wrong, error) in changes.items():
        yield failing(name, error, parts.place, parts.thread, wrong)


def flip(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


if __name__ == "__main__":
    main()
