"""What every page has to be: accessible to axe, no wider than a phone, and named."""

import json
import re
from functools import cache

from playwright.sync_api import Page

from tests.site import BASE_DIR

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}
AXE = BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """
async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary]));
}
"""
WIDTHS = """
() => {
  const root = document.documentElement;
  const scrolls = (element) => element && (/auto|scroll/.test(getComputedStyle(element).overflowX)
    || scrolls(element.parentElement));
  const wide = [...document.body.querySelectorAll("*")].filter((element) =>
    element.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(element)
    && !element.closest(".visually-hidden, [hidden]"));
  return root.scrollWidth > root.clientWidth ? wide.map((element) => element.outerHTML.slice(0, 120)) : [];
}
"""

# A change of colours takes a moment.
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@cache
def _axe() -> str:
    return AXE.read_text()


def faults_of(page: Page) -> list[str]:
    """What axe finds in both colour schemes, and what is too wide for a phone."""
    address = re.sub(r"https?://[^/]+", "", page.url)
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(TWO_FRAMES)
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(_axe())
        found += [f"{address} ({scheme}): {json.dumps(fault)}" for fault in page.evaluate(RUN_AXE)]
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    found += [f"{address} is wider than a phone: {element}" for element in page.evaluate(WIDTHS)]
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    title = page.title()
    if not re.fullmatch(r".{3,} · SecureBlogs", title):
        found.append(f"{address} is named {title!r}")
    headings = page.get_by_role("heading", level=1).count()
    if headings != 1:
        found.append(f"{address} has {headings} main headings")
    return found
