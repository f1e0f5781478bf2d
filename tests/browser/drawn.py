"""What a camera reads from a QR code that a page has drawn."""

from playwright.sync_api import Page

from tests.commands import BASE_DIR

READER = BASE_DIR / "node_modules" / "jsqr" / "dist" / "jsQR.js"
READ = """
(canvas) => {
  const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return jsQR(data, width, height).data;
}
"""


def read_code(page: Page) -> str:
    """The text of the one code on the page."""
    page.evaluate(READER.read_text())
    return str(page.locator("qr-code canvas").evaluate(READ))
