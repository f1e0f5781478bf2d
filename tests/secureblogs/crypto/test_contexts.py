"""A context is one place's alone: no two places share their bytes."""

from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secureblogs.crypto import contexts

from .vectors import load

POST, GROUP, AUTHOR = UUID(int=1), UUID(int=2), UUID(int=3)
READ: dict[str, Callable[..., object]] = {"revision": int, "fingerprint": bytes.fromhex}
FUNCTIONS: dict[str, Callable[..., bytes]] = {
    "content": contexts.content,
    "content-key": contexts.content_key,
    "wrapped-key": contexts.wrapped_key,
    "draft": contexts.draft,
    "waiting-key": contexts.waiting_key,
    "file": contexts.file,
}
purposes = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
places = st.tuples(purposes, st.lists(st.binary()))


def test_a_context_is_these_bytes():
    assert contexts.context("content-key", POST.bytes, b"\0\0\0\x07") == (
        b"secureblogs/v1/content-key\x00"
        b"\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
        b"\x00\x00\x00\x04\x00\x00\x00\x07"
    )
    assert contexts.content_key(post=POST, revision=7) == contexts.context(
        "content-key", POST.bytes, b"\0\0\0\x07"
    )


def test_contexts_are_those_of_the_vectors():
    for case in load("contexts"):
        place = {name: READ.get(name, UUID)(value) for name, value in case["place"].items()}
        assert FUNCTIONS[case["purpose"]](**place).hex() == case["hex"]


@pytest.mark.slow
@given(places, places)
def test_two_places_have_two_contexts(one, other):
    same = contexts.context(one[0], *one[1]) == contexts.context(other[0], *other[1])
    assert same == (one == other)


@given(st.lists(st.binary(max_size=3), max_size=4), st.data())
def test_bytes_moved_from_one_part_to_the_next_change_the_context(parts, data):
    joined = b"".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(joined)), max_size=3)))
    others = [joined[start:end] for start, end in zip([0, *cuts], [*cuts, len(joined)], strict=True)]
    assert (contexts.context("x", *parts) == contexts.context("x", *others)) == (parts == others)


def test_a_purpose_holds_no_zero_byte():
    with pytest.raises(ValueError, match="zero byte"):
        contexts.context("draft\0")


@pytest.mark.parametrize("revision", [-1, 2**32])
def test_a_revision_has_four_bytes(revision):
    with pytest.raises(OverflowError):
        contexts.content_key(post=POST, revision=revision)


def test_a_fingerprint_has_32_bytes():
    with pytest.raises(ValueError, match="32 bytes"):
        contexts.wrapped_key(post=POST, revision=1, fingerprint=bytes(31))
