"""The pages on which somebody changes their name and their address."""

from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.pages import faults_of


def test_a_name_and_an_address_are_changed_on_pages_that_fit_everywhere(person: Enter):
    nora = person("Nora")
    nora.arrive()
    nora.page.get_by_role("button", name="Account", exact=True).click()
    nora.page.get_by_role("link", name="Your name", exact=True).click()
    faults = faults_of(nora.page)
    nora.page.get_by_label("Name", exact=True).fill("Nora W.")
    nora.press("Save name")
    expect(nora.page.get_by_text("Your name is changed.")).to_be_visible()

    nora.open("/accounts/email/")
    faults += faults_of(nora.page)
    nora.page.get_by_label("New email address", exact=True).fill("no address")
    nora.page.locator("form.form").evaluate("form => form.noValidate = true")
    nora.press("Change address")
    expect(nora.page.get_by_label("New email address", exact=True)).to_have_attribute("aria-invalid", "true")
    faults += faults_of(nora.page)
    nora.page.get_by_label("New email address", exact=True).fill(f"new-{nora.email}")
    nora.press("Change address")
    expect(nora.page.get_by_role("main").get_by_text(f"You log in with new-{nora.email}")).to_be_visible()
    assert faults == []
