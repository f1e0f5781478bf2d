"""Comments open in both languages, and what is to be refused is; comments.test.js does the same."""

import base64
import os
from uuid import UUID

import pytest

from secureblogs.crypto import errors
from secureblogs.crypto.account_keys import AccountKey
from secureblogs.crypto.comments import MAX_COMMENT, Place, comment_statement, open_comment, seal_comment
from secureblogs.crypto.contents import SealedContent
from secureblogs.crypto.ed25519 import verify
from secureblogs.crypto.errors import CryptoError, InvalidDocument

from .vectors import cases, load

VECTORS = load("comments")


def place_of(case) -> Place:
    uids = {name: UUID(value) for name, value in case["place"].items() if isinstance(value, str)}
    return Place(**{"parent": None, **uids, "revision": case["place"]["revision"]})


def opened(case, signing_key: bytes) -> str:
    """The text, once the author's signature has been checked."""
    sealed = SealedContent(**{name: base64.b64decode(value) for name, value in case["sealed"].items()})
    place = place_of(case)
    body, frame = open_comment(sealed, place=place, thread=bytes.fromhex(case["thread"]))
    statement = comment_statement(place, fingerprint=frame.fingerprint, document=frame.document)
    verify(frame.signature, statement, signing_key=signing_key)
    return body


def author_of(vectors) -> AccountKey:
    author = UUID(vectors["comments"][0]["place"]["author"])
    return AccountKey(bytes.fromhex(vectors["seed"]), user=author, generation=vectors["generation"])


@pytest.mark.parametrize("file", ["comments", "js-comments"])
def test_each_opens_what_the_other_made(file):
    vectors = load(file)
    key = author_of(vectors)
    assert vectors["comments"] != []
    for case in vectors["comments"]:
        assert opened(case, key.signing.public) == case["body"]


@cases(VECTORS["must_fail"])
def test_what_is_not_whole_in_its_place_is_refused(case):
    with pytest.raises(CryptoError) as refused:
        opened(case, author_of(VECTORS).signing.public)

    assert type(refused.value) is getattr(errors, case["error"])


def test_the_longest_text_is_sealed_and_nothing_that_would_not_open():
    case, key = VECTORS["comments"][0], author_of(VECTORS)
    place, thread = place_of(case), os.urandom(32)
    longest = seal_comment("x" * MAX_COMMENT, place=place, thread=thread, account_key=key)
    assert open_comment(longest, place=place, thread=thread)[0] == "x" * MAX_COMMENT
    for body in ("x" * (MAX_COMMENT + 1), "\ud800"):
        with pytest.raises(InvalidDocument):
            seal_comment(body, place=place, thread=thread, account_key=key)
    with pytest.raises(ValueError, match="32 bytes"):
        seal_comment("x", place=place, thread=thread[1:], account_key=key)
