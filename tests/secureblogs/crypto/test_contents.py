"""Content opens with its key in its place, whole; otherwise it does not open."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secureblogs.crypto.contents import (
    SealedContent,
    check_commitment,
    new_content_key,
    open_content,
    seal_content,
)
from secureblogs.crypto.errors import CannotOpen, CryptoError, WrongKey

KEY = new_content_key()
PLACE = {"content_context": b"here", "key_context": b"this key"}
SEALED = seal_content(b"Hello", content_key=KEY, **PLACE)
keys = st.binary(min_size=32, max_size=32)


@pytest.mark.slow
@given(st.binary(max_size=3000), keys, st.binary(), st.binary())
def test_content_opens_as_it_was_sealed(document, key, content_context, key_context):
    place = {"content_context": content_context, "key_context": key_context}
    sealed = seal_content(document, content_key=key, **place)
    assert open_content(sealed, content_key=key, **place) == document


@given(st.sampled_from(["nonce", "ciphertext", "key_commitment"]), st.integers(0), st.integers(0, 7))
def test_any_flipped_bit_fails(field, position, bit):
    value = bytearray(getattr(SEALED, field))
    value[position % len(value)] ^= 1 << bit
    with pytest.raises(WrongKey if field == "key_commitment" else CannotOpen):
        open_content(replace(SEALED, **{field: bytes(value)}), content_key=KEY, **PLACE)


@given(st.binary(), st.binary(), st.binary(), st.binary())
def test_arbitrary_bytes_fail_calmly(nonce, ciphertext, key_commitment, content_key):
    with pytest.raises(CryptoError):
        open_content(SealedContent(nonce, ciphertext, key_commitment), content_key=content_key, **PLACE)
    with pytest.raises(CannotOpen):
        open_content(SealedContent(nonce, ciphertext, SEALED.key_commitment), content_key=KEY, **PLACE)


def test_another_place_fails_and_the_commitment_tells_the_key():
    with pytest.raises(CannotOpen):
        open_content(SEALED, content_key=KEY, content_context=b"there", key_context=b"this key")
    with pytest.raises(WrongKey):
        open_content(SEALED, content_key=KEY, content_context=b"here", key_context=b"that key")

    check_commitment(SEALED.key_commitment, content_key=KEY, key_context=b"this key")
    for key, context in ((new_content_key(), b"this key"), (KEY, b"that key"), (b"", b"this key")):
        with pytest.raises(WrongKey):
            check_commitment(SEALED.key_commitment, content_key=key, key_context=context)


def test_sealing_twice_tells_nothing():
    again = seal_content(b"Hello", content_key=KEY, **PLACE)
    assert again.nonce != SEALED.nonce
    assert again.ciphertext != SEALED.ciphertext
    assert (
        len({len(seal_content(b"x" * size, content_key=KEY, **PLACE).ciphertext) for size in range(1024)})
        == 1
    )


def test_a_content_key_has_32_random_bytes():
    assert len({new_content_key() for _ in range(100)}) == 100
    assert len(new_content_key()) == 32
    with pytest.raises(ValueError, match="32 bytes"):
        seal_content(b"Hello", content_key=bytes(16), **PLACE)
