"""An author grants the keys whose fingerprints stand on the page, and no others."""

from playwright.sync_api import Route, expect

from secureblogs.crypto import wrapping
from tests.browser.conftest import Enter


def test_a_key_that_was_not_shown_is_granted_nothing(person: Enter) -> None:
    alice, carol = person("Alice"), person("Carol")
    alice.sign_up()
    slug = alice.make_group("Old days")
    post = alice.publish(slug, title="First winter", text="Snow up to the windows.")
    link = alice.invite(slug)
    carol.sign_up()
    carol.join(link)
    carol.open(post)
    carol.press("Ask to read")
    expect(carol.article).to_have_attribute("data-request-state", "pending")
    alice.open("/requests/")
    other = wrapping.public_key_of(wrapping.generate_private_key())

    def with_another_key(route: Route) -> None:
        answer = route.fetch()
        material = answer.json()
        material["public_keys"].append(
            {"fingerprint": other.fingerprint.hex(), "algorithm": other.algorithm, "public_key": other.pem}
        )
        route.fulfill(response=answer, json=material)

    source = alice.page.locator("grant-button").get_attribute("data-source")
    alice.page.route(f"**{source}", with_another_key)
    alice.press("Approve")

    expect(alice.page.locator(".card [data-said=other-keys]")).to_be_visible()
    expect(alice.page.locator(".card")).to_have_attribute("data-request-state", "pending")
    assert [request.url for request in alice.requests if request.url.endswith("/approve/")] == []

    alice.page.unroute(f"**{source}")
    alice.press("Approve")
    expect(carol.body).to_have_text("Snow up to the windows.")
