"""A marked text is published and read, and then looked for in everything that the site leaves anywhere."""

import random
import secrets
import string
import time

import psycopg
import pytest
from playwright.sync_api import expect
from redis import Redis

from secureblogs.crypto.envelopes import open_content_key, open_envelope, read_envelope
from secureblogs.crypto.wrapping import load_private_key
from tests.browser.traces import Machine, in_any

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
