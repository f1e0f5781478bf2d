"""The admin under the policy that every answer carries, and what it does to the pages of others."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.database import change
from tests.browser.people import PASSWORD, Person, enter
from tests.site import Site

MODELS = [
    "accounts/permissiongroup",
    "accounts/publickey",
    "accounts/user",
    "groups/group",
    "groups/invitation",
    "groups/membership",
    "posts/post",
]
# The button on the page of one thing's 'Delete': of most things a job deletes them, of permission groups Django.
DELETED_ON_A_PAGE = {
    "accounts/permissiongroup": "Yes, I’m sure",
    "groups/group": "Delete",
    "posts/post": "Delete",
}


@pytest.fixture
def root(site: Site, person: Enter) -> Person:
    """An administrator."""
    root = person("Root")
    root.arrive()
    promote = "UPDATE accounts_user SET is_staff = true, is_superuser = true WHERE email = %(email)s"
    change(site.database_url, promote, email=root.email)
    return root


def choose(person: Person, action: str) -> None:
    person.page.locator("select[name=action]").select_option(action)
    person.page.get_by_role("button", name="Go", exact=True).click()


def test_every_page_of_the_admin_obeys_the_policy(root, scene):
    root.open("/admin/")
    expect(root.page.get_by_role("link", name="SecureBlogs administration")).to_be_visible()
    for model in MODELS:
        assert root.open(f"/admin/{model}/?q=a") == 200
        root.open(f"/admin/{model}/")
        root.page.locator("#result_list tbody th a").first.click()
        expect(root.page.locator("#content h2").first).to_be_visible()
        thing = root.path.removesuffix("change/")
        assert root.open(f"{thing}history/") == 200
        if model in DELETED_ON_A_PAGE:
            root.open(f"{thing}delete/")
            button = root.page.get_by_role("button", name=DELETED_ON_A_PAGE[model], exact=True)
            expect(button).to_be_visible()


def test_what_the_admin_does_with_scripts_obeys_the_policy(root, scene):
    page = root.page
    root.open("/admin/accounts/user/add/")
    page.get_by_label("Name:").fill("Mona")
    page.get_by_label("Email address:").fill(f"mona-{root.email}")
    page.get_by_label("Password:", exact=True).fill(PASSWORD)
    page.get_by_label("Password confirmation:").fill(PASSWORD)
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_label("May use the admin").check()
    page.locator("#id_groups_from option", has_text="Moderators").dblclick()
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator("#id_groups_to option")).to_have_text(["Moderators"])

    root.open(f"/admin/accounts/publickey/?q={scene.bob.email}")
    page.get_by_placeholder("Start typing to filter").fill("memb")
    expect(page.locator("#nav-sidebar tr[class^=model-]:visible")).to_have_count(1)
    page.locator("#action-toggle").check()
    expect(page.locator(".action-counter").first).to_have_text("1 of 1 selected")
    choose(root, "revoke")
    expect(page.get_by_role("heading", name="Revoke these keys?")).to_be_visible()
    page.get_by_role("link", name="Cancel", exact=True).click()
    expect(page.locator("#result_list")).to_be_visible()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_page_opens_its_socket_by_whatever_name_the_site_is_reached(site, browser, scene, everybody, host):
    visitor = enter(browser, f"http://{host}:{site.port}", "Visitor")
    everybody.append(visitor)
    visitor.email = scene.alice.email
    visitor.log_in()

    first = visitor.page.evaluate(
        """() => new Promise((resolve) => {
          const socket = new WebSocket("/ws/post_request");
          socket.onmessage = (event) => resolve(event.data);
          socket.onerror = () => resolve("refused");
        })"""
    )

    assert first == '{"message": "connection accepted"}'
    visitor.context.close()


def test_the_way_back_shows_nothing_after_a_log_out(person):
    dora = person("Dora")
    dora.arrive()
    slug = dora.make_group("Quiet readers")
    dora.open("/accounts/logout/")
    dora.press("Log out")
    expect(dora.page.get_by_role("link", name="Log in").first).to_be_visible()

    dora.page.go_back()
    dora.page.go_back()

    expect(dora.page.get_by_label("Email", exact=True)).to_be_visible()
    assert dora.path == "/accounts/login/"
    assert slug in dora.page.url
    expect(dora.page.get_by_text("Quiet readers")).to_have_count(0)
