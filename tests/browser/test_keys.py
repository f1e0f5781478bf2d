"""Keys of one's own: PEM from elsewhere, keys that are not in this browser, keys that were given up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from playwright.sync_api import Browser, expect

from tests.browser.browsers import has_own_key
from tests.browser.conftest import Scene
from tests.browser.pages import faults_of
from tests.browser.people import Person, enter
from tests.site import Site


@dataclass
class Reader:
    """Rita, a member with an RSA key beside her account's, which her laptop holds, and her phone without any."""

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
    laptop.arrive()
    laptop.has_joined(scene.alice.has_link(scene.slug))
    laptop.open_own_keys()
    laptop.page.get_by_label("Label", exact=True).fill("Safe")
    laptop.page.get_by_label("Public key (PEM)", exact=True).fill(public_pem(private_key))
    laptop.press("Add key")
    expect(laptop.page.get_by_text("The key is added.")).to_be_visible()
    post = scene.alice.publish(scene.slug, title="For every key", text="Read *me* anywhere.")
    phone.log_in()
    yield Reader(laptop, phone, private_pem(private_key), post)
    laptop.context.close()
    phone.context.close()


def test_a_pem_key_is_listed_with_what_it_is(rita):
    rita.laptop.open_own_keys()
    keys = rita.laptop.page.locator("[data-fingerprint]")
    expect(keys).to_have_count(1)
    expect(keys).to_contain_text("Safe")
    expect(keys).to_contain_text("RSA")
    expect(keys).to_contain_text("opens 1 post")
    expect(rita.laptop.page.locator("[data-device][data-this]")).to_have_count(1)
    expect(rita.laptop.page.locator("[data-fingerprint][data-here]")).to_have_count(0)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("RSA of 2048 bits", "This RSA key has 2048 bits. At least 3072 are needed;"),
        ("a private key", "This is a private key. It was not stored;"),
        ("nonsense", "This is not a public key as PEM."),
    ],
)
def test_a_refused_pem_says_why_at_the_field(rita, kind, sentence):
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = {"RSA of 2048 bits": public_pem(private_key), "a private key": private_pem(private_key)}
    rita.laptop.open_own_keys()
    field = rita.laptop.page.get_by_label("Public key (PEM)", exact=True)
    field.fill(pem.get(kind, "nonsense"))
    rita.laptop.press("Add key")

    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(re.escape(sentence)))
    expect(rita.laptop.page.locator("[data-fingerprint]")).to_have_count(1)
    if kind == "a private key":
        expect(field).to_have_value("")


