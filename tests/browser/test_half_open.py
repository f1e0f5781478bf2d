"""A socket that looks open and brings nothing: its page notices, and shows what it missed."""

from playwright.sync_api import expect

from tests.browser.swallowing import swallowing_proxy

# A page gives a socket up after 45 seconds without a message.
MILLISECONDS = 50_000


def test_a_page_whose_socket_was_swallowed_opens_another_one(site, person):
    alice = person("Alice")
    alice.arrive()
    slug = alice.has_group("Swallowed")
    link = alice.has_link(slug)
    with swallowing_proxy(site.url) as proxy:
        bob = person("Bob", url=f"http://localhost:{proxy.port}")
        bob.context.clock.install()
        bob.arrive()
        bob.has_joined(link)
        bob.stay(f"/groups/{slug}/")
        proxy.swallow()
        alice.publish(slug, title="Nobody says so", text="It is out.")
        listed = bob.page.locator(".contents__item")
        expect(listed).to_have_count(0)

        bob.context.clock.fast_forward(MILLISECONDS)

        expect(listed).to_have_count(1)
        expect(bob.page.locator("html")).to_have_attribute("data-connections", "2")
        # Before the proxy goes, or the page would try it again and again.
        bob.page.close()
