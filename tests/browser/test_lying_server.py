"""A server that cheats about a person's keys, and what the person reads then. Most ways are tried in tests/js/lib."""

import secrets

import pytest
from playwright.sync_api import Route, expect

from secureblogs.crypto import codes
from secureblogs.crypto.wrapping import generate_private_key, public_key_of
from tests.browser.browsers import another_browser
from tests.browser.database import change, value_of
from tests.browser.people import Person
from tests.browser.test_adding import recover

PLANT = "UPDATE accounts_keyholders SET holders = holders || ARRAY[ARRAY['{}', repeat('f', 64), '{}']]"
PULL_UP = "UPDATE accounts_keyholders SET holders = trim_array(holders, 1)"
# Twice is as it was.
FLIP = "UPDATE {0} SET {1} = set_byte({1}, 7, 255 - get_byte({1}, 7))"
FLIPPED_KEY, FLIPPED_BOX = (
    FLIP.format("accounts_accountkey", "signing_key"),
    FLIP.format("accounts_sealedseed", "box"),
)
LIST = "The list of your devices is not the one that your key has signed: somebody may have added theirs."
RIVAL = "The site shows another key for you than the one that this browser has seen."
BOX = "What the site keeps for this browser does not open your key."
# What the server does and takes back, what the self-check calls it and says, and what becomes of posts: a browser reads
# on with the key that it has seen.
LIES = {
    "a device that nobody added": (PLANT.format("device", "Phone"), PULL_UP, "list", LIST, "open"),
    "a code that nobody made": (PLANT.format("recovery", ""), PULL_UP, "list", LIST, "open"),
    "another signing key under the same fingerprint": (
        FLIPPED_KEY,
        FLIPPED_KEY,
        "rival",
        RIVAL,
        "key-elsewhere",
    ),
    "a box that was swapped": (FLIPPED_BOX, FLIPPED_BOX, "box", BOX, "key-elsewhere"),
}
OLDER = (
    "What the site says of your key is older than what this browser has seen: a restored backup, or worse."
)


class Server:
    """The rows of one person, changed behind the back of the site's code."""

    def __init__(self, database_url: str, person: Person) -> None:
        self._url = database_url
        self._person = value_of(
            database_url, "SELECT id FROM accounts_user WHERE email = %(email)s", email=person.email
        )

    def does(self, statement: str, **values: object) -> None:
        assert change(self._url, f"{statement} WHERE user_id = %(person)s", person=self._person, **values) > 0

    def says(self, column: str) -> object:
        question = f"SELECT {column} FROM accounts_keyholders WHERE user_id = %(person)s"  # noqa: S608
        return value_of(self._url, question, person=self._person)

    def plants(self, pem_key, label: str) -> None:
        """An own key, signed by nobody."""
        columns = "user_id, kind, label, algorithm, der, fingerprint, created_at, signature, generation"
        values = "%(person)s, 'own', %(label)s, 'x-wing', %(der)s, %(mark)s, now(), %(signature)s, 1"
        change(
            self._url,
            f"INSERT INTO accounts_publickey ({columns}) VALUES ({values})",  # noqa: S608
            person=self._person,
            label=label,
            der=pem_key.der,
            mark=pem_key.fingerprint.hex(),
            signature=secrets.token_bytes(64),
        )


@pytest.fixture
def sam(person, scene) -> Person:
    sam: Person = person("Sam")
    sam.sign_up()
    sam.has_joined(scene.alice.has_link(scene.slug))
    return sam


