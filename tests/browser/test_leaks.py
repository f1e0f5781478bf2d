"""A marked text and a person's keys are looked for in everything that the site and a browser leave anywhere."""

import random
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
from secureblogs.crypto.account_keys import open_box
from secureblogs.crypto.envelopes import open_content_key, open_envelope, read_envelope
from secureblogs.crypto.wrapping import load_private_key
from secureblogs.crypto.x_wing import XWingPrivateKey
from tests import chromium
from tests.browser.browsers import add_browser, another_browser
from tests.browser.people import Person, watch
from tests.browser.test_adding import recover
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
    alice.write(scene.slug, title=title, text=text)
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published", timeout=60_000)
    expect(alice.article).to_have_attribute("data-access", "open", timeout=60_000)
    bob.open(alice.path)
    expect(bob.article).to_have_attribute("data-access", "open", timeout=60_000)
    assert (bob.body.text_content() or "").count(marker) == text.count(marker)
    # The content key, which a reader can compute, and that reader's private key.
    envelope = read_envelope(bob.context.request.get(f"{site.url}{alice.path}envelope.json").body())
    private_key = load_private_key(scene.bob.export_key())
    is_same = open_envelope(envelope, private_key).body == text
    assert is_same
    hidden = [marker.encode(), open_content_key(envelope, private_key), private_key.pkcs8[-SEED_SIZE:]]
    machine.write_down()

    traces = machine.traces(title.encode(), *hidden)
    assert any(path.is_relative_to(machine.database) for path in traces[title.encode()])
    assert [traces[secret] for secret in hidden] == [[], [], []]
    bodies = [request.post_data_buffer or b"" for request in [*alice.requests, *bob.requests]]
    assert max(len(body) for body in bodies) > MOST
    assert in_any(bodies, title.encode())
    assert [in_any(bodies, secret) for secret in hidden] == [False, False, False]
    assert frames == []

    # Had it been there, it would have been found.
    with psycopg.connect(site.database_url) as connection:
        connection.execute("CREATE TABLE leak AS SELECT %s AS text", [text])
    valkey = Redis.from_url(site.redis_url)
    valkey.set("leak", text)
    (site.logs / "leak.log").write_bytes(text.encode("utf-16-le")[1002:])
    machine.write_down()
    found = machine.traces(marker.encode())[marker.encode()]
    for place in (machine.database, machine.valkey, site.logs):
        assert any(path.is_relative_to(place) for path in found)
    with psycopg.connect(site.database_url) as connection:
        connection.execute("DROP TABLE leak")
    valkey.delete("leak")
    (site.logs / "leak.log").unlink()


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
def test_no_seed_and_no_code_of_a_person_s_keys_leaves_a_trace(site, playwright, person, everybody, tmp_path):
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
    ada.open("/keys/replace/")
    ada.press("Replace my key")
    expect(ada.page.locator("[data-device]")).to_have_count(3)
    mark = ada.page.evaluate(DEVICE_SEED, ada.uid)[0].encode()
    hidden = {
        **secrets_of_first,
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
    sent = [part for each in (ada, phone, tablet) for request in each.requests for part in parts_of(request)]
    context.close()
    machine.write_down()

    on_machine = machine.traces(mark, *hidden.values())
    on_disk = traces_in(below(profile), mark, leaked, *hidden.values())
    assert any(path.is_relative_to(machine.database) for path in on_machine[mark])
    assert in_any(sent, mark)
    assert on_disk[mark]
    assert on_disk[leaked]
    for name, secret in hidden.items():
        assert on_machine[secret] == [], name
        assert on_disk[secret] == [], name
        assert not in_any(sent, secret), name


def account_secrets(person: Person) -> dict[str, bytes]:
    """The seed of a browser's device, the seed of the account that it holds, and what is derived of that."""
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
    return {
        "device seed": bytes(seed),
        "account seed": key._seed,
        "account's wrapping seed": key.derive("account-wrapping"),
        "account's signing seed": key.derive("account-signing"),
        "key of a store object": key.derive("store-object-key", b"people"),
    }


def parts_of(request: Request) -> Iterator[bytes]:
    yield request.url.encode()
    yield request.post_data_buffer or b""
