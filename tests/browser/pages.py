"""What every page has to be: accessible to axe, no wider than a phone, and named."""

import json
import re
from collections.abc import Mapping
from functools import cache

from playwright.sync_api import Page

from tests.commands import BASE_DIR

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
# What is left of the wide screen at 400 %, as WCAG 1.4.10 has it.
NARROW = {"width": 320, "height": 256}
AXE = BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """
async (options) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary]));
}
"""
# The dark colours change the answers of these rules alone.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
# In forced colours axe still reads the page's own from letters, while it reads the browser's from what is behind them.
BUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}
WIDTHS = """
() => {
  const root = document.documentElement;
  const scrolls = (element) => element && (/auto|scroll/.test(getComputedStyle(element).overflowX)
    || scrolls(element.parentElement));
  const wide = [...document.body.querySelectorAll("*")].filter((element) =>
    element.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(element)
    && !element.closest(".visually-hidden, [hidden]"));
  const names = wide.map((element) => element.outerHTML.slice(0, 120));
  return root.scrollWidth > root.clientWidth ? [`${root.scrollWidth} px`, ...names] : [];
}
"""

# What scripts can bring about, and the W3C's checker calls an error.
MARKUP = r"""
() => {
  const time = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d))?$/;
  const times = [...document.querySelectorAll("time")].filter(({ dateTime }) => !time.test(dateTime));
  const wrong = [...times, ...document.querySelectorAll("img:not([src]), img[src=''], [dir='']")];
  return wrong.map((element) => element.outerHTML.slice(0, 120));
}
"""

# The most that somebody may set between letters, words, lines and paragraphs: WCAG 1.4.12.
SPACE = """
(isWide) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }
  `);
  document.adoptedStyleSheets = isWide ? [sheet] : [];
}
"""
# A change of colours takes a moment.
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@cache
def _axe() -> str:
    return AXE.read_text()


def faults_of(page: Page) -> list[str]:
    """What axe finds in both colour schemes, in forced colours and at 400 % with wide spaces; what is too wide."""
    address = re.sub(r"https?://[^/]+", "", page.url)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = _found_by_axe(page, f"{address} (light)")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += _found_by_axe(page, f"{address} (dark)", COLOURS)
    page.emulate_media(color_scheme="light", reduced_motion="reduce", forced_colors="active")
    found += _found_by_axe(page, f"{address} (forced colours)", BUT_CONTRAST)
    page.emulate_media(color_scheme="light", reduced_motion="reduce", forced_colors="none")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found += [f"{address} is wider than a phone: {element}" for element in page.evaluate(WIDTHS)]
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    found += [f"{address} is too wide at 400 %: {element}" for element in page.evaluate(WIDTHS)]
    page.evaluate(SPACE, True)
    found += _found_by_axe(page, f"{address} (400 %, wide spaces)")
    found += [
        f"{address} is too wide at 400 % with wide spaces: {element}" for element in page.evaluate(WIDTHS)
    ]
    page.evaluate(SPACE, False)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light", reduced_motion="no-preference", forced_colors="none")
    found += [f"{address} has invalid HTML: {element}" for element in page.evaluate(MARKUP)]
    title = page.title()
    if not re.fullmatch(r".{3,} · SecureBlogs", title):
        found.append(f"{address} is named {title!r}")
    headings = page.get_by_role("heading", level=1).count()
    if headings != 1:
        found.append(f"{address} has {headings} main headings")
    return found


def _found_by_axe(page: Page, where: str, options: Mapping[str, object] | None = None) -> list[str]:
    page.evaluate(TWO_FRAMES)
    return [f"{where}: {json.dumps(fault)}" for fault in page.evaluate(RUN_AXE, options)]