def test_what_does_not_fit_what_the_browser_has_seen_is_said_in_words(site, scene, sam):
    code = sam.page.get_by_test_id("recovery-code").inner_text()
    server = Server(site.database_url, sam)
    post = scene.alice.publish(scene.slug, title="For Sam", text="Read on.")
    expect(sam.read(post)).to_have_text("Read on.")
    keys = sam.page.locator("my-keys")

    for lie, (does, undoes, finding, words, access) in LIES.items():
        server.does(does)
        sam.open("/keys/")
        expect(keys, lie).to_have_attribute("data-key-problem", finding)
        expect(sam.page.get_by_text(words).first).to_be_visible()
        sam.open(post)
        expect(sam.article, lie).to_have_attribute("data-access", access)
        server.does(undoes)

    # An older list, rightly signed.
    kept = {column: server.says(column) for column in ("number", "holders", "signature")}
    sam.open("/keys/")
    rename(sam, "Desk")
    now = {column: server.says(column) for column in kept}
    put = (
        "UPDATE accounts_keyholders SET number = %(number)s, holders = %(holders)s, signature = %(signature)s"
    )
    server.does(put, **kept)
    sam.open("/keys/")
    expect(sam.page.get_by_text(OLDER).first).to_be_visible()
    server.does(put, **now)
    expect(sam.read(post)).to_have_text("Read on.")
    check(sam, code)


def rename(person: Person, name: str) -> None:
    person.page.get_by_role("button", name="Rename", exact=True).click()
    person.page.get_by_label("New name", exact=True).fill(name)
    person.press("Save name")
    expect(person.page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def check(person: Person, code: str) -> None:
    """'Check my code' says what is wrong with it, that it is of nobody here, and that it is right."""
    person.open("/keys/")
    person.page.get_by_text("Check my code", exact=True).click()
    for typed, words in {
        f"{code[:-1]}U": "There is a sign in it that no code has.",
        code[:-1]: "Some letters are missing, or there are too many.",
        codes.encode_recovery(bytes(16)): "This is not a code of this account.",
        code.lower().replace("-", " "): "The code is right: it would bring your posts back.",
    }.items():
        person.page.get_by_role("textbox", name="Recovery code", exact=True).fill(typed)
        person.press("Check")
        expect(person.page.locator("check-code").get_by_text(words)).to_be_visible()


def test_a_new_browser_takes_no_answer_and_no_list_of_the_server_s_own(site, person, sam):
    code = sam.page.get_by_test_id("recovery-code").inner_text()
    server, phone = Server(site.database_url, sam), another_browser(person, sam)

    def lie(route: Route) -> None:
        answer = route.fetch()
        members = answer.json()
        # Which admission is open, the page asks at another address.
        if members.get("answer"):
            members["answer"]["number"] += 1
        route.fulfill(response=answer, json=members)

    phone.page.route("**/keys/admissions/*.json", lie)
    sam.open("/keys/")
    shown = sam.page.get_by_test_id("device-code")
    sam.press_and_confirm("Add a device", shown)
    phone.open("/keys/add/")
    phone.page.get_by_label("Code from another device", exact=True).fill(shown.inner_text())
    phone.press("Add this browser")
    sam.press("Allow")
    made_up = (
        "What came is not the answer of the device that showed the code, so this browser took nothing of it."
    )
    expect(phone.page.get_by_text(made_up)).to_be_visible()
    phone.page.unroute("**/keys/admissions/*.json")

    server.does(PLANT.format("device", "Phone"))
    recover(phone, code)
    expect(phone.page.get_by_text("what the site keeps for it does not belong to it")).to_be_visible()
    assert phone.page.locator("[data-key-state=ready]").count() == 0
    server.does(PULL_UP)
    recover(phone, code)
    expect(phone.page.locator("[data-key-state=ready]")).to_be_visible()


def test_an_own_key_that_the_server_planted_gets_no_signature_of_the_next_key(site, sam):
    Server(site.database_url, sam).plants(public_key_of(generate_private_key()), "Script")
    sam.open("/keys/replace/")
    expect(sam.page.get_by_label("Script", exact=True)).to_be_checked()
    sam.press("Replace my key")
    expect(sam.page.locator("my-keys")).to_be_visible()
    signed = sam.context.request.get(f"{sam.url}/keys/account.json").json()
    assert (len(signed["chain"]), signed["own_keys"]) == (2, [])
