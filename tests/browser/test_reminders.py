"""A recovery code that nobody wrote down, and a browser that may delete its key: the pages say so."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsers import add_browser, another_browser
from tests.browser.pages import faults_of

SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Safari/605.1.15"
)
# How often the browser was asked, and what it answers. An empty page has no storage.
STORAGE = """
if (navigator.storage) {
  navigator.storage.persist = async () => {
    localStorage.setItem("asked", Number(localStorage.getItem("asked")) + 1);
    return %s;
  };
  navigator.storage.persisted = async () => %s;
}
"""
ASKED = "Number(localStorage.getItem('asked'))"


def test_later_is_said_on_every_page_until_the_code_is_confirmed(person):
    nora = person("Nora")
    nora.sign_up()
    nora.page.get_by_role("link", name="Later", exact=True).click()
    line = nora.page.locator("[data-code-reminder]")
    expect(line).to_contain_text("You have no recovery code that you wrote down.")
    assert faults_of(nora.page) == []
    nora.stay("/groups/")
    expect(line).to_be_visible()

    # The page that makes a key makes a code where there is a key.
    tab = nora.another_tab("/keys/welcome/")
    tab.press_and_confirm("Make a recovery code", tab.page.get_by_test_id("recovery-code"))
    expect(tab.page.get_by_role("link", name="Later", exact=True)).to_be_visible()
    code = tab.page.get_by_test_id("recovery-code").inner_text()
    tab.page.get_by_label("Last two groups", exact=True).fill(code[-9:])
    tab.press("I wrote it down")

    expect(tab.page.get_by_role("link", name="Go on", exact=True)).to_be_visible()
    expect(tab.page.get_by_role("link", name="Later", exact=True)).to_have_count(0)
    expect(line).to_have_count(0)


def test_the_line_can_be_put_off(person):
    otto = person("Otto")
    otto.arrive()
    otto.open("/groups/")
    otto.press("Later")

    expect(otto.page.locator("[data-code-reminder]")).to_have_count(0)
    assert otto.path == "/groups/"


def test_a_browser_that_clears_what_it_keeps_says_it_more_clearly(person):
    pia = person("Pia", user_agent=SAFARI)
    pia.arrive()
    pia.open("/groups/")
    expect(pia.page.locator("[data-code-reminder]")).to_contain_text("This browser deletes your key")
    assert faults_of(pia.page) == []
    pia.open("/keys/")
    expect(pia.page.locator("kept-here")).to_contain_text("when you don’t come for seven days")
    assert faults_of(pia.page) == []


@pytest.mark.parametrize("is_kept", [True, False])
def test_every_way_in_asks_the_browser_to_keep_the_key_and_the_page_says_what_it_answered(person, is_kept):
    answer = str(is_kept).lower()
    quinn = person("Quinn")
    quinn.context.add_init_script(STORAGE % (answer, answer))
    quinn.sign_up()
    assert quinn.page.evaluate(ASKED) == 1
    code = quinn.page.get_by_test_id("recovery-code").inner_text()
    quinn.open("/keys/")
    words = "keeps your key until you delete it" if is_kept else "may delete your key when its disk is full"
    expect(quinn.page.locator("kept-here")).to_contain_text(words)
    assert faults_of(quinn.page) == []
    ask_again = quinn.page.get_by_role("button", name="Ask it to keep the key", exact=True)
    if is_kept:
        expect(ask_again).to_be_hidden()
    else:
        ask_again.click()
        expect(quinn.page.locator("kept-here")).to_contain_text("It did not promise.")
        assert quinn.page.evaluate(ASKED) == 2

    added, recovered = another_browser(person, quinn), another_browser(person, quinn)
    for phone in (added, recovered):
        phone.context.add_init_script(STORAGE % (answer, answer))
    recovered.open("/keys/")
    expect(recovered.page.get_by_text("This browser can't open your posts yet.")).to_be_visible()
    expect(recovered.page.locator("kept-here [data-says]")).to_be_hidden()
    add_browser(added, of=quinn)
    recovered.open("/keys/add/")
    recovered.page.get_by_label("Recovery code", exact=True).fill(code)
    recovered.press("Recover")
    expect(recovered.page.locator("add-browser[data-key-state=ready]")).to_be_visible()
    assert [phone.page.evaluate(ASKED) for phone in (added, recovered)] == [1, 1]
