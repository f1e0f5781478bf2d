"""Searching a thousand posts: how long their index takes, how large it is, how soon it answers. Opening a long post."""

import random
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from accounts.models import User
from posts.models import Post
from posts.models.contexts import Contexts
from secureblogs.crypto.documents import Document
from secureblogs.crypto.frames import encode_frame
from tests.bench.lifting import POSTS, ChromiumPage, add_posts, chromium_pages, sign_up
from tests.bench.rig import REPEATS, report
from tests.frames import framed
from tests.site import Site

# Of a blog: five kilobytes of words, every tenth post in Chinese.
WORDS, LETTERS, VOCABULARY = 800, 1_600, 20_000
LONG = 100 << 10  # bytes
MOST_SECONDS = 0.05
# Milliseconds of an answer for each of these words, in the page.
ANSWERS = """
async (words) => {
  const isKeyring = ({ name }) => /\\/js\\/lib\\/keyring\\.[^/]*js$/.test(name);
  const keyring = await import(performance.getEntriesByType("resource").find(isKeyring).name);
  const account = document.body.dataset.user;
  const ids = await keyring.prepare(account, "keptIndex");
  const posts = ids.map((id) => ({ post: id.split("/")[0], author: account, at: new Date().toISOString() }));
  const found = [];
  for (const typed of words) {
    const began = performance.now();
    const { total } = await keyring.prepare(account, "searchPosts", { typed, posts });
    found.push({ milliseconds: performance.now() - began, total });
  }
  return found;
}
"""
SIZE = """
async () => {
  const answer = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const database = await answer(indexedDB.open(`secureblogs-${document.body.dataset.user}`));
  const records = await answer(database.transaction("index").objectStore("index").getAll());
  database.close();
  return records.reduce((sum, { id, sealed }) => sum + id.length + sealed.length, 0);
}
"""


class Writer:
    """Writes posts whose words are as rare and as common as those of a language; the same ones each time."""

    def __init__(self) -> None:
        self._random = random.Random(13)  # noqa: S311
        letters = "etaoinshrdlucmfwypvbgk"
        self.words = ["".join(self._random.choices(letters, k=3 + n % 8)) for n in range(VOCABULARY)]
        self.letters = [chr(0x4E00 + n) for n in range(2_500)]

    def text(self, words: int) -> str:
        return " ".join(self.drawn(self.words) for _ in range(words))

    def chinese(self, letters: int) -> str:
        sentences = ["".join(self.drawn(self.letters) for _ in range(20)) for _ in range(letters // 20)]
        return "。".join(sentences)

    def drawn(self, chosen: list[str]) -> str:
        """Zipf's law."""
        return chosen[int(len(chosen) ** self._random.random()) - 1]

    def content(self, place: Contexts) -> bytes:
        is_chinese = self._random.random() < 0.1
        body = self.chinese(LETTERS) if is_chinese else self.text(WORDS)
        return encode_frame(framed(Document(self.text(5)[:100], body, ("walks",)), place))

    def typed(self) -> list[str]:
        """What people type: the beginnings of words, words, two of them, with a mistake, and Chinese."""
        drawn = [self.drawn(self.words) for _ in range(60)]
        spoilt = [f"{word[:3]}x{word[4:]}" for word in drawn if len(word) > 5]
        pairs = [f"{one} {other}" for one, other in zip(drawn, drawn[30:], strict=False)]
        chinese = ["".join(self.drawn(self.letters) for _ in range(1 + n % 2)) for n in range(30)]
        return [*"etaoin", *(word[:2] for word in drawn), *drawn, *pairs, *spoilt, *chinese]


def measure(site: Site) -> None:
    writer = Writer()
    # Playwright's loop runs in this thread, and Django would not ask the database beside it.
    with (
        ThreadPoolExecutor(1) as database,
        tempfile.TemporaryDirectory() as logs,
        chromium_pages(Path(logs)) as enter,
    ):
        browser = enter()
        reader = sign_up(site, browser, database)
        database.submit(add_posts, reader, writer.content).result()
        built, opened = seconds_until_ready(site, browser), seconds_until_ready(site, browser)
        size = int(browser.page.evaluate(SIZE))
        answers = browser.page.evaluate(ANSWERS, writer.typed())
        post = database.submit(long_post, reader, writer).result()
        shown = statistics.median(seconds_until_open(site, browser, post) for _ in range(REPEATS))
    seconds = sorted(answer["milliseconds"] / 1000 for answer in answers)
    found = sum(answer["total"] > 0 for answer in answers) / len(answers)
    report(f"index of {POSTS:,} posts", seconds=built, kept_opens_in=opened, bytes=size)
    p50, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    report(f"answer of {POSTS:,} posts", seconds=p50, p95=p95, found=found, at_most=MOST_SECONDS)
    report(f"open a post of {LONG >> 10} KiB", seconds=shown)


def seconds_until_ready(site: Site, browser: ChromiumPage) -> float:
    began = time.monotonic()
    browser.open(f"{site.url}/search/")
    browser.page.wait_for_selector("post-search [data-said=ready]", timeout=600_000)
    return time.monotonic() - began


def seconds_until_open(site: Site, browser: ChromiumPage, post: str) -> float:
    began = time.monotonic()
    browser.open(f"{site.url}/posts/{post}/")
    browser.page.wait_for_selector("[data-access=open]")
    return time.monotonic() - began


def long_post(reader: User, writer: Writer) -> str:
    body = writer.text(LONG // 5)[:LONG]
    add_posts(reader, lambda place: encode_frame(framed(Document("Long", body), place)), 1)
    return str(Post.objects.latest("pk").uid)