def test_a_browser_without_the_key_says_so_and_opens_the_post_once_it_has_it(rita):
    phone = rita.phone
    phone.open(rita.post)
    expect(phone.article).to_have_attribute("data-access", "key-elsewhere")
    expect(phone.page.get_by_text("This browser can't open this post yet.")).to_be_visible()
    expect(phone.body).to_have_text("")

    phone.page.get_by_role("link", name="into this browser").click()
    expect(phone.page.get_by_text("This browser can't open your posts yet.")).to_be_visible()
    phone.page.get_by_text("Keys of my own", exact=True).click()
    expect(phone.page.locator("[data-fingerprint][data-here]")).to_have_count(0)
    field = phone.page.get_by_label("Private key (PEM)", exact=True)
    field.fill(rita.private_pem.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"))
    phone.press("Bring into this browser")
    expect(phone.page.get_by_text("This private key is locked with a passphrase.")).to_be_visible()
    field.fill(rita.private_pem)
    # A browser may clear keys away that it was not asked to keep.
    phone.page.evaluate(
        "navigator.storage.persist = async () => (document.body.dataset.asked = 'to persist')"
    )
    phone.press("Bring into this browser")
    expect(phone.page.locator("body[data-asked='to persist']")).to_be_attached()
    expect(phone.page.locator("[data-fingerprint][data-here]")).to_contain_text("Safe")
    expect(field).to_have_value("")

    expect(phone.read(rita.post)).to_have_text("Read me anywhere.")
    # It was never sent anywhere.
    secret = rita.private_pem.splitlines()[5].encode()
    sent = [request.post_data_buffer or b"" for request in phone.requests]
    assert len(sent) > 10
    assert not any(secret in body for body in sent)


def test_an_exported_key_opens_what_it_was_made_for(rita, scene):
    bob = scene.bob
    pem = bob.export_key()
    assert bob.page.url.endswith("/keys/#own")
    assert pem.startswith("-----BEGIN PRIVATE KEY-----\n")
    expect(bob.page.get_by_text("The private key is among your downloads.")).to_be_visible()

    # Somebody else's private key is nothing that Rita's account knows.
    rita.phone.open_own_keys()
    rita.phone.page.get_by_label("Private key (PEM)", exact=True).fill(pem)
    rita.phone.press("Bring into this browser")
    expect(rita.phone.page.get_by_text("it is not among your keys")).to_be_visible()


def test_revoking_asks_and_says_what_is_lost_and_a_new_key_is_one_click_away(rita, scene, person):
    rita.laptop.open_own_keys()
    assert faults_of(rita.laptop.page) == []
    revoke(rita.laptop, "Safe", "No post is lost to you: another key of yours opens all that this one does.")
    # Somebody whose only key is in a file.
    dora = person("Dora")
    dora.has_account()
    dora.has_joined(scene.alice.has_link(scene.slug))
    has_own_key(dora, of=dora, label="File")
    post = scene.alice.publish(scene.slug, title="For a file", text="Filed.")
    expect(dora.read(post)).to_have_text("Filed.")
    dora.open_own_keys()
    revoke(dora, "File", "You will no longer be able to read 1 post, which no other key of yours opens.")
    expect(dora.page.get_by_text("You have no key.")).to_be_visible()

    dora.open(post)
    expect(dora.article).to_have_attribute("data-access", "no-key")
    expect(dora.page.get_by_text("Filed.")).to_have_count(0)
    # The writer is told before publishing, and what is published meanwhile is not for Dora.
    scene.alice.open(f"/groups/{scene.slug}/posts/new/")
    # Other tests may have left other members without a key.
    without_key = scene.alice.page.get_by_text(
        re.compile(r"no key yet and will have to ask:\s+(.*\W)?Dora\b")
    )
    expect(without_key).to_be_visible()

    dora.page.get_by_role("link", name="Make my key", exact=True).click()
    expect(dora.page.locator("[data-key-state=ready]")).to_be_visible()
    dora.page.get_by_role("link", name="Later", exact=True).click()
    expect(dora.page.get_by_text("You have no key.")).to_have_count(0)
    expect(dora.article).to_have_attribute("data-access", "no-key")
    expect(dora.article).to_contain_text("This was published before you had the key that you have now")

    post = scene.alice.publish(scene.slug, title="After that", text="Welcome back.")
    expect(dora.read(post)).to_have_text("Welcome back.")


def revoke(person: Person, label: str, lost: str) -> None:
    person.page.locator("[data-fingerprint]", has_text=label).get_by_role("button", name="Revoke").click()
    expect(person.page.get_by_role("dialog")).to_contain_text(lost)
    person.press("Revoke")
    expect(person.page.get_by_text("The key is revoked.")).to_be_visible()


def public_pem(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_what_was_typed_is_in_sight_when_its_page_comes_back(person):
    kim = person("Kim")
    kim.arrive()
    kim.open_own_keys()
    kim.page.get_by_label("Label", exact=True).fill("My old laptop")

    # As after the page that asks who one is.
    kim.open("/keys/")

    expect(kim.page.get_by_label("Label", exact=True)).to_be_visible()
    expect(kim.page.get_by_label("Label", exact=True)).to_have_value("My old laptop")
