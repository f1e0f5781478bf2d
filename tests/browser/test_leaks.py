"""A marked text and a person's keys are looked for in everything that the site and a browser leave anywhere."""

import json
import random
import re
import secrets
import string
import time
from base64 import b64decode
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from playwright.sync_api import Request, expect
from redis import Redis

from secureblogs.crypto import codes
from secureblogs.crypto.account_keys import AccountKey, open_box
from secureblogs.crypto.envelopes import open_content_key, open_envelope, read_envelope
from secureblogs.crypto.store_objects import open_object
from secureblogs.crypto.wrapping import load_private_key
from secureblogs.crypto.x_wing import XWingPrivateKey
from tests import chromium
from tests.browser import comments
from tests.browser.browsers import add_browser, another_browser
from tests.browser.people import Person, watch
from tests.browser.test_adding import recover
from tests.browser.test_comparing import has_compared
from tests.browser.test_files import add, begin, payload, photograph, wait_for
from tests.browser.traces import Machine, below, in_any, traces_in

MOST = 1024 * 1024
SEED_SIZE = 32


def marked_text(marker: str) -> str:
    """1 MiB in which the marker stands every few hundred bytes, and which no database can compress."""
    letters = random.Random(marker)  # noqa: S311
    paragraphs = []
    for _ in range(MOST // 400):
        noise = "".join(letters.choices(string.ascii_letters + string.digits, k=400 - len(marker) - 4))
        paragraphs.append(f"{marker} {noise}\n\n")
    return "".join(paragraphs).ljust(MOST, "x")[:MOST]


@pytest.mark.timeout(300)
def test_a_text_of_one_mebibyte_leaves_no_trace(site, scene):
    machine = Machine(site, since=time.time() - 1)
    title, marker = f"title{secrets.token_hex(12)}", f"marker{secrets.token_hex(12)}"
    text = marked_text(marker)
    alice, bob = scene.alice, scene.bob
    alice.requests.clear()
    frames: list[object] = []
    alice.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))

    # A written and a kept draft, a published post, and two people who read it.
    tag = f"tag{secrets.token_hex(12)}"
    alice.write(scene.slug, title=title, text=text)
    alice.page.get_by_label("Tags", exact=True).fill(f"wind, {tag}")
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published", timeout=60_000)
    expect(alice.article).to_have_attribute("data-access", "open", timeout=60_000)
    bob.open(alice.path)
    expect(bob.article).to_have_attribute("data-access", "open", timeout=60_000)
    assert (bob.body.text_content() or "").count(marker) == text.count(marker)
    expect(bob.page.locator("[data-tag]")).to_have_text(["wind", tag])
    # The content key, which a reader can compute, and that reader's private key.
    envelope = read_envelope(bob.context.request.get(f"{site.url}{alice.path}envelope.json").body())
    private_key = load_private_key(scene.bob.export_key())
    is_same = open_envelope(envelope, private_key).document.body == text
    assert is_same
    # A comment, one that is still being written, and the secret of all comments.
    said, begun = f"said{secrets.token_hex(12)}", f"begun{secrets.token_hex(12)}"
    bob.read(alice.path)
    comments.write(bob, f"{said} " * 200)
    expect(comments.comment(bob, said)).to_be_visible()
    bob.page.get_by_label("Write a comment", exact=True).fill(f"{begun} " * 200)
    thread = open_envelope(envelope, private_key).document.thread
    assert thread is not None
    hidden = [
        marker.encode(),
        tag.encode(),
        open_content_key(envelope, private_key),
        private_key.pkcs8[-SEED_SIZE:],
    ]
    hidden += [said.encode(), begun.encode(), thread]
    machine.write_down()

    traces = machine.traces(title.encode(), *hidden)
    assert any(path.is_relative_to(machine.database) for path in traces[title.encode()])
    assert machine.dump in traces[title.encode()]
    assert [traces[secret] for secret in hidden] == [[]] * len(hidden)
    bodies = [request.post_data_buffer or b"" for request in [*alice.requests, *bob.requests]]
    assert max(len(body) for body in bodies) > MOST
    assert in_any(bodies, title.encode())
    assert any("/comment/" in request.url for request in bob.requests)
    assert [in_any(bodies, secret) for secret in hidden] == [False] * len(hidden)
    assert frames == []

    # Had it been there, it would have been found.
    texts = [text, tag, f"{said} " * 200, f"{begun} " * 200]
    with psycopg.connect(site.database_url) as connection:
        connection.execute("CREATE TABLE leak AS SELECT unnest(%s::text[]) AS text", [texts])
    valkey = Redis.from_url(site.redis_url)
    valkey.set("leak", "".join(texts))
    (site.logs / "leak.log").write_bytes("".join(texts).encode("utf-16-le")[1002:])
    machine.write_down()
    found = machine.traces(*(mark.encode() for mark in (marker, tag, said, begun)))
    assert any(path.is_relative_to(machine.database) for path in found[marker.encode()])
    for paths in found.values():
        assert machine.dump in paths
        assert all(any(path.is_relative_to(place) for path in paths) for place in (machine.valkey, site.logs))
    with psycopg.connect(site.database_url) as connection:
        connection.execute("DROP TABLE leak")
    valkey.delete("leak")
    (site.logs / "leak.log").unlink()


