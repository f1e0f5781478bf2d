"""The pictures of the README, taken of a real site: `python -m tests.browser.screenshots`."""

import signal
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests import chromium, servers
from tests.browser.people import Person, enter
from tests.commands import BASE_DIR
from tests.site import Site, drop_database, make_site

FOLDER = BASE_DIR / "docs" / "img"
WIDE = {"width": 1200, "height": 800}
PHONE = {"width": 390, "height": 800}
TITLE = "On keeping bees in a wet summer"
TEXT = """\
It rained for **eleven days**, and the bees stayed at home. A colony that stays at home eats what it has; \
so on the twelfth day I opened the hive.

## What I found

Four frames of brood, *healthy*, and almost no honey. The queen was on the third frame.

> A hive in June is either a promise or a warning. This one was both.

1. Feed them, a litre in the evening
2. Close the entrance to a finger’s width
3. Wait for the sun

| Day | Frames | Weight |
| --- | ---: | ---: |
| 1 | 8 | 31.2 kg |
| 12 | 8 | 24.9 kg |
"""
OTHERS = {
    "The heron is back": "It stood in the *same* place as last year.",
    "A map of the hedges, with their names": "From the mill to the ford.",
    "Who counts on Sunday?": "I can do the morning.",
}


def main() -> None:
    """Run a site, write a few posts, and take the pictures."""
    servers.start()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = make_site(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.arguments())
        try:
            for name in ("web", "worker", "beat"):
                site.start(name)
            site.wait_until_ready()
            take(site, browser)
        finally:
            browser.close()
            for name in list(site.processes):
                site.kill(name, signal.SIGTERM)
            drop_database(site.database_url)


def take(site: Site, browser: Browser) -> None:
    """The post as its reader sees it, and the list of a group on a phone at night."""
    alice, bob = enter(browser, site.url, "Alice"), enter(browser, site.url, "Bob")
    alice.sign_up()
    bob.sign_up()
    slug = alice.make_group("Field notes", description="What we see, hear and count along the river.")
    bob.join(alice.invite(slug))
    bob.press("Later")
    for title, text in OTHERS.items():
        (bob if "?" in title else alice).publish(slug, title=title, text=text)
    post = alice.publish(slug, title=TITLE, text=TEXT)
    bob.read(post)
    picture(bob, "post.png", WIDE)
    bob.open(f"/groups/{slug}/")
    bob.page.emulate_media(color_scheme="dark")
    picture(bob, "group-on-a-phone.png", PHONE)


def picture(person: Person, name: str, size: dict[str, int]) -> None:
    person.page.set_viewport_size(size)  # type: ignore[arg-type]
    expect(person.page.locator("time").first).to_have_text("now")
    # Letters first: the fonts are there when the page says so.
    person.page.evaluate("() => document.fonts.ready")
    person.page.screenshot(path=FOLDER / name, animations="disabled")
    print(f"{name}: {(FOLDER / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
