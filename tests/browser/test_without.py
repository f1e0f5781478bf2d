"""A browser or a network that lacks something: no WebSocket, no JavaScript, no connection, no storage."""

from playwright.sync_api import Route, WebSocketRoute, expect

from tests.browser.browsers import another_browser
from tests.browser.people import Person

SECRET = "Nobody else shall read this."
SAY_WHEN_BACK = """
() => document.addEventListener("live.connected", ({ detail }) => detail.first || (document.title = "back"))
"""


def test_without_a_socket_a_post_is_there_after_a_reload(scene, person):
    carol = person("Carol")
    # Accepted and hung up at once, as a proxy does that knows no WebSocket.
    carol.context.route_web_socket("**/ws/**", lambda socket: hang_up(socket))
    carol.arrive()
    slug = carol.has_group("Offline walkers")
    carol.write(slug, title="Without news", text="Still here.")
    carol.press("Publish")
    expect(carol.article).to_be_visible()
    for _ in range(20):
        if carol.article.get_attribute("data-state") == "published":
            break
        carol.page.reload()
    expect(carol.body).to_have_text("Still here.")


def test_without_scripts_pages_show_and_nothing_typed_can_be_sent(site, scene, person):
    carol = person("Carol", java_script_enabled=False)
    carol.open("/")
    expect(carol.page.get_by_role("heading", level=1)).to_be_visible()
    carol.open("/accounts/signup/")
    carol.page.get_by_label("Name", exact=True).fill("Carol")
    carol.page.get_by_label("Email", exact=True).fill(carol.email)
    carol.page.get_by_label("Password", exact=True).fill("correct horse battery staple")
    carol.press("Sign up")
    assert "Making a key needs scripts, and this browser runs none." in told(carol)
    expect(carol.page.get_by_text("Making your key…")).to_be_hidden()
    slug = carol.make_group("Paper")
    carol.open(f"/groups/{slug}/posts/new/")
    assert (
        told(carol) == "Your text is encrypted in this browser before it is sent, and that needs JavaScript."
    )
    carol.page.get_by_label("Title", exact=True).fill("On paper")
    carol.page.get_by_label("Text", exact=True).fill(SECRET)
    carol.press("Publish")
    carol.page.get_by_label("Title", exact=True).press("Enter")
    carol.open_own_keys()
    carol.page.get_by_label("Private key (PEM)", exact=True).fill(SECRET)
    carol.press("Bring into this browser")
    expect(carol.page.get_by_role("heading", name="Keys", level=1)).to_be_visible()

    addresses = [request.url for request in carol.requests]
    bodies = [request.post_data or "" for request in carol.requests]
    assert [body for body in bodies if "On+paper" in body or "Nobody" in body] == []
    assert [address for address in addresses if "Nobody" in address] == []

    # A reader whose browser runs no scripts is told why there is no text.
    bob = person("Bob", java_script_enabled=False)
    bob.context.add_cookies(scene.bob.context.cookies())
    bob.open(scene.post)
    assert told(bob) == "This post opens in your browser, and that needs JavaScript."


def test_a_publish_that_does_not_arrive_keeps_what_was_typed_and_makes_one_post(scene):
    alice = scene.alice
    address = f"**/groups/{scene.slug}/posts/"
    alice.write(scene.slug, title="Second try", text="Kept.")
    # The network is gone.
    alice.page.route(address, lambda route: route.abort())
    alice.press("Publish")
    expect(alice.page.get_by_text("Not sent: the site can't be reached.")).to_be_visible()
    expect(alice.page.get_by_label("Text", exact=True)).to_have_value("Kept.")
    alice.page.unroute(address)
    # It arrives, and can't be accepted.
    alice.page.route(
        address, lambda route: route.fulfill(status=503, json={"errors": {"__all__": ["Nothing is saved."]}})
    )
    alice.press("Publish")
    expect(alice.page.get_by_text("Not sent: Nothing is saved.")).to_be_visible()
    expect(alice.page.get_by_label("Text", exact=True)).to_have_value("Kept.")
    alice.page.unroute(address)
    # It arrives, and the answer is lost.
    alice.page.route(address, lose_the_answer)
    alice.press("Publish")
    expect(alice.page.get_by_text("Not sent: the site can't be reached.")).to_be_visible()
    alice.page.unroute(address)
    alice.press("Publish")

    expect(alice.article).to_have_attribute("data-state", "published")
    alice.open(f"/groups/{scene.slug}/")
    expect(alice.page.get_by_role("link", name="Second try", exact=True)).to_have_count(1)
    # The browser says of each of these answers that it failed to load.
    alice.forgive("ERR_FAILED")
    alice.forgive("status of 503")


def test_other_tabs_of_a_browser_stay_signed_in_when_the_password_changes(person):
    """Carol's other tab goes on; her other device does not."""
    carol = person("Carol")
    carol.arrive()
    other_device = another_browser(person, carol)
    other_device.open("/groups/")
    other_tab = carol.context.new_page()
    other_tab.goto(f"{carol.url}/groups/")
    other_tab.evaluate(SAY_WHEN_BACK)
    carol.open("/accounts/password/change/")
    carol.page.get_by_label("Current password", exact=True).fill("correct horse battery staple")
    carol.page.get_by_label("New password", exact=True).fill("another battery and a horse")
    carol.press("Change password")

    expect(other_device.page.locator("connection-line")).to_have_text(
        "You have been logged out, because your password was changed. Log in"
    )
    # The other tab is live again: what happens elsewhere arrives.
    expect(other_tab).to_have_title("back")
    expect(other_tab.locator("connection-line")).to_be_hidden()
    carol.page.get_by_role("button", name="Account", exact=True).click()
    carol.page.get_by_role("button", name="Log out", exact=True).click()
    expect(other_tab.locator("connection-line")).to_have_text("You have been logged out. Log in")


def told(person: Person) -> str:
    """The words of a page where no script runs; Playwright's own search for texts passes them over."""
    notice = person.page.locator("noscript p")
    expect(notice).to_be_visible()
    return notice.inner_text()


def hang_up(socket: WebSocketRoute) -> None:
    socket.close(code=1001)


def lose_the_answer(route: Route) -> None:
    route.fetch()
    route.abort()
