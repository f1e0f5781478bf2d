"""'Check my code' says whether a recovery code would bring everything back, and changes nothing."""

from playwright.sync_api import expect

from secureblogs.crypto import codes
from tests.browser.browsers import add_browser, another_browser


def test_a_code_is_checked_on_any_device_without_being_used_up(person):
    laptop = person("Lea")
    laptop.sign_up()
    code = laptop.page.get_by_test_id("recovery-code").inner_text()
    phone = another_browser(person, laptop)
    add_browser(phone, of=laptop)

    for browser in (laptop, phone):
        browser.open("/keys/")
        browser.page.get_by_text("Check my code", exact=True).click()
        browser.page.wait_for_load_state("networkidle")
        browser.requests.clear()
        field = browser.page.get_by_label("Recovery code", exact=True)
        for typed, words in {
            f"{code[:-1]}U": "There is a sign in it that no code has.",
            code[:-1]: "Some letters are missing, or there are too many.",
            codes.encode_recovery(bytes(16)): "This is not a code of this account.",
        }.items():
            field.fill(typed)
            browser.press("Check")
            expect(browser.page.locator("check-code").get_by_text(words)).to_be_visible()
            expect(field).to_be_focused()
        field.fill(code.lower().replace("-", " "))
        browser.press("Check")
        expect(browser.page.get_by_text("The code is right: it would bring your posts back.")).to_be_visible()
        expect(field).to_have_value("")
        # It asked for what the site says of the account, and sent nothing, but that this device is in use.
        sent = [each.url for each in browser.requests if each.method != "GET"]
        assert [address for address in sent if not address.endswith("/keys/used/")] == []
        assert [each.url for each in browser.requests if code.split("-")[0] in each.url] == []
