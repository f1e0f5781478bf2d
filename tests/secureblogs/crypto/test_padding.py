"""A length tells only its bucket, and only true padding comes off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secureblogs.crypto.errors import CannotOpen
from secureblogs.crypto.padding import pad, padme, unpad

from .vectors import load


def test_lengths_are_those_of_the_vectors():
    for case in load("padme"):
        assert padme(case["length"]) == case["padme"]


def test_a_few_lengths_by_hand():
    lengths, padded = (0, 1, 2, 3, 8, 9, 10, 1000, 1025), (0, 1, 1023, 1024, 1087, 1088)
    assert [padme(length) for length in lengths] == [0, 1, 2, 3, 8, 10, 10, 1024, 1088]
    assert [len(pad(bytes(length))) for length in padded] == [1024, 1024, 1024, 1088, 1088, 1152]


@given(st.integers(0, 1 << 40))
def test_a_bucket_is_at_most_12_percent_larger_and_stays_as_it_is(length):
    assert length <= padme(length) <= length * 1.12
    assert padme(padme(length)) == padme(length)
    assert padme(length) <= padme(length + 1)


@given(st.binary(max_size=5000))
def test_padding_comes_off_again(document):
    padded = pad(document)
    assert unpad(padded) == document
    assert len(padded) == max(1024, padme(len(document) + 1))


@given(st.binary(max_size=3000), st.integers(0, 3))
def test_what_ends_like_padding_is_kept(document, zeros):
    document += b"\x80" + bytes(zeros)
    assert unpad(pad(document)) == document


@given(st.binary(max_size=2500))
def test_only_true_padding_comes_off(padded):
    try:
        document = unpad(padded)
    except CannotOpen:
        return
    assert pad(document) == padded


@pytest.mark.parametrize("change", [-64, -1, 1, 64, 128])
def test_padding_of_another_length_is_refused(change):
    padded = pad(bytes([1]) * 2000)
    with pytest.raises(CannotOpen):
        unpad((padded + bytes(128))[: len(padded) + change])
