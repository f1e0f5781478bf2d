"""/keys/: which keys I have, adding one, revoking one."""

import logging
import re
import subprocess

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.domain import keys
from accounts.models import PublicKey
from posts.domain import keys as keys_of_posts
from posts.models import PostKey
from secureblogs.crypto import wrapping
from tests.cast import Person, make_person

KEYS = "/keys/"
ENDED = "A revoked key can't be added again."
AS_JSON = {"accept": "application/json"}
FIREFOX = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def browser_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


@pytest.fixture
def browser(alice: Person) -> Client:
    return browser_of(alice)


def new_pem() -> str:
    return wrapping.public_key_of(wrapping.generate_private_key()).pem


def openssl(*arguments: str, given: str = "") -> str:
    return subprocess.run(
        ["openssl", *arguments], input=given, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture(scope="module")
def rsa_pem() -> str:
    """As `openssl` makes it."""
    return openssl("pkey", "-pubout", given=openssl("genrsa", "3072"))


def field_errors(response) -> dict[str, list[str]]:
    return {name: list(sentences) for name, sentences in response.context["form"].errors.items()}


def dialogs(page: str) -> list[str]:
    texts = re.findall(r'<p class="dialog__text"[^>]*>(.*?)</p>', page, re.DOTALL)
    return [" ".join(text.replace("&#x27;", "'").split()) for text in texts]


# --- The list


def test_each_key_stands_in_an_element_with_its_fingerprint(alice, browser):
    public_key = alice.user.public_keys.get()

    page = browser.get(KEYS).content.decode()

    assert re.findall(r'data-fingerprint="(\w+)"', page) == [public_key.fingerprint]
    assert "Laptop" in page
    assert "X-Wing" in page
    groups = " ".join(public_key.fingerprint[i : i + 4] for i in range(0, 64, 4))
    assert f'<code class="fingerprint">{groups}</code>' in page
    assert f'<copy-button data-text="{groups}">' in page


def test_the_controls_have_their_names(browser):
    page = browser.get(KEYS).content.decode()

    buttons = [name.strip() for name in re.findall(r"<button[^>]*>([^<]*)</button>", page)]
    assert [buttons.count(name) for name in ("Create a key in this browser", "Add key")] == [1, 1]
    labels = [name.strip() for name in re.findall(r"<label[^>]*>([^<]*)</label>", page)]
    assert labels == ["Label", "Public key (PEM)", "Private key (PEM)"]


def test_the_field_of_the_private_key_can_t_be_sent(browser):
    page = browser.get(KEYS).content.decode()

    (field,) = re.findall(r'<textarea[^>]*id="private-key"[^>]*>', page)
    assert "name=" not in field


def test_revoked_and_unusable_keys_say_so_and_come_last(alice, browser):
    revoked, unusable, active = (alice.add_key(label) for label in ("Old phone", "Broken", "New phone"))
    keys.revoke(revoked)
    keys.mark_unusable(unusable.pk)

    page = browser.get(KEYS).content.decode()

    first = alice.user.public_keys.get(label="Laptop")
    assert re.findall(r'data-fingerprint="(\w+)"', page) == [
        key.fingerprint for key in (active, first, unusable, revoked)
    ]
    assert len(re.findall(r'<span class="badge">revoked</span>', page)) == 1
    assert "found unusable" in page
    # An unusable one can be cleared away; a revoked one can't be revoked again.
    assert page.count("for ever?</h2>") == 3


def test_nobody_sees_another_s_keys(alice, mallory):
    assert alice.user.public_keys.get().fingerprint in browser_of(alice).get(KEYS).content.decode()

    page = browser_of(mallory).get(KEYS).content.decode()

    assert alice.user.public_keys.get().fingerprint not in page


def test_whoever_has_no_key_is_told_and_shown_the_button_that_mends_it(db):
    page = browser_of(make_person("Dora", with_key=False)).get(KEYS).content.decode()

    assert "You have no key." in page
    assert page.count("Create a key in this browser") == 1


def test_a_visitor_logs_in_first(client, db):
    response = client.get(KEYS)

    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/keys/")
    assert client.get(KEYS, headers=AS_JSON).status_code == 401


def test_the_page_asks_as_many_queries_for_thirty_keys_as_for_one(alice, browser, post):
    browser.get(KEYS)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert browser.get(KEYS).status_code == 200
        return len(captured)

    with_one = queries()
    for number in range(29):
        alice.add_key(f"Key {number}")

    assert queries() == with_one


# --- What is lost with a key


def counts(person: Person) -> dict[str, tuple[int, int]]:
    """By label: how many posts the key opens, and how many it alone does."""
    return {key.label: (key.opens, key.alone) for key in keys_of_posts.of(person.user)}


def test_a_key_that_alone_opens_posts_says_how_many_are_lost(alice, browser, group):
    alice.publish(group)
    alice.publish(group)

    assert dialogs(browser.get(KEYS).content.decode()) == [
        "You will no longer be able to read 2 posts, which no other key of yours opens. It is your only key: "
        "nothing can be encrypted for you until you make another one. " + ENDED
    ]


def test_what_another_key_opens_is_not_lost(alice, browser, group):
    alice.publish(group)
    alice.add_key("Phone")
    alice.publish(group)

    assert dialogs(browser.get(KEYS).content.decode()) == [
        f"No post is lost to you: another key of yours opens all that this one does. {ENDED}",
        f"You will no longer be able to read 1 post, which no other key of yours opens. {ENDED}",
    ]


def test_a_revoked_or_unusable_key_opens_nothing_in_the_place_of_another(alice, group):
    phone = alice.add_key("Phone")
    alice.publish(group)
    assert counts(alice) == {"Laptop": (1, 0), "Phone": (1, 0)}

    keys.mark_unusable(phone.pk)

    assert counts(alice)["Laptop"] == (1, 1)


def test_a_key_without_posts_loses_nothing(browser):
    assert dialogs(browser.get(KEYS).content.decode())[0].startswith(
        "No post is lost to you: none is encrypted for this key."
    )


def test_another_s_posts_and_keys_do_not_count(alice, bob, post):
    assert counts(bob) == {"Laptop": (1, 1)}


# --- Revoking


def revoke_address(public_key: PublicKey) -> str:
    return f"/keys/{public_key.fingerprint}/revoke/"


def test_revoking_ends_the_key_and_deletes_what_was_wrapped_for_it(alice, browser, post):
    public_key = alice.user.public_keys.get()
    assert PostKey.objects.filter(public_key=public_key).count() == 1

    response = browser.post(revoke_address(public_key), follow=True)

    assert response.redirect_chain == [("/keys/", 302)]
    assert [str(message) for message in response.context["messages"]] == [
        "The key is revoked. Nothing is encrypted for it any more."
    ]
    public_key.refresh_from_db()
    assert not public_key.is_active
    assert not PostKey.objects.filter(public_key=public_key).exists()
    assert browser.post(revoke_address(public_key)).status_code == 302


def test_mallory_can_t_revoke_alice_s_key(alice, mallory):
    public_key = alice.user.public_keys.get()

    assert browser_of(mallory).post(revoke_address(public_key)).status_code == 404
    public_key.refresh_from_db()
    assert public_key.is_active

    # It could have been done.
    assert browser_of(alice).post(revoke_address(public_key)).status_code == 302
    public_key.refresh_from_db()
    assert not public_key.is_active


@pytest.mark.parametrize("fingerprint", ["0" * 64, "nonsense", "%00"])
def test_a_key_that_does_not_exist_is_not_found(browser, fingerprint):
    assert browser.post(f"/keys/{fingerprint}/revoke/").status_code == 404


def test_revoking_takes_a_post_and_a_token_and_a_session(alice, browser):
    address = revoke_address(alice.user.public_keys.get())
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice.user)

    assert browser.get(address).status_code == 405
    assert strict.post(address).status_code == 403
    assert Client().post(address)["Location"] == "/accounts/login/?next=/keys/"
    assert Client().post(address, headers=AS_JSON).status_code == 401
    assert keys.has_active(alice.user)


