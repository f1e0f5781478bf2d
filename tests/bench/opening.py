"""What a person's account key costs where it is made, adds to opening a post, and saves where it is wrapped."""

import secrets
import statistics
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from accounts.models import Kind, PublicKey, User
from groups.domain import groups
from groups.domain.members import join
from groups.models import Group
from posts.models import Post, State
from tests.bench.lifting import chromium_pages, sign_up, wait_for
from tests.bench.publishers import Publisher
from tests.bench.rig import REPEATS, pairs, report
from tests.crowd import Visitor, add_keys, crowd
from tests.engines.test_main_path import OPEN_TEXT
from tests.site import Site

MEMBERS = 2_000
# Milliseconds of the parts of what a page of a post does about the account's key, each many times.
PARTS = """
async (rounds) => {
  const isKeyring = ({ name }) => /\\/js\\/lib\\/keyring\\.[^/]*js$/.test(name);
  const keyring = await import(performance.getEntriesByType("resource").find(isKeyring).name);
  const account = document.body.dataset.user;
  const found = { bring: [], box: [], check: [] };
  const measure = async (part, act) => {
    const began = performance.now();
    const value = await act();
    found[part].push(performance.now() - began);
    return value;
  };
  for (let round = 0; round < rounds; round += 1) {
    const text = await measure("bring", () => keyring.accountText(account));
    keyring.forgetKeys(account);
    await measure("box", () => keyring.prepare(account, "useAccount", text));
    keyring.forgetKeys(account);
    // Another digest, and the same members.
    await measure("check", () => keyring.prepare(account, "useAccount", text + " ".repeat(round + 1)));
    // What was checked last is the text as it is.
    await keyring.prepare(account, "useAccount", text);
  }
  return found;
}
"""
ROUNDS = 50
# The milliseconds from the moment when the page was there to the one when the site has the keys and the code is shown.
NOTE_READY = """
new MutationObserver(() => {
  if (globalThis.ready === undefined && document.querySelector("[data-key-state=ready]")) {
    globalThis.ready = performance.now() - performance.getEntriesByType("navigation")[0].responseEnd;
  }
}).observe(document, { attributes: true, childList: true, subtree: true });
"""


def measure(site: Site) -> None:
    # Playwright's loop runs in this thread, and Django would not ask the database beside it.
    with (
        ThreadPoolExecutor(1) as database,
        tempfile.TemporaryDirectory() as logs,
        chromium_pages(Path(logs)) as enter,
    ):
        browser = enter()
        reader = sign_up(site, browser, database)
        post = database.submit(publish, site, reader).result()
        browser.open(f"{site.url}/posts/{post}/")
        browser.text(OPEN_TEXT)
        found: dict[str, list[float]] = browser.page.evaluate(PARTS, ROUNDS)
    seconds: dict[str, Any] = {name: statistics.median(each) / 1000 for name, each in found.items()}
    report("self-check and box while a post is opened", **seconds, at_most=0.03)


def measure_sign_up(site: Site) -> None:
    """Device key, account key, recovery code, boxes and statements, made in a browser of somebody new each time."""
    with (
        ThreadPoolExecutor(1) as database,
        tempfile.TemporaryDirectory() as logs,
        chromium_pages(Path(logs)) as enter,
    ):
        found = []
        for _ in range(REPEATS):
            browser = enter()
            browser.page.add_init_script(NOTE_READY)
            sign_up(site, browser, database)
            found.append(browser.page.evaluate("ready") / 1000)
    report("make all keys after signing up", seconds=statistics.median(found), slowest=max(found), at_most=1)


def publish(site: Site, reader: User) -> str:
    """A post that the reader can read, by a program; its uid."""
    author = User.objects.create(email=f"{secrets.token_hex(8)}@example.org", name="A program")
    group, uid = groups.create(f"Opening {secrets.token_hex(4)}", owner=author), uuid.uuid4()
    join(group, user=reader)
    assert Visitor(author, port=site.port).publish(group, uid=uid).status == 201
    wait_for(lambda: Post.objects.filter(uid=uid, current__state=State.PUBLISHED).exists())
    return str(uid)


def measure_fan_out(site: Site) -> None:
    """Publishing to members with two devices: one key a device, as before there were account keys, and one a person."""
    each, one = Publisher(site, members("A key each", keys=2)), Publisher(site, members("One key", keys=1))
    PublicKey.objects.filter(user__memberships__group=one.group).update(kind=Kind.ACCOUNT)
    for publisher in (each, one):
        publisher.publish()
    before, after, ratio = pairs(
        lambda: each.publish() / MEMBERS * 1000, lambda: one.publish() / MEMBERS * 1000
    )
    report("publish for a member with two devices", milliseconds=after, a_key_each=before, ratio=ratio)


def members(name: str, *, keys: int) -> Group:
    group = crowd(name, MEMBERS)
    for _ in range(keys - 1):
        add_keys(list(User.objects.filter(memberships__group=group)))
    return group
