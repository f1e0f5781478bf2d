"""How long a browser takes to move a thousand posts to a new account key, in each engine."""

import secrets
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from accounts.models import PublicKey, SealedSeed, User
from groups.domain import groups
from posts.models import Post, PostKey, Revision
from posts.models.contexts import Contexts
from secureblogs.crypto.contents import new_content_key, seal_content
from secureblogs.crypto.public_keys import load_public_key
from secureblogs.crypto.wrapping import wrap
from tests import chromium
from tests.bench.rig import report
from tests.cast import write_rows
from tests.engines.browsers import SECONDS_TO_WAIT, Browser, Enter
from tests.engines.firefox import firefox
from tests.engines.test_main_path import PASSWORD, READY, fill_in, press
from tests.engines.webkit import webkit
from tests.site import Site

POSTS = 1_000
MOST_SECONDS = 10
# On a machine that has much else to do.
PATIENCE = 600


@dataclass
class ChromiumPage:
    """Chromium, as the other engines are driven."""

    page: Page

    def open(self, address: str) -> None:
        self.page.goto(address)

    def click(self, xpath: str) -> None:
        self.page.locator(f"xpath={xpath}").click()

    def type(self, xpath: str, text: str) -> None:
        self.page.locator(f"xpath={xpath}").fill(text)

    def text(self, xpath: str) -> str:
        return self.page.locator(f"xpath={xpath}").inner_text()

    def choose(self, xpath: str, path: str) -> None:
        self.page.locator(f"xpath={xpath}").set_input_files(path)


@contextmanager
def chromium_pages(_logs: Path) -> Iterator[Callable[[], ChromiumPage]]:
    with sync_playwright() as playwright:
        options = {"executable_path": chromium.executable(), "args": chromium.arguments()}
        browser = playwright.chromium.launch(**options)  # type: ignore[arg-type]

        def enter() -> ChromiumPage:
            page = browser.new_page()
            page.set_default_timeout(SECONDS_TO_WAIT * 1000)
            return ChromiumPage(page)

        yield enter
        browser.close()


ENGINES: dict[str, Callable[[Path], AbstractContextManager[Enter]]] = {
    "Chromium": chromium_pages,
    "Firefox": firefox,
    "WebKit": webkit,
}


def measure(site: Site) -> None:
    # Playwright's loop runs in this thread, and Django would not ask the database beside it.
    with ThreadPoolExecutor(1) as database:
        for name, engine in ENGINES.items():
            with tempfile.TemporaryDirectory() as logs, engine(Path(logs)) as enter:
                seconds = lift(site, enter(), database)
            report(f"move {POSTS:,} posts to a new key in {name}", seconds=seconds, at_most=MOST_SECONDS)


def lift(site: Site, browser: Browser, database: ThreadPoolExecutor) -> float:
    """The seconds from the moment when the new key is there to the one when nothing leads to the older one."""
    reader = sign_up(site, browser, database)
    database.submit(add_posts, reader).result()
    browser.open(f"{site.url}/keys/replace/")
    press(browser, "Replace my key")
    return database.submit(seconds_of_lift, reader).result()


def sign_up(site: Site, browser: Browser, database: ThreadPoolExecutor) -> User:
    """Somebody who has an account key in this browser."""
    email = f"reader-{secrets.token_hex(4)}@example.org"
    browser.open(f"{site.url}/accounts/signup/")
    fill_in(browser, {"Name": "Reader", "Email": email, "Password": PASSWORD})
    press(browser, "Sign up")
    browser.text(READY)
    return database.submit(User.objects.get, email=email).result()


def seconds_of_lift(reader: User) -> float:
    wait_for(lambda: reader.account_keys.count() == 2)
    began = time.monotonic()
    wait_for(lambda: not SealedSeed.objects.filter(user=reader, generation=1).exists())
    seconds = time.monotonic() - began
    moved = PostKey.objects.filter(public_key__account_key__generation=2, public_key__user=reader).count()
    assert moved == POSTS, f"{moved} posts were moved."
    return seconds


def add_posts(
    reader: User, content: Callable[[Contexts], bytes] = lambda _: b"{}", number: int = POSTS
) -> None:
    """So many posts of their own, each with a content key that is really wrapped for their account key."""
    group = groups.create(f"Lift {secrets.token_hex(4)}", owner=reader)
    key: PublicKey = reader.account_keys.get().public_key
    recipient = load_public_key(key.algorithm, bytes(key.der))
    posts, sealed_posts, wrapped = [], [], []
    for _ in range(number):
        post = Post(uid=uuid.uuid4(), group=group, author=reader)
        content_key, places = new_content_key(), Revision(post=post).contexts
        sealed = seal_content(
            content(places),
            content_key=content_key,
            content_context=places.content,
            key_context=places.content_key,
        )
        sealed_posts.append(sealed)
        posts.append(post)
        wrapped.append(wrap(content_key, recipient, context=places.wrapped_key(key.fingerprint)))
    for post, sealed in zip(write_rows(posts), sealed_posts, strict=True):
        Revision.objects.filter(post=post).update(**asdict(sealed))
    PostKey.objects.bulk_create(
        PostKey(revision=post.current, public_key=key, wrapped_key=wrapped_key)
        for post, wrapped_key in zip(posts, wrapped, strict=True)
    )


def wait_for(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends, "It did not come to that."
        time.sleep(0.02)