# --- Adding by the form


def add(browser: Client, pem: str, label: str = "Desk", **more):
    return browser.post(KEYS, {"label": label, "public_key": pem}, **more)


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


def test_a_small_rsa_key_is_refused_with_the_line_that_makes_a_good_one(browser):
    pem = openssl("pkey", "-pubout", given=openssl("genrsa", "2048"))

    response = add(browser, pem)

    assert field_errors(response) == {
        "public_key": [
            "This RSA key has 2048 bits. At least 3072 are needed; this makes a good one: "
            "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out private.pem"
        ]
    }
    assert response.context["form"]["public_key"].value() == pem


def test_every_refusal_is_a_sentence(browser):
    """None of them leaves a placeholder open."""
    ec = openssl("pkey", "-pubout", given=openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout"))

    response = add(browser, ec)

    assert field_errors(response)["public_key"][0].startswith("This is a key of the kind EC.")


def test_refusals_are_translated(browser, monkeypatch):
    from accounts import forms

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


@pytest.mark.parametrize("label", ["x" * 51, "a\u202eb", "a\nb"])
def test_a_label_that_can_t_be_shown_is_refused(browser, label):
    assert list(field_errors(add(browser, new_pem(), label=label))) == ["label"]


def test_a_hostile_label_stays_text(browser):
    add(browser, new_pem(), label="<svg onload=alert(1)>")

    page = browser.get(KEYS).content.decode()

    assert "<svg onload" not in page
    assert "&lt;svg onload=alert(1)&gt;" in page
    assert "Revoke “&lt;svg onload=alert(1)&gt;” for ever?" in page


def test_a_key_that_is_there_already_says_so(alice, browser):
    response = add(browser, alice.user.public_keys.get().pem)

    assert field_errors(response) == {"public_key": ["This key is there already."]}


def test_a_revoked_key_can_t_be_added_again(alice, browser):
    public_key = alice.user.public_keys.get()
    keys.revoke(public_key)

    response = add(browser, public_key.pem)

    assert field_errors(response) == {
        "public_key": ["You revoked this key. A revoked key can't be added again: make a new one."]
    }
    assert not keys.has_active(alice.user)


def test_more_keys_than_one_may_have_are_refused(browser, monkeypatch):
    monkeypatch.setattr(keys, "MOST_ACTIVE", 1)

    assert field_errors(add(browser, new_pem())) == {
        "__all__": ["You have 1 keys, and more are not possible. Revoke one that you no longer use."]
    }


def test_adding_takes_a_token_and_a_session(alice):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice.user)

    assert add(strict, new_pem()).status_code == 403
    assert add(Client(), new_pem())["Location"] == "/accounts/login/?next=/keys/"
    assert add(Client(), new_pem(), headers=AS_JSON).status_code == 401
    assert PublicKey.objects.count() == 1


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(browser, method):
    assert getattr(browser, method)(KEYS).status_code == 405


# --- Adding as a script does


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