@pytest.mark.timeout(300)
def test_nothing_of_a_picture_or_a_file_leaves_a_trace(site, scene):
    machine = Machine(site, since=time.time() - 1)
    alice, bob = scene.alice, scene.bob
    title = f"title{secrets.token_hex(12)}"
    content, name, words, camera = (
        f"{what}{secrets.token_hex(12)}" for what in ("content", "name", "words", "camera")
    )
    begin(alice, scene.slug, title=title, text="With files.")
    alice.requests.clear()
    jpeg = photograph(alice.page, 1500, 1000, mark=camera.encode())
    add(
        alice,
        payload(f"{name}.txt", "text/plain", content.encode() * 2_000),
        payload("a.jpg", "image/jpeg", jpeg),
    )
    wait_for(alice, f"{name}.txt")
    wait_for(alice, "a.jpg").get_by_label("Alternative text", exact=True).fill(words)
    expect(alice.page.get_by_text("Draft kept in this browser, encrypted.")).to_be_visible()
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")
    bob.read(alice.path)
    expect(bob.body.get_by_role("img", name=words, exact=True)).to_have_attribute("src", re.compile("^blob:"))
    hidden = [each.encode() for each in (content, name, words, camera)]
    machine.write_down()

    traces = machine.traces(title.encode(), *hidden)
    bodies = [part for each in (alice, bob) for request in each.requests for part in parts_of(request)]
    assert traces[title.encode()]
    assert [traces[secret] for secret in hidden] == [[], [], [], []]
    assert in_any(bodies, title.encode())
    assert [in_any(bodies, secret) for secret in hidden] == [False] * 4
    # The parts are stored, and there each mark would have been found.
    stored = site.var / "files"
    assert sum(path.stat().st_size for path in below(stored) if path.is_file()) > len(content) * 2_000
    (stored / "leak").write_bytes(b"\0" + "".join([content, name, words, camera]).encode("utf-16-le"))
    assert machine.traces(*hidden) == {secret: [stored / "leak"] for secret in hidden}
    (stored / "leak").unlink()


# What the keyring's worker does to read the seed of this browser's device, done here by the test.
DEVICE_SEED = """
async (account) => {
  const opened = await new Promise((resolve, reject) => {
    const asked = indexedDB.open(`secureblogs-${account}`);
    Object.assign(asked, { onsuccess: () => resolve(asked.result), onerror: () => reject(asked.error) });
  });
  const stored = (store, id) => new Promise((resolve) => {
    const asked = opened.transaction(store).objectStore(store).get(id);
    asked.onsuccess = () => resolve(asked.result);
  });
  const [{ key }, { fingerprint, seed }] = [await stored("vault", "key"), await stored("account", "device")];
  opened.close();
  const additionalData = new TextEncoder().encode(`device/${fingerprint}`);
  const parameters = { name: "AES-GCM", iv: seed.slice(0, 12), additionalData };
  return [fingerprint, [...new Uint8Array(await crypto.subtle.decrypt(parameters, key, seed.slice(12)))]];
}
"""
# What a leak on the browser's disk would look like.
KEEP = """
(bytes) => new Promise((resolve, reject) => {
  const asked = indexedDB.open("leak", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("seeds");
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const transaction = asked.result.transaction("seeds", "readwrite", { durability: "strict" });
    transaction.objectStore("seeds").put(new Uint8Array(bytes), 1);
    transaction.oncomplete = () => resolve();
  };
})
"""


