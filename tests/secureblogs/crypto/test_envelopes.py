"""A content key is given out only when the content commits to it: it is then wrapped for others."""

import json
from dataclasses import replace

import pytest

from secureblogs.crypto import contexts
from secureblogs.crypto.contents import open_content
from secureblogs.crypto.documents import decode_document
from secureblogs.crypto.envelopes import open_content_key, read_envelope
from secureblogs.crypto.errors import WrongKey
from secureblogs.crypto.frames import decode_frame
from secureblogs.crypto.wrapping import load_private_key

from .vectors import load

MADE = load("js-made")
ENVELOPE = read_envelope(json.dumps(MADE["envelopes"][0]["envelope"]))
ALICE = load_private_key(MADE["private_keys"]["alice"])


def test_the_content_key_opens_the_content():
    post, revision = ENVELOPE.post, ENVELOPE.revision
    place = contexts.content(post=post, group=ENVELOPE.group, author=ENVELOPE.author, revision=revision)
    frame = open_content(
        ENVELOPE.sealed,
        content_key=open_content_key(ENVELOPE, ALICE),
        content_context=place,
        key_context=contexts.content_key(post=post, revision=revision),
    )
    assert decode_document(decode_frame(frame).document).title == "Hello"


def test_a_content_key_that_the_content_does_not_commit_to_is_not_given_out():
    sealed = replace(ENVELOPE.sealed, key_commitment=bytes(32))
    with pytest.raises(WrongKey):
        open_content_key(replace(ENVELOPE, sealed=sealed), ALICE)


def test_a_second_entry_for_another_algorithm_does_not_get_in_the_way():
    own = next(entry for entry in ENVELOPE.wrapped_keys if entry.algorithm == "x-wing")
    entries = (replace(own, algorithm="x-wing-2"), *ENVELOPE.wrapped_keys)
    assert open_content_key(replace(ENVELOPE, wrapped_keys=entries), ALICE) == open_content_key(
        ENVELOPE, ALICE
    )
