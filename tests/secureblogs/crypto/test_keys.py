"""A person's keys are those of the vectors, in both languages: tests/js/crypto/keys.test.js runs the same file."""

import base64
from typing import Any
from uuid import UUID

import pytest

from secureblogs.crypto import admissions, codes
from secureblogs.crypto.account_keys import BOX_SIZE, AccountKey, derive, open_box
from secureblogs.crypto.chains import Link, check_chain, starts_over
from secureblogs.crypto.ed25519 import SigningKey, verify
from secureblogs.crypto.public_keys import fingerprint, read_public_key
from secureblogs.crypto.recovery_keys import RecoveryKey
from secureblogs.crypto.safety_numbers import Party, safety_number
from secureblogs.crypto.statements import Before, Holder
from secureblogs.crypto.store_objects import open_object, seal_object
from secureblogs.crypto.x_wing import XWingPrivateKey
from tests.vectors.keys import STATEMENTS

from .vectors import load

VECTORS = load("keys")
USER = UUID(VECTORS["user"])
UIDS, TEXTS = {"user", "admission", "post", "group", "author"}, {"kind", "name", "label", "cause"}


def read(name: str, value: Any) -> Any:
    """What stands in a vector under this name, as the functions take it."""
    if isinstance(value, dict):
        return Before(**place(value)) if name == "before" else place(value)
    if isinstance(value, list):
        return [Holder(**place(each)) for each in value]
    if name in UIDS:
        return UUID(value)
    return bytes.fromhex(value) if isinstance(value, str) and name not in TEXTS else value


def place(members: dict[str, Any]) -> dict[str, Any]:
    return {name: read(name, value) for name, value in members.items()}


def account_key(seed: str, generation: int) -> AccountKey:
    return AccountKey(bytes.fromhex(seed), user=USER, generation=generation)


def test_secrets_are_derived():
    for case in VECTORS["derive"]:
        parts = [bytes.fromhex(part) for part in case["parts"]]
        assert derive(bytes.fromhex(case["secret"]), case["purpose"], *parts).hex() == case["hex"]


def test_a_seed_makes_the_account_keys():
    for case in VECTORS["account_keys"]:
        key = account_key(case["seed"], case["generation"])
        assert (key.fingerprint.hex(), key.signing.public.hex()) == (case["fingerprint"], case["signing_key"])


def test_a_seed_has_32_bytes_and_a_recovery_secret_16():
    for make in (
        lambda: AccountKey(bytes(31), user=USER, generation=1),
        lambda: RecoveryKey(bytes(32), user=USER),
        lambda: admissions.admission_keys(bytes(9), user=USER, admission=USER),
    ):
        with pytest.raises(ValueError, match="bytes"):
            make()


def test_every_recovery_code_is_written_and_read():
    for case in VECTORS["recovery_keys"]:
        secret = bytes.fromhex(case["secret"])
        assert codes.encode_recovery(secret) == case["code"]
        assert [codes.decode_recovery(each) for each in [case["code"], *case.get("typed", [])]] == [
            secret
        ] * (1 + len(case.get("typed", [])))


def test_a_recovery_secret_makes_its_keys():
    case = VECTORS["recovery_keys"][0]
    key = RecoveryKey(bytes.fromhex(case["secret"]), user=USER)
    assert fingerprint(key.wrapping.spki).hex() == case["fingerprint"]
    assert key.signing.public.hex() == case["signing_key"]


def test_statements_are_these_bytes_and_their_signatures_verify():
    for case in VECTORS["statements"]:
        message = STATEMENTS[case["purpose"]](**place(case["place"]))
        assert message.hex() == case["hex"]
        verify(bytes.fromhex(case["signature"]), message, signing_key=bytes.fromhex(case["signing_key"]))


def test_chains_hold():
    for case in VECTORS["chains"]:
        links = [Link(**place(link)) for link in case["links"]]
        check_chain(links, user=USER)
        assert starts_over(links) == case["starts_over"]
    check_chain([], user=USER)


def test_boxes_open_and_new_ones_have_their_size():
    for case in VECTORS["boxes"]:
        device = XWingPrivateKey(bytes.fromhex(case["recipient_seed"]))
        named = place({name: case[name] for name in ("user", "generation", "fingerprint", "signing_key")})
        opened = open_box(base64.b64decode(case["box"]), device, **named)
        again = opened.seal_for(device.spki)
        assert len(again) == BOX_SIZE == 1168
        assert open_box(again, device, **named).wrapping.spki == opened.wrapping.spki
        assert opened.derive("x") == account_key(case["seed"], case["generation"]).derive("x")


def test_public_keys_of_devices_are_read():
    for case in VECTORS["devices"]:
        device = XWingPrivateKey(bytes.fromhex(case["seed"]))
        assert read_public_key(case["public_key"]).der == device.spki


def test_the_code_of_an_admission_makes_both_proofs():
    for case in VECTORS["admissions"]:
        code, where = bytes.fromhex(case["code"]), place({name: case[name] for name in ("user", "admission")})
        assert codes.encode_admission(code) == case["shown"]
        assert {codes.decode_admission(each) for each in [case["shown"], *case["typed"]]} == {code}
        keys = admissions.admission_keys(code, **where)
        assert [key.hex() for key in keys] == case["keys"]
        for key, part in zip(keys, ("device", "account"), strict=True):
            proof = case[part].copy()
            expected = proof.pop("mac")
            assert getattr(admissions, f"{part}_mac")(key, **where, **place(proof)).hex() == expected


def test_store_objects_open():
    seed = VECTORS["account_keys"][0]["seed"]
    for case in VECTORS["store_objects"]:
        key, data = account_key(seed, case["generation"]), base64.b64decode(case["data"])
        where = {"account_key": key, "name": case["name"], "version": case["version"]}
        assert open_object(base64.b64decode(case["sealed"]), **where) == data
        assert open_object(seal_object(data, **where), **where) == data
        # Nonce, what was padded, and the tag.
        assert len(seal_object(b"", **where)) == 12 + 1024 + 16


def test_both_people_see_the_same_safety_number():
    for case in VECTORS["safety_numbers"]:
        one, other = (Party(**place(case[name])) for name in ("one", "other"))
        assert safety_number(one, other) == safety_number(other, one) == case["digits"]
        assert [len(group) for group in case["digits"].split(" ")] == [5] * 12


def test_signatures_are_those_of_rfc_8032():
    # Its section 7.1, test 1: the empty message.
    key = SigningKey(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
        "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
