"""/keys/: adding a key, by the form and as a script does."""

import logging

import pytest

from accounts.domain import keys
from secureblogs.crypto import wrapping
from tests.commands import openssl
from tests.posts.keys import AS_JSON, KEYS, add, new_pem
from tests.secureblogs.crypto.vectors import load

FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture(scope="module")
def rsa_pem() -> str:
    """As `openssl` makes it."""
    return openssl("pkey", "-pubout", given=load("python-made")["private_keys"]["carol"])


def field_errors(response) -> dict[str, list[str]]:
    return {name: list(sentences) for name, sentences in response.context["form"].errors.items()}


def test_a_key_is_added_as_pem(alice, browser):
    response = add(browser, new_pem())

    assert (response.status_code, response["Location"]) == (302, "/keys/")
    assert [(key.label, key.algorithm) for key in alice.user.public_keys.all()] == [
        ("Desk", "x-wing"),
        ("Laptop", "x-wing"),
    ]


def test_an_rsa_key_from_openssl_is_added(alice, browser, rsa_pem):
    assert add(browser, rsa_pem.replace("\n", "\r\n"), label="").status_code == 302
    added = alice.user.public_keys.get(algorithm="rsa-oaep-256")
    assert added.pem == rsa_pem
    assert "Unnamed key" in browser.get(KEYS).content.decode()


@pytest.mark.parametrize(
    ("pem", "sentence"),
    [
        ("", "This field is required."),
        (
            "hello",
            "This is not a public key as PEM. It has to begin with -----BEGIN PUBLIC KEY-----, end with "
            "-----END PUBLIC KEY----- and hold nothing else.",
        ),
        (
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
            "The PEM block does not hold a public key (a DER SubjectPublicKeyInfo). "
            "Copy the whole key again.",
        ),
    ],
)
def test_a_refused_key_says_why_at_the_field_and_stays_there(alice, browser, pem, sentence):
    response = add(browser, pem)

    assert response.status_code == 200
    assert field_errors(response) == {"public_key": [sentence]}
    assert response.context["form"]["public_key"].value() == pem
    assert response.context["form"]["label"].value() == "Desk"
    assert alice.user.public_keys.count() == 1


def test_a_key_of_a_wrong_size_or_kind_is_refused_with_what_would_be_a_good_one(browser):
    (pem,) = (case["pem"] for case in load("must-fail")["public_keys"] if case["case"] == "RSA-2048")

    response = add(browser, pem)

    assert field_errors(response) == {
        "public_key": [
            "This RSA key has 2048 bits. At least 3072 are needed; this makes a good one: "
            "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out private.pem"
        ]
    }
    assert response.context["form"]["public_key"].value() == pem

    ec = openssl("pkey", "-pubout", given=openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout"))

    response = add(browser, ec)

    assert field_errors(response)["public_key"][0].startswith("This is a key of the kind EC.")


def test_refusals_are_translated(browser, monkeypatch):
    from accounts.forms import public_keys as forms

    monkeypatch.setattr(forms, "gettext", lambda sentence: f"Übersetzt: {sentence}")

    assert field_errors(add(browser, "hello"))["public_key"][0].startswith("Übersetzt: This is not")


def test_a_private_key_is_never_given_back_stored_or_logged(alice, browser, caplog):
    caplog.set_level(logging.DEBUG)
    private_pem = wrapping.export_private_key(wrapping.generate_private_key())
    secret = private_pem.splitlines()[1]

    for headers in ({}, AS_JSON):
        response = add(browser, private_pem, headers=headers)
        assert secret not in response.content.decode()
        assert "This is a private key." in response.content.decode()
    add(browser, private_pem, label=secret[:50])
    bare = add(browser, secret)
    assert secret not in bare.content.decode()

    assert secret not in caplog.text
    assert alice.user.public_keys.count() == 1


def test_a_key_in_the_label_is_refused_and_not_given_back(alice, browser):
    seed = "bGl0dGxlIHNlY3JldCBzZWVkIG9mIDMyIGJ5dGVzISE="

    response = add(browser, new_pem(), label=seed)

    assert field_errors(response) == {"label": ["The label is a name for the key. Don't put a key there."]}
    assert seed not in response.content.decode()
    assert alice.user.public_keys.count() == 1


def test_a_key_that_an_editor_or_a_page_lent_other_spaces_is_added(alice, browser):
    pem = new_pem()

    response = add(
        browser, "\ufeff" + pem.replace("\n", "\u00a0\r\n").replace(" ", "\u00a0"), label="\ufeffCard"
    )

    assert response.status_code == 302
    assert alice.user.public_keys.get(label="Card").pem == pem


@pytest.mark.parametrize("label", ["x" * 51, "a\x07b", "a\nb"])
def test_a_label_that_can_t_be_shown_is_refused(browser, label):
    assert list(field_errors(add(browser, new_pem(), label=label))) == ["label"]


def test_a_key_that_is_there_already_or_was_revoked_can_t_be_added_again(alice, browser):
    response = add(browser, alice.user.public_keys.get().pem)

    assert field_errors(response) == {"public_key": ["This key is there already."]}

    public_key = alice.user.public_keys.get()
    keys.revoke(public_key)

    response = add(browser, public_key.pem)

    assert field_errors(response) == {
        "public_key": ["You revoked this key. A revoked key can't be added again: make a new one."]
    }
    assert not keys.has_active(alice.user)


def test_a_script_gets_the_fingerprint_and_the_key_is_named_after_the_browser(alice, browser):
    response = add(browser, new_pem(), label="", headers=AS_JSON | FIREFOX)

    added = alice.user.public_keys.first()
    assert (response.status_code, response.json()) == (201, {"fingerprint": added.fingerprint})
    assert added.label == "Firefox on Linux"


def test_a_script_that_sends_a_key_again_gets_the_same_answer(alice, browser):
    pem = new_pem()
    first = add(browser, pem, headers=AS_JSON)

    again = add(browser, pem, headers=AS_JSON)

    assert (again.status_code, again.json()) == (200, first.json())
    assert alice.user.public_keys.count() == 2


def test_a_script_gets_refusals_by_field(alice, browser):
    keys.revoke(alice.user.public_keys.get())
    revoked = add(browser, alice.user.public_keys.get().pem, headers=AS_JSON)
    malformed = add(browser, "hello", label="x" * 51, headers=AS_JSON)

    assert (revoked.status_code, revoked.json()) == (
        422,
        {
            "errors": {
                "public_key": ["You revoked this key. A revoked key can't be added again: make a new one."]
            }
        },
    )
    assert malformed.status_code == 422
    assert list(malformed.json()["errors"]) == ["label", "public_key"]


def test_who_does_not_say_gets_the_page(browser):
    assert add(browser, new_pem(), headers={"accept": "*/*"}).status_code == 302
    assert add(browser, new_pem()).status_code == 302
