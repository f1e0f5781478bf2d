"""A sign-up while the mail server is away, with real processes: the page says so, and then that the mail is sent."""

from playwright.sync_api import expect

from tests.mails import mail_server
from tests.site import drop_database, free_port, make_site


def test_the_page_that_waits_for_a_link_tells_by_itself_how_far_the_mail_is(browser, tmp_path_factory):
    port = free_port()
    site = make_site(tmp_path_factory.mktemp("mails"), EMAIL_URL=f"smtp://127.0.0.1:{port}")
    page = browser.new_page()
    try:
        for name in ("web", "worker", "beat"):
            site.start(name)
        site.wait_until_ready()
        page.goto(f"{site.url}/accounts/signup/")
        for label, value in {
            "Name": "Zoe",
            "Email": "zoe@example.org",
            "Password": "correct horse battery",
        }.items():
            page.get_by_label(label, exact=True).fill(value)
        page.get_by_role("button", name="Sign up", exact=True).click()

        expect(page.get_by_text("The mail is not sent yet.", exact=True)).to_be_visible(timeout=60_000)

        with mail_server(port) as server:
            page.get_by_role("button", name="Send again", exact=True).click()
            expect(page.get_by_text("We have sent you a link by email.")).to_be_visible(timeout=60_000)
        assert len(server.taken) == 1
        assert "/accounts/confirm-email/" in server.taken[0]
        assert "zoe@example.org" not in site.words()
        assert "/accounts/confirm-email/" not in (site.logs / "worker.log").read_text()
    finally:
        page.close()
        for name in list(site.processes):
            site.kill(name)
        drop_database(site.database_url)
