"""A wrapped key is for one key pair in one place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secureblogs.crypto.contents import new_content_key
from secureblogs.crypto.errors import CannotOpen, UnacceptableKey, WrongKey
from secureblogs.crypto.public_keys import load_public_key
from secureblogs.crypto.wrapping import (
    WRAPPED_SIZES,
    export_private_key,
    generate_private_key,
    load_private_key,
    load_private_keys,
    open_sealed,
    public_key_of,
    seal_to,
    unwrap,
    wrap,
)

from .vectors import load

PRIVATE_KEYS = {name: load_private_key(pem) for name, pem in load("python-made")["private_keys"].items()}
RECIPIENTS = {name: load_public_key(key.algorithm, key.spki) for name, key in PRIVATE_KEYS.items()}
READERS = pytest.mark.parametrize("reader", ["alice", "carol"])


@READERS
def test_a_wrapped_key_unwraps_for_its_reader_in_its_place(reader):
    content_key = new_content_key()
    wrapped = wrap(content_key, RECIPIENTS[reader], context=b"here")

    assert unwrap(wrapped, PRIVATE_KEYS[reader], context=b"here") == content_key
    assert len(wrapped) == RECIPIENTS[reader].wrapped_size
    assert len(wrapped) in WRAPPED_SIZES[RECIPIENTS[reader].algorithm]
    for private_key, context in ((PRIVATE_KEYS[reader], b"there"), (PRIVATE_KEYS["bob"], b"here")):
        with pytest.raises(WrongKey):
            unwrap(wrapped, private_key, context=context)


def test_wrapping_twice_gives_two_wrapped_keys():
    for recipient in RECIPIENTS.values():
        assert wrap(bytes(32), recipient, context=b"") != wrap(bytes(32), recipient, context=b"")


def test_wrapped_keys_have_these_sizes():
    assert {"x-wing": range(1168, 1169), "rsa-oaep-256": range(384, 513)} == WRAPPED_SIZES


def test_only_a_content_key_is_wrapped():
    for size in (0, 31, 33):
        with pytest.raises(ValueError, match="32 bytes"):
            wrap(bytes(size), RECIPIENTS["alice"], context=b"")


@READERS
@pytest.mark.parametrize("size", [0, 31, 33])
def test_only_a_content_key_is_unwrapped(reader, size):
    wrapped = RECIPIENTS[reader].encrypt(bytes(size), context=b"here")
    with pytest.raises(WrongKey):
        unwrap(wrapped, PRIVATE_KEYS[reader], context=b"here")


@given(st.sampled_from(["alice", "carol"]), st.binary(max_size=1500), st.binary())
def test_arbitrary_bytes_do_not_unwrap(reader, wrapped, context):
    with pytest.raises(WrongKey):
        unwrap(wrapped, PRIVATE_KEYS[reader], context=context)


@given(st.sampled_from(["alice", "carol"]), st.integers(0), st.integers(0, 7))
def test_any_flipped_bit_of_a_wrapped_key_fails(reader, position, bit):
    wrapped = bytearray(wrap(bytes(32), RECIPIENTS[reader], context=b"here"))
    wrapped[position % len(wrapped)] ^= 1 << bit
    with pytest.raises(WrongKey):
        unwrap(bytes(wrapped), PRIVATE_KEYS[reader], context=b"here")


@pytest.mark.parametrize("size", [0, 1, 100_000, 7 << 20])
def test_a_sealed_document_opens_for_the_sealing_key(size):
    sealed = seal_to(b"x" * size, RECIPIENTS["alice"], context=b"here")
    assert len(sealed) == size + 1136
    assert open_sealed(sealed, PRIVATE_KEYS["alice"], context=b"here") == b"x" * size
    for private_key, context in ((PRIVATE_KEYS["alice"], b"there"), (PRIVATE_KEYS["bob"], b"here")):
        with pytest.raises(CannotOpen):
            open_sealed(sealed, private_key, context=context)


def test_a_sealing_key_is_x_wing():
    for attempt in (
        lambda: seal_to(b"", RECIPIENTS["carol"], context=b""),
        lambda: open_sealed(b"", PRIVATE_KEYS["carol"], context=b""),
    ):
        with pytest.raises(UnacceptableKey) as refused:
            attempt()
        assert refused.value.rule == "sealing-kind"


def test_private_keys_are_loaded_from_pem_and_seed():
    private_key = generate_private_key()
    pem, spki = export_private_key(private_key), private_key.spki
    assert (
        private_key.pkcs8.hex()
        == "3034020100300d060b2b0601040183e62d81c87a0420" + private_key.pkcs8[-32:].hex()
    )
    assert [load_private_key(source).spki for source in (pem, pem.encode(), private_key.pkcs8[-32:])] == [
        spki
    ] * 3


def test_several_sealing_keys_are_loaded_in_order():
    pems = [export_private_key(generate_private_key()) for _ in range(3)]
    text = "\n# a note between\n".join(pems)
    with pytest.raises(UnacceptableKey):
        load_private_keys(text)
    with pytest.raises(UnacceptableKey):
        load_private_keys("")
    assert [export_private_key(key) for key in load_private_keys("\n".join(pems))] == pems


def test_a_public_key_of_low_order_fails_calmly_when_wrapped_to():
    raw = public_key_of(PRIVATE_KEYS["alice"]).der[:-32] + bytes(32)
    recipient = load_public_key("x-wing", raw)
    with pytest.raises(UnacceptableKey) as refused:
        wrap(new_content_key(), recipient, context=b"")
    assert refused.value.rule == "broken"
