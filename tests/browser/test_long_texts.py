"""Texts that a dishonest author, or a very diligent one, could hold up their readers' browsers with."""

import pytest

from tests.browser.conftest import Enter

# Chromium takes its time over so many lines in a field whose direction it is to find.
WRITE = """(text) => {
  const field = document.querySelector("#text");
  field.dir = "ltr";
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}"""


@pytest.mark.parametrize(
    ("text", "tag", "number"),
    [("a\n\n" * 50_000, "p", 50_000), ("![a](https://example.org/)\n" * 10_000, "a", 10_000)],
    ids=["short paragraphs", "pictures"],
)
def test_many_small_parts_open_in_seconds(person: Enter, text: str, tag: str, number: int) -> None:
    alice = person("Alice")
    alice.sign_up()
    alice.write(alice.make_group("Poets"), title="Many", text="")
    alice.page.evaluate(WRITE, text)
    alice.press("Publish")

    alice.page.wait_for_selector('[data-access="open"]')

    assert alice.page.evaluate(f"document.querySelectorAll('[data-testid=post-body] {tag}').length") == number
