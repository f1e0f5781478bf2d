"""Against published vectors: X-Wing's own and HPKE's, RFC 9180 and its post-quantum draft."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from secureblogs.crypto.wrapping import load_private_key, open_sealed

from .vectors import load

X_WING = load("x-wing")
HPKE = load("hpke")
SUITE = b"HPKE" + bytes.fromhex("647a00010002")
AEADS = {1: hpke.AEAD.AES_128_GCM, 2: hpke.AEAD.AES_256_GCM, 3: hpke.AEAD.CHACHA20_POLY1305}


@pytest.mark.parametrize("case", X_WING)
def test_a_seed_makes_the_published_public_key_and_opens_what_was_published_for_it(case):
    private_key = load_private_key(bytes.fromhex(case["seed"]))
    assert private_key.spki[24:].hex() == case["public_key"]

    assert shared_secret(case).hex() == case["shared_secret"]

    # The library shows no shared secret, so the sender's half of HPKE is done here from the published one.
    key, nonce = key_schedule(bytes.fromhex(case["shared_secret"]), info=b"here")
    sealed = bytes.fromhex(case["ciphertext"]) + AESGCM(key).encrypt(nonce, b"Hello", b"")
    private_key = load_private_key(bytes.fromhex(case["seed"]))
    assert open_sealed(sealed, private_key, context=b"here") == b"Hello"


@pytest.mark.parametrize("case", HPKE, ids=lambda case: f"{case['kem_id']:#x}-{case['aead_id']}")
def test_the_library_opens_what_hpke_published(case):
    private_key, kem = hpke_key(case)
    suite = hpke.Suite(kem, hpke.KDF.HKDF_SHA256, AEADS[case["aead_id"]])
    sealed = bytes.fromhex(case["enc"] + case["ct"])
    info, aad = bytes.fromhex(case["info"]), bytes.fromhex(case["aad"])
    # The public `decrypt` takes no associated data, which every published case has.
    plaintext = openssl.hpke._decrypt_with_aad(suite, sealed, private_key, info, aad)
    assert plaintext.hex() == case["pt"]


def test_the_key_schedule_of_these_tests_is_the_published_one():
    # It shows that the key schedule below, which stands in for the library's sender, is the true one.
    published = next(case for case in HPKE if case["kem_id"] == 0x647A)
    suite = b"HPKE" + bytes.fromhex("647a00010003")
    key, nonce = key_schedule(
        bytes.fromhex(published["shared_secret"]), bytes.fromhex(published["info"]), suite
    )
    assert (key.hex(), nonce.hex()) == (published["key"], published["base_nonce"])


def hpke_key(case):
    secret = bytes.fromhex(case["skRm"])
    if case["kem_id"] == 0x20:
        return X25519PrivateKey.from_private_bytes(secret), hpke.KEM.X25519
    ml_kem, x25519 = expand(secret)
    return hpke.MLKEM768X25519PrivateKey(ml_kem, x25519), hpke.KEM.MLKEM768_X25519


def expand(seed):
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(
        expanded[64:]
    )


def shared_secret(case):
    ml_kem, x25519 = expand(bytes.fromhex(case["seed"]))
    ciphertext, public_key = bytes.fromhex(case["ciphertext"]), bytes.fromhex(case["public_key"])
    secret = ml_kem.decapsulate(ciphertext[:1088])
    secret += x25519.exchange(X25519PublicKey.from_public_bytes(ciphertext[1088:]))
    return hashlib.sha3_256(secret + ciphertext[1088:] + public_key[1184:] + b"\\.//^\\").digest()


def key_schedule(secret, info, suite=SUITE):
    def extract(salt, label, ikm):
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")

    def expand_to(prk, label, info, length):
        labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
        return HKDFExpand(SHA256(), length, labelled).derive(prk)

    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    prk = extract(secret, b"secret", b"")
    return expand_to(prk, b"key", context, 32), expand_to(prk, b"base_nonce", context, 12)
