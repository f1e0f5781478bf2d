"""A public key is taken only if it is whole, strong, canonical and can be encrypted to."""

import hashlib
import subprocess
from itertools import count
from math import gcd, prod

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import example, given
from hypothesis import strategies as st

from secureblogs.crypto.errors import UnacceptableKey
from secureblogs.crypto.pem import decode_pem, encode_pem
from secureblogs.crypto.public_keys import PublicKey, load_public_key, read_public_key
from secureblogs.crypto.refusals import REFUSALS
from secureblogs.crypto.wrapping import (
    export_private_key,
    generate_private_key,
    load_private_key,
    public_key_of,
)

from .vectors import load

KEYS = [read_public_key(pem) for pem in load("python-made")["public_keys"].values()]
ALICE, BOB, CAROL = KEYS


def test_both_kinds_are_read():
    assert [key.algorithm for key in KEYS] == ["x-wing", "x-wing", "rsa-oaep-256"]
    assert [len(key.der) for key in KEYS] == [1240, 1240, 422]
    assert read_public_key(ALICE.pem.encode()) == ALICE


@pytest.mark.parametrize("bits", [3072, 3080, 4096])
def test_rsa_keys_of_3072_to_4096_bits_are_read(bits):
    # Whether a modulus without small factors is the product of two primes, nobody can see: these take no time to make.
    modulus = next(odd for odd in count(1 << bits - 1 | 1, 2) if gcd(odd, prod(range(3, 752, 2))) == 1)
    key = rsa.RSAPublicNumbers(65537, modulus).public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    public_key = read_public_key(pem)
    assert public_key == PublicKey(
        "rsa-oaep-256", key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    assert load_public_key("rsa-oaep-256", public_key.der).wrapped_size == (bits + 7) // 8


def test_openssl_and_this_project_agree_on_a_fingerprint():
    command = ["openssl", "pkey", "-pubin", "-outform", "DER"]
    der = subprocess.run(command, input=CAROL.pem.encode(), capture_output=True, check=True).stdout
    assert hashlib.sha256(der).digest() == CAROL.fingerprint


@pytest.mark.parametrize(
    "change",
    [
        lambda pem: pem.replace("\n", "\r\n"),
        lambda pem: "\n\n  " + pem + "\t\n",
        lambda pem: pem.replace("\n", ""),
        lambda pem: pem.replace("\n", " "),
        lambda pem: pem.rstrip("\n"),
        lambda pem: "\ufeff" + pem,
        lambda pem: f"\u200e\u202a{pem}\u202c\u00ad\u2066",
        lambda pem: pem.replace("\n", "\x0b\x0c"),
        lambda pem: pem.replace("\n", "\u00a0\n").replace(" ", "\u00a0"),
        lambda pem: pem.replace("\n", "\u2028\u200b"),
    ],
)
def test_white_space_does_not_matter(change):
    assert read_public_key(change(ALICE.pem)) == ALICE


def test_a_refusal_says_which_rule_and_what_would_be_accepted():
    (weak,) = (case["pem"] for case in load("must-fail")["public_keys"] if case["case"] == "RSA-2048")
    with pytest.raises(UnacceptableKey) as refused:
        read_public_key(weak)

    assert refused.value.rule == "rsa-too-small"
    assert refused.value.parameters == {"bits": 2048}
    assert str(refused.value) == (
        "This RSA key has 2048 bits. At least 3072 are needed; this makes a good one: "
        "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out private.pem"
    )


def test_a_private_key_is_never_echoed():
    pem = export_private_key(generate_private_key())
    with pytest.raises(UnacceptableKey) as refused:
        read_public_key(pem)

    assert refused.value.rule == "private-key"
    assert refused.value.parameters == {}
    assert str(refused.value) == REFUSALS["private-key"]
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


def test_every_rule_is_broken_by_a_vector():
    vectors = load("must-fail")
    rules = {case["rule"] for case in vectors["public_keys"] + vectors["private_keys"]}
    assert rules == set(REFUSALS) - {"sealing-kind", "signing-key"}


def test_a_key_loads_only_as_what_it_is():
    for algorithm, der in (
        ("x-wing", CAROL.der),
        ("rsa-oaep-256", ALICE.der),
        ("x-wing-2", ALICE.der),
        ("", b""),
    ):
        with pytest.raises(UnacceptableKey) as refused:
            load_public_key(algorithm, der)
        assert refused.value.rule == "broken"


texts = st.text() | st.sampled_from([key.pem for key in KEYS])


@given(st.lists(texts, max_size=3).map("".join))
@example("-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----")
def test_arbitrary_text_is_a_key_or_refused_calmly(pem):
    try:
        key = read_public_key(pem)
    except UnacceptableKey:
        return
    assert key in KEYS


@given(st.binary())
def test_arbitrary_bytes_are_refused_calmly(data):
    for attempt in (read_public_key, load_private_key):
        for source in (data, encode_pem("PUBLIC KEY", data), encode_pem("PRIVATE KEY", data)):
            if attempt is load_private_key and len(source) == 32:
                continue
            with pytest.raises(UnacceptableKey):
                attempt(source)


@given(st.sampled_from(KEYS), st.data())
def test_a_damaged_key_is_another_key_or_refused_calmly(key, data):
    der = bytearray(key.der)
    for _ in range(data.draw(st.integers(1, 4))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, 3))
    changed = bytes(der[: len(der) - cut])
    try:
        read = read_public_key(encode_pem("PUBLIC KEY", changed))
    except UnacceptableKey:
        return
    assert (read.algorithm, read.der) == (key.algorithm, changed)


@given(st.binary(min_size=1216, max_size=1216))
def test_arbitrary_x_wing_bytes_are_a_key_or_refused_calmly(raw):
    der = ALICE.der[:24] + raw
    try:
        sealed = load_public_key("x-wing", der).encrypt(bytes(32), context=b"")
    except UnacceptableKey:
        return
    assert len(sealed) == 1168


@given(st.binary())
def test_pem_comes_back_as_it_was(der):
    assert decode_pem(encode_pem("PUBLIC KEY", der)) == ("PUBLIC KEY", der)


def test_the_public_half_is_the_one_uploaded():
    private_key = generate_private_key()
    assert read_public_key(public_key_of(private_key).pem) == public_key_of(private_key)
