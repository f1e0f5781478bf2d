"""The drill: back up a running site, lose everything, restore, and every post opens with the same keys."""

import io
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pyrage
import pytest
from playwright.sync_api import expect

from secureblogs.running.backups.archives import Manifest, encrypt
from tests.browser.browsers import add_browser, another_browser
from tests.browser.comments import comment, section, write
from tests.browser.database import value_of
from tests.browser.pages import faults_of
from tests.browser.people import Person
from tests.browser.test_drafts import EVERYWHERE, listed, titles
from tests.browser.test_editing import edit
from tests.browser.test_files import add, begin, downloaded, drawn, payload, wait_for
from tests.commands import BASE_DIR
from tests.site import Site, create_database, drop_database, make_site


@pytest.fixture
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that a test may destroy."""
    site = make_site(tmp_path_factory.mktemp("drill"))
    try:
        _start(site)
        yield site
    finally:
        _stop(site)


def test_after_a_disaster_every_post_opens_with_the_same_keys(own_site, person, tmp_path):
    site, key, file = own_site, pyrage.x25519.Identity.generate(), tmp_path / "backup.age"
    (tmp_path / "key.txt").write_text(f"# made by age-keygen\n{key}\n")
    restore = ("restore", file, "--identity", tmp_path / "key.txt")
    alice, bob = person("Alice", url=site.url), person("Bob", url=site.url)
    for each in (alice, bob):
        each.arrive()
    phone = another_browser(person, alice)
    add_browser(phone, of=alice)
    slug = alice.has_group("Walkers")
    bob.has_joined(alice.has_link(slug))
    posts = {
        f"Text {number}.": alice.publish(slug, title="Kept", text=f"Text {number}.") for number in (1, 2)
    }

    begin(alice, slug, title="Kept", text="With a file.")
    add(alice, payload("kept.txt", "text/plain", b"In the storage."))
    wait_for(alice, "kept.txt")
    # Where the cursor stands, behind the text.
    add(alice, payload("ridge.png", "image/png", drawn(alice.page, 300, 400)))
    wait_for(alice, "ridge.")
    alice.press("Publish")
    expect(alice.article).to_have_attribute("data-state", "published")
    posts["With a file."] = alice.path
    for author, text in ((alice, "Alice says so."), (bob, "Bob says so.")):
        author.read(alice.path)
        write(author, text)
        expect(comment(author, text)).to_be_visible()
    # An edit: its author keeps the text before it. And a draft, which stays one.
    edited = posts["Text 1."]
    edit(alice, edited)
    alice.page.get_by_label("Text", exact=True).fill("Text 1, mended.")
    alice.press("Save")
    expect(alice.article).to_have_attribute("data-revision", "2")
    posts["Text 1, mended."] = posts.pop("Text 1.")
    alice.write(slug, title="Not out yet", text="Kept as a draft.")
    expect(alice.page.get_by_text(EVERYWHERE)).to_be_visible()

    assert _manage(site, "backup", file, "--recipient", str(key.to_public())) == (0, "backup: done")
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"Kept" not in file.read_bytes()
    code, words = _manage(site, *restore)
    assert (code, "The database has tables already" in words) == (1, True)

    _lose(site)
    whole = file.read_bytes()
    for damaged, why in (
        (whole[:-1], "its end is missing"),
        (_of_a_newer_version(key), "made by a newer version, 9.9"),
    ):
        file.write_bytes(damaged)
        code, words = _manage(site, *restore)
        assert (code, why in words, _tables(site)) == (1, True, 0)
    file.write_bytes(whole)
    assert _manage(site, *restore)[0] == 0
    _start(site)

    for text, post in posts.items():
        for each in (alice, bob):
            expect(each.read(post)).to_contain_text(text)
    for each in (alice, bob):
        each.open(posts["With a file."])
        picture = each.body.locator(".picture img")
        expect(picture).to_have_attribute("src", re.compile("^blob:"))
        each.page.wait_for_function("() => document.querySelector('.picture img').naturalWidth === 300")
        # Comments are fetched when somebody comes near them.
        section(each).scroll_into_view_if_needed()
        for text in ("Alice says so.", "Bob says so."):
            expect(comment(each, text)).to_be_visible()
    assert downloaded(bob, "kept.txt") == ("kept.txt", b"In the storage.")
    alice.open(f"{edited}versions/")
    alice.page.locator("[data-version='1'] a").click()
    expect(alice.page.locator("post-version[data-ready]").get_by_test_id("post-body")).to_have_text("Text 1.")
    # This one has no copy of the draft but the site's.
    assert titles(listed(phone)) == ["Not out yet"]
    for each in (alice, bob, phone):
        each.forgive("ERR_CONNECTION_REFUSED")


def test_a_backup_from_before_a_new_key_is_noticed_and_another_new_key_mends_it(own_site, person, tmp_path):
    site, key, file = own_site, pyrage.x25519.Identity.generate(), tmp_path / "backup.age"
    (tmp_path / "key.txt").write_text(f"# made by age-keygen\n{key}\n")
    alice = person("Alice", url=site.url)
    alice.arrive()
    slug = alice.has_group("Walkers")
    before = alice.publish(slug, title="Kept", text="From before.")
    assert _manage(site, "backup", file, "--recipient", str(key.to_public()))[0] == 0
    _replace_key(alice)
    _lose(site)
    assert _manage(site, "restore", file, "--identity", tmp_path / "key.txt")[0] == 0
    _start(site)

    # She reads on, and neither writes nor goes on with that key before she has looked.
    expect(alice.read(before)).to_have_text("From before.")
    alice.write(slug, title="Stopped", text="Not sent.")
    alice.press("Publish")
    expect(alice.page.get_by_text("what the site says of your key does not fit")).to_contain_text("Not sent:")
    alice.open("/keys/")
    expect(alice.page.locator("[data-key-problem=older]")).to_be_visible()
    found = "older than what this browser has seen: a restored backup, or worse."
    expect(alice.page.get_by_text(found)).to_be_visible()
    assert faults_of(alice.page) == []
    _replace_key(alice)

    expect(alice.page.locator("my-keys:not([data-key-problem])")).to_be_visible()
    after = alice.publish(slug, title="Mended", text="From after.")
    for post, text in ((after, "From after."), (before, "From before.")):
        expect(alice.read(post)).to_have_text(text)
    generations = "SELECT array_agg(generation ORDER BY generation) FROM accounts_accountkey"
    assert value_of(site.environment["DATABASE_URL"], generations) == [1, 3]
    alice.forgive("ERR_CONNECTION_REFUSED")
    alice.forgive("ERR_CONNECTION_RESET")


def _replace_key(person: Person) -> None:
    person.open("/keys/")
    # With what it found, the page shows another button.
    expect(person.page.locator("[data-device][data-this], my-keys[data-key-problem]").first).to_be_attached()
    person.press("Replace my key")
    asked = person.page.get_by_role("heading", name="Is it you?", exact=True)
    form = person.page.get_by_role("heading", name="Replace my key", exact=True)
    expect(form.or_(asked).first).to_be_visible()
    if asked.is_visible():
        person.give_password()
    person.press("Replace my key")
    expect(person.page).to_have_url(f"{person.url}/keys/")
    expect(person.page.locator("[data-device][data-this]")).to_be_visible()


def _lose(site: Site) -> None:
    """The database is gone with all its rows and the files, and an empty one takes its place."""
    _stop(site)
    shutil.rmtree(site.var / "files", ignore_errors=True)
    site.environment["DATABASE_URL"] = create_database(f"site_{secrets.token_hex(6)}")


def _start(site: Site) -> None:
    for name in ("web", "worker", "beat"):
        site.start(name)
    site.wait_until_ready()


def _stop(site: Site) -> None:
    for name in list(site.processes):
        site.kill(name)
    drop_database(site.database_url)


def _manage(site: Site, *arguments: str | Path) -> tuple[int, str]:
    """The exit code of a command, and its last line."""
    done = subprocess.run(
        [sys.executable, BASE_DIR / "manage.py", *arguments],
        env=site.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.strip().splitlines()[-1]


def _tables(site: Site) -> int:
    with psycopg.connect(site.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert row is not None
    return int(row[0])


def _of_a_newer_version(key: pyrage.x25519.Identity) -> bytes:
    manifest = Manifest(made_at="2030-01-01T00:00:00+00:00", version="9.9", migrations=["posts.0002_more"])
    target = io.BytesIO()
    encrypt(io.BytesIO(), target, manifest=manifest, recipients=[str(key.to_public())])
    return target.getvalue()
