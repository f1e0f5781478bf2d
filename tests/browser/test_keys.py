"""Keys of one's own: PEM from elsewhere, keys that are not in this browser, keys that were given up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Scene
from tests.browser.people import Person, enter
from tests.site import Site


@dataclass
class Reader:
    """Rita, a member with an RSA key beside that of her laptop's browser, and her phone without any key."""

    laptop: Person
    phone: Person
    private_pem: str
    post: str


@pytest.fixture(scope="module")
def rita(site: Site, browser: Browser, scene: Scene, everybody: list[Person]) -> Iterator[Reader]:
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    laptop, phone = enter(browser, site.url, "Rita"), enter(browser, site.url, "Rita")
    everybody += [laptop, phone]
    phone.email = laptop.email
    laptop.sign_up()
    laptop.join(scene.alice.invite(scene.slug))
    laptop.open("/keys/")
    laptop.page.get_by_label("Label", exact=True).fill("Safe")
    laptop.page.get_by_label("Public key (PEM)", exact=True).fill(public_pem(private_key))
    laptop.press("Add key")
    expect(laptop.page.get_by_text("The key is added.")).to_be_visible()
    post = scene.alice.publish(scene.slug, title="For every key", text="Read *me* anywhere.")
    phone.log_in()
    yield Reader(laptop, phone, private_pem(private_key), post)
    laptop.context.close()
    phone.context.close()


def test_a_pem_key_is_listed_with_what_it_is(rita: Reader):
    rita.laptop.open("/keys/")
    keys = rita.laptop.page.locator("[data-fingerprint]")
    expect(keys).to_have_count(2)
    safe = keys.filter(has_text="Safe")
    expect(safe).to_contain_text("RSA")
    expect(safe).to_contain_text("opens 1 post")
    expect(rita.laptop.page.locator("[data-fingerprint][data-here]")).to_have_count(1)
    expect(rita.laptop.page.locator("[data-fingerprint][data-here]")).not_to_contain_text("Safe")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("RSA of 2048 bits", "This RSA key has 2048 bits. At least 3072 are needed;"),
        ("a private key", "This is a private key. It was not stored;"),
        ("nonsense", "This is not a public key as PEM."),
    ],
)
def test_a_refused_pem_says_why_at_the_field(rita: Reader, kind: str, sentence: str):
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = {"RSA of 2048 bits": public_pem(private_key), "a private key": private_pem(private_key)}
    rita.laptop.open("/keys/")
    field = rita.laptop.page.get_by_label("Public key (PEM)", exact=True)
    field.fill(pem.get(kind, "nonsense"))
    rita.laptop.press("Add key")

    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(re.escape(sentence)))
    expect(rita.laptop.page.locator("[data-fingerprint]")).to_have_count(2)
    if kind == "a private key":
        expect(field).to_have_value("")


def test_a_browser_without_the_key_says_so_and_opens_the_post_once_it_has_it(rita: Reader):
    phone = rita.phone
    phone.open(rita.post)
    expect(phone.article).to_have_attribute("data-access", "key-elsewhere")
    expect(phone.page.get_by_text("Your key for this post is not in this browser.")).to_be_visible()
    expect(phone.body).to_have_text("")

    phone.page.get_by_role("link", name="into this browser").click()
    expect(phone.page.locator("[data-fingerprint][data-here]")).to_have_count(0)
    expect(phone.page.get_by_text("None of your keys is in this browser.")).to_be_visible()
    field = phone.page.get_by_label("Private key (PEM)", exact=True)
    field.fill(rita.private_pem.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"))
    phone.press("Bring into this browser")
    expect(phone.page.get_by_text("This private key is locked with a passphrase.")).to_be_visible()
    field.fill(rita.private_pem)
    phone.press("Bring into this browser")
    expect(phone.page.locator("[data-fingerprint][data-here]")).to_contain_text("Safe")
    expect(phone.page.get_by_text("None of your keys is in this browser.")).to_be_hidden()
    expect(field).to_have_value("")

    expect(phone.read(rita.post)).to_have_text("Read me anywhere.")
    # It was never sent anywhere.
    secret = rita.private_pem.splitlines()[5].encode()
    sent = [request.post_data_buffer or b"" for request in phone.requests]
    assert len(sent) > 10
    assert not any(secret in body for body in sent)


def test_an_exported_key_opens_what_it_was_made_for(rita: Reader, scene: Scene):
    bob = scene.bob
    bob.open("/keys/")
    with bob.page.expect_download() as download:
        bob.press("Export private key")
    pem = download.value.path().read_text()
    assert pem.startswith("-----BEGIN PRIVATE KEY-----\n")
    expect(bob.page.get_by_text("The private key is among your downloads.")).to_be_visible()

    # Somebody else's private key is nothing that Rita's account knows.
    rita.phone.open("/keys/")
    rita.phone.page.get_by_label("Private key (PEM)", exact=True).fill(pem)
    rita.phone.press("Bring into this browser")
    expect(rita.phone.page.get_by_text("it is not among your keys")).to_be_visible()


def test_revoking_asks_and_says_what_is_lost_and_a_new_key_is_one_click_away(rita: Reader, scene: Scene):
    laptop = rita.laptop
    laptop.open("/keys/")
    revoke(laptop, "Safe", "No post is lost to you: another key of yours opens all that this one does.")
    revoke(laptop, "Chrome", "You will no longer be able to read 1 post, which no other key of yours opens.")
    expect(laptop.page.get_by_text("You have no key.")).to_be_visible()

    laptop.open(rita.post)
    expect(laptop.article).to_have_attribute("data-access", "no-key")
    expect(laptop.page.get_by_text("You have no key.")).to_be_visible()
    expect(laptop.page.get_by_text("Read me anywhere.")).to_have_count(0)
    # The writer is told before publishing, and what is published meanwhile is not for Rita.
    scene.alice.open(f"/groups/{scene.slug}/posts/new/")
    expect(
        scene.alice.page.get_by_text("One member has no key yet and will have to ask: Rita")
    ).to_be_visible()
    expect(scene.alice.page.get_by_text("2 members will be able to read this.")).to_be_visible()

    laptop.press("Create a key in this browser")
    expect(laptop.page.get_by_text("You have no key.")).to_have_count(0)
    expect(laptop.article).to_have_attribute("data-access", "no-key")
    expect(laptop.article).to_contain_text("This was published before you had the key that you have now")

    post = scene.alice.publish(scene.slug, title="After that", text="Welcome back.")
    expect(laptop.read(post)).to_have_text("Welcome back.")


def revoke(person: Person, label: str, lost: str) -> None:
    person.page.locator("[data-fingerprint]", has_text=label).get_by_role("button", name="Revoke").click()
    expect(person.page.get_by_role("dialog")).to_contain_text(lost)
    person.press("Revoke")
    expect(person.page.get_by_text("The key is revoked.")).to_be_visible()


def public_pem(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
