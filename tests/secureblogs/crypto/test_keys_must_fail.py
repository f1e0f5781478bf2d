"""What of a person's keys is refused, each with its exact error; keys.test.js does the same."""

import base64
from uuid import UUID

import pytest

from secureblogs.crypto import admissions, codes, errors, statements
from secureblogs.crypto.account_keys import open_box
from secureblogs.crypto.chains import Link, check_chain
from secureblogs.crypto.ed25519 import check_signing_key, verify
from secureblogs.crypto.errors import BrokenChain, CannotOpen, CryptoError, InvalidCode, UnacceptableKey
from secureblogs.crypto.safety_numbers import Party, safety_number
from secureblogs.crypto.statements import Before
from secureblogs.crypto.store_objects import open_object
from secureblogs.crypto.x_wing import XWingPrivateKey
from tests.vectors.keys import STATEMENTS

from .test_keys import account_key, place
from .vectors import cases, load

VECTORS, VALID = load("keys-must-fail"), load("keys")
USER = UUID(VECTORS["user"])


@cases(VECTORS["signing_keys"])
def test_a_signing_key_is_refused(case):
    with pytest.raises(UnacceptableKey) as refused:
        check_signing_key(bytes.fromhex(case["signing_key"]))

    assert refused.value.rule == "signing-key"


@cases(VECTORS["signatures"])
def test_a_signature_does_not_verify(case):
    message = STATEMENTS[case["purpose"]](**place(case["place"]))
    signature, signing_key = bytes.fromhex(case["signature"]), bytes.fromhex(case["signing_key"])

    with pytest.raises(CryptoError) as refused:
        verify(signature, message, signing_key=signing_key)

    assert type(refused.value) is getattr(errors, case["error"])


@cases(VECTORS["holders"])
def test_a_list_of_keyholders_has_one_order(case):
    with pytest.raises(ValueError, match="ascending"):
        statements.keyholders(user=USER, generation=1, list_number=1, **place({"holders": case["holders"]}))


@pytest.mark.parametrize(
    ("cause", "before"), [("new", Before(b"", b"")), ("reset", Before(b"", b"")), ("routine", None)]
)
def test_a_cause_says_whether_there_is_one_before(cause, before):
    with pytest.raises(ValueError, match="follows"):
        statements.account_key(
            user=USER, generation=1, fingerprint=b"", signing_key=b"", cause=cause, before=before
        )


@cases(VECTORS["chains"])
def test_a_chain_is_broken(case):
    with pytest.raises(BrokenChain) as refused:
        check_chain([Link(**place(link)) for link in case["chain"]], user=USER)

    assert refused.value.generation == case["generation"]


@cases(VECTORS["boxes"])
def test_a_box_does_not_open(case):
    named = place({name: case[name] for name in ("user", "generation", "fingerprint", "signing_key")})

    with pytest.raises(CryptoError) as refused:
        open_box(
            base64.b64decode(case["box"]), XWingPrivateKey(bytes.fromhex(case["recipient_seed"])), **named
        )

    assert type(refused.value) is getattr(errors, case["error"])


@cases(VECTORS["codes"])
def test_a_code_is_refused(case):
    with pytest.raises(InvalidCode) as refused:
        getattr(codes, f"decode_{case['kind']}")(case["text"])

    assert refused.value.reason == case["reason"]


@cases(VECTORS["admissions"])
def test_a_proof_is_another(case):
    where = place({name: case[name] for name in ("user", "admission")})
    m1, m2 = admissions.admission_keys(bytes.fromhex(case["code"]), **where)
    for part, key, mac in (("device", m1, admissions.device_mac), ("account", m2, admissions.account_mac)):
        proof = case[part].copy()
        given = proof.pop("mac")
        if case.get("only", part) == part:
            assert mac(key, **where, **place(proof)).hex() != given


@cases(VECTORS["store_objects"])
def test_a_store_object_does_not_open(case):
    key = account_key(case["seed"], case["generation"])

    with pytest.raises(CannotOpen):
        open_object(
            base64.b64decode(case["sealed"]), account_key=key, name=case["name"], version=case["version"]
        )


def test_the_vectors_are_of_the_same_kind_as_the_valid_ones():
    assert {case["purpose"] for case in VECTORS["signatures"]} == {
        each["purpose"] for each in VALID["statements"]
    }


@cases(VECTORS["safety_numbers"])
def test_a_safety_number_is_of_two_people_and_their_keys(case):
    one, other = (Party(**place(case[name])) for name in ("one", "other"))

    assert safety_number(one, other) != case["digits"]