@pytest.mark.timeout(300)
def test_no_seed_no_code_and_no_object_of_a_person_s_keys_leaves_a_trace(
    site, playwright, person, scene, everybody, tmp_path
):
    machine = Machine(site, since=time.time() - 1)
    profile = tmp_path / "profile"
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=chromium.executable(), args=chromium.arguments()
    )
    ada = Person("Ada", site.url, context, context.pages[0], f"ada-{secrets.token_hex(4)}@example.org")
    watch(ada)
    everybody.append(ada)

    # A key and a code are made, another browser comes by a code, one by the recovery code, and the key is replaced.
    ada.sign_up()
    recovery_code = ada.page.get_by_test_id("recovery-code").inner_text()
    ada.page.get_by_label("Last two groups", exact=True).fill(recovery_code[-9:])
    ada.press("I wrote it down")
    expect(ada.page.get_by_text("Confirmed: with this code you can come back.")).to_be_visible()
    phone, tablet = another_browser(person, ada), another_browser(person, ada)
    ada.open("/keys/")
    shown = ada.page.get_by_test_id("device-code")
    ada.press_and_confirm("Add a device", shown)
    admission_code = shown.inner_text()
    add_browser(phone, of=ada)
    recover(tablet, recovery_code)
    expect(tablet.page.locator("[data-key-state=ready]")).to_be_visible()
    secrets_of_first = account_secrets(ada)
    # What her browsers keep for one another: whom she compared with, and the key to what is left unsent here.
    ada.has_joined(scene.alice.has_link(scene.slug))
    has_compared(ada, scene.slug, scene.bob)
    ada.write(scene.slug, title="Half", text="A draft.")
    expect(ada.page.get_by_text("Draft kept in this browser, encrypted.")).to_be_visible()
    objects, moment, sealed = stored_objects(ada)
    ada.open("/keys/replace/")
    ada.press("Replace my key")
    expect(ada.page.locator("[data-device]")).to_have_count(3)
    mark = ada.page.evaluate(DEVICE_SEED, ada.uid)[0].encode()
    hidden = {
        **secrets_of_first,
        **objects,
        **{f"new {name}": secret for name, secret in account_secrets(ada).items()},
        **{f"phone's {name}": secret for name, secret in account_secrets(phone).items()},
        "recovery secret": codes.decode_recovery(recovery_code),
        "recovery code": recovery_code.encode(),
        "recovery code, as one word": recovery_code.replace("-", "").encode(),
        "admission code's bytes": codes.decode_admission(admission_code),
        "admission code": admission_code.encode(),
        "admission code, as one word": admission_code.replace("-", "").encode(),
    }
    leaked = secrets.token_bytes(32)
    ada.page.evaluate(KEEP, list(leaked))
    sent = [
        part
        for each in (ada, phone, tablet, scene.alice, scene.bob)
        for request in each.requests
        for part in parts_of(request)
    ]
    context.close()
    machine.write_down()

    on_machine = machine.traces(mark, moment, *sealed, *hidden.values())
    on_disk = traces_in(below(profile), mark, leaked, *hidden.values())
    for found in (mark, *sealed):
        assert any(path.is_relative_to(machine.database) for path in on_machine[found])
        assert in_any(sent, found)
    assert on_disk[mark]
    assert on_disk[leaked]
    # Her browser itself knows when she compared.
    assert [path for path in on_machine[moment] if not path.is_relative_to(profile)] == []
    assert not in_any(sent, moment)
    for name, secret in hidden.items():
        assert on_machine[secret] == [], name
        assert on_disk[secret] == [], name
        assert not in_any(sent, secret), name


def account_secrets(person: Person) -> dict[str, bytes]:
    """The seed of a browser's device, the seed of the account that it holds, and what is derived of that."""
    seed, key = held_by(person)
    return {
        "device seed": seed,
        "account seed": key._seed,
        "account's wrapping seed": key.derive("account-wrapping"),
        "account's signing seed": key.derive("account-signing"),
        "key of a store object": key.derive("store-object-key", b"people"),
    }


def stored_objects(person: Person) -> tuple[dict[str, bytes], bytes, list[bytes]]:
    """What a person keeps on the server, in the clear; a time that stands in it; and the ends of what is sealed."""
    _seed, key = held_by(person)
    mark = person.page.evaluate(DEVICE_SEED, person.uid)[0]
    opened, ends = {}, []
    for name in ("people", f"local/{mark}"):
        stored = person.context.request.get(f"{person.url}/keys/store/{name}").json()
        sealed = b64decode(stored["sealed"])
        opened[name] = open_object(sealed, account_key=key, name=name, version=stored["version"])
        ends.append(sealed[-32:])
    records = json.loads(opened["people"])
    assert [record["same"] for record in records.values()] == [True]
    (record,) = records.values()
    return opened, str(record["at"]).encode(), ends


def held_by(person: Person) -> tuple[bytes, AccountKey]:
    """The seed of a browser's device, and the account's key that it opens."""
    person.open("/keys/")
    expect(person.page.locator("[data-device][data-this]")).to_have_count(1)
    fingerprint, seed = person.page.evaluate(DEVICE_SEED, person.uid)
    seen = person.context.request.get(f"{person.url}/keys/account.json?for={fingerprint}").json()
    (link, (box,)) = seen["chain"][-1], seen["boxes"]
    key = open_box(
        b64decode(box["box"]),
        XWingPrivateKey(bytes(seed)),
        user=UUID(person.uid),
        generation=link["generation"],
        fingerprint=bytes.fromhex(link["fingerprint"]),
        signing_key=b64decode(link["signing_key"]),
    )
    return bytes(seed), key


def parts_of(request: Request) -> Iterator[bytes]:
    yield request.url.encode()
    yield request.post_data_buffer or b""
