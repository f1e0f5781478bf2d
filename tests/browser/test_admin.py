"""The admin in a real Chromium, under the policy that every answer carries."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests import chromium
from tests.cast import PASSWORD
from tests.site import BASE_DIR, Site

pytestmark = pytest.mark.browser

PEOPLE = """
from django.contrib.auth.models import Group as Permissions
from groups.domain import groups, invitations, members
from posts.domain import publishing
from tests.cast import make_person

root = make_person("Root").user
root.is_staff = root.is_superuser = True
root.save()
alice, bob = make_person("Alice"), make_person("Bob")
group = groups.create("Walkers", owner=alice.user)
members.join(group, user=bob.user)
invitations.create(group, by=alice.user)
alice.publish(group)
publishing.encrypt(alice.submit(group, title="Broken", sealed_title="Another").pk)
"""
MODELS = [
    "accounts/permissiongroup",
    "accounts/publickey",
    "accounts/user",
    "groups/group",
    "groups/invitation",
    "groups/membership",
    "posts/post",
]
DELETED_BY_A_PAGE = {"accounts/permissiongroup", "accounts/user", "groups/group", "posts/post"}
REPORT = (
    "addEventListener('securitypolicyviolation', event => console.error('CSP: ' + event.violatedDirective))"
)


@pytest.fixture(scope="module")
def peopled(site: Site) -> Site:
    """The site with Root, Alice, Bob and a group."""
    manage = [sys.executable, "manage.py", "shell", "--no-imports", "-c", PEOPLE]
    subprocess.run(manage, cwd=BASE_DIR, env=site.environment, check=True)
    return site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.arguments())
        yield running
        running.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console complains of."""
    return []


def log_in(browser: Browser, address: str, name: str, complaints: list[str]) -> Page:
    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"{page.url}: {message.text}")

    page = browser.new_context().new_page()
    page.add_init_script(REPORT)
    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.goto(f"{address}/accounts/login/?next=/about/privacy/")
    page.get_by_label("Email").fill(f"{name.lower()}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/about/privacy/")
    return page


def test_every_page_of_the_admin_works_under_the_policy(peopled, browser, complaints):
    page = log_in(browser, peopled.url, "Root", complaints)
    page.goto(f"{peopled.url}/admin/")
    assert page.get_by_role("heading", name="SecureBlogs administration").is_visible()
    for model in MODELS:
        page.goto(f"{peopled.url}/admin/{model}/")
        page.locator("#searchbar").fill("a")
        page.get_by_role("button", name="Search").click()
        page.goto(f"{peopled.url}/admin/{model}/")
        page.locator("#result_list th a").first.click()
        page.wait_for_url("**/change/")
        thing = page.url.removesuffix("change/")
        page.goto(f"{thing}history/")
        if model in DELETED_BY_A_PAGE:
            page.goto(f"{thing}delete/")
            assert (
                page.get_by_role("button", name="Yes, I’m sure")
                .or_(page.get_by_text("can't be"))
                .is_visible()
            )

    assert complaints == []
    page.context.close()


def test_what_the_admin_does_with_scripts_works_under_the_policy(peopled, browser, complaints):
    page = log_in(browser, peopled.url, "Root", complaints)

    page.goto(f"{peopled.url}/admin/accounts/user/add/")
    page.get_by_label("Name").fill("Mona")
    page.get_by_label("Email address").fill("mona@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password confirmation").fill(PASSWORD)
    page.get_by_role("button", name="Save and continue editing").click()
    page.wait_for_url("**/change/")
    page.get_by_label("May use the admin").check()
    page.locator("#id_groups_from option", has_text="Moderators").dblclick()
    page.get_by_role("button", name="Save and continue editing").click()
    assert page.locator("#id_groups_to option").all_inner_texts() == ["Moderators"]

    page.goto(f"{peopled.url}/admin/accounts/publickey/")
    page.get_by_role("textbox", name="Start typing to filter").fill("memb")
    assert page.locator("#nav-sidebar tr:visible").all_inner_texts() != []
    page.locator("#action-toggle").check()
    assert page.locator(".action-counter").inner_text().startswith("3 of 3")
    page.locator("select[name=action]").select_option("revoke")
    page.get_by_role("button", name="Go").click()
    assert page.get_by_role("heading", name="Revoke these keys?").is_visible()
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url("**/publickey/")

    assert complaints == []
    page.context.close()


def test_an_open_tab_of_a_deactivated_account_says_so_at_once(peopled, browser, complaints):
    bobs, roots = (log_in(browser, peopled.url, name, complaints) for name in ("Bob", "Root"))
    bobs.goto(f"{peopled.url}/groups/walkers/")
    bobs.wait_for_timeout(500)

    roots.goto(f"{peopled.url}/admin/accounts/user/")
    roots.locator("tr", has_text="bob@example.org").locator(".action-select").check()
    roots.locator("select[name=action]").select_option("deactivate")
    roots.get_by_role("button", name="Go").click()

    bobs.get_by_text("You have been logged out").wait_for()
    assert complaints == []
    bobs.context.close()
    roots.context.close()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_policy_lets_a_page_open_its_own_socket_by_whatever_name_it_is_reached(
    peopled, browser, complaints, host
):
    page = log_in(browser, f"http://{host}:{peopled.port}", "Alice", complaints)

    first = page.evaluate(
        """() => new Promise((resolve) => {
            const socket = new WebSocket("/ws/post_request");
            socket.onmessage = (event) => resolve(event.data);
            socket.onerror = () => resolve("refused");
        })"""
    )

    assert first == '{"message": "connection accepted"}'
    assert complaints == []
    page.context.close()


def test_the_way_back_shows_nothing_after_a_log_out(peopled, browser, complaints):
    page = log_in(browser, peopled.url, "Alice", complaints)
    page.goto(f"{peopled.url}/groups/walkers/")
    assert page.get_by_role("heading", name="Walkers").is_visible()

    page.goto(f"{peopled.url}/accounts/logout/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{peopled.url}/")
    page.go_back()
    page.go_back()

    page.wait_for_url("**/accounts/login/**")
    assert not page.get_by_text("Walkers").is_visible()
    page.context.close()
