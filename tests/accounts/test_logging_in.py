"""Logging in and out, passwords, sessions."""

import re

import pytest
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.test import Client

from accounts.models import User
from secureblogs import live
from tests.cast import PASSWORD, Person
from tests.mails import delivered
from tests.pages import signed_in

LOGIN = "/accounts/login/"
NEW_PASSWORD = "a new one that nobody knows"


def log_in(client: Client, email: str = "alice@example.org", password: str = PASSWORD, **more: str):
    return client.post(LOGIN, {"login": email, "password": password} | more)


def is_in(client: Client) -> bool:
    return client.get("/keys/").status_code == 200


@pytest.fixture
def browser(alice: Person) -> Client:
    client = Client()
    assert log_in(client).status_code == 302
    return client


@pytest.mark.parametrize("email", ["alice@example.org", "ALICE@EXAMPLE.ORG", " Alice@example.org "])
def test_one_logs_in_by_email_whatever_its_case(client, alice, email):
    response = log_in(client, email)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_in(client)


def test_an_administrator_made_with_capitals_logs_in(client, db):
    User.objects.create_superuser("Root@Example.org", PASSWORD, name="Root")

    assert log_in(client, "Root@Example.org").status_code == 302
    assert is_in(client)


def test_one_goes_on_to_where_one_wanted_to_go(client, alice):
    answer = log_in(client, next="/join/abc/")

    assert (answer["Location"], "Clear-Site-Data" in answer.headers) == ("/join/abc/", False)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "http:///evil.example"])
def test_nobody_is_led_away_from_the_site(client, alice, elsewhere):
    assert log_in(client, next=elsewhere)["Location"] == "/"


def test_whoever_has_no_key_is_led_to_one_first(client, bob):
    bob.user.public_keys.all().delete()

    there = log_in(client, "bob@example.org", next="/groups/")["Location"]
    assert there == "/keys/welcome/?next=%2Fgroups%2F"


@pytest.mark.parametrize(
    ("email", "password"),
    [("alice@example.org", "wrong password"), ("nobody@example.org", PASSWORD)],
)
def test_a_wrong_pair_says_the_same_whichever_half_is_wrong(client, alice, email, password):
    response = log_in(client, email, password)

    assert response.context["form"].errors == {"__all__": ["No account has this email and password."]}
    assert f'value="{email}"' in response.content.decode()
    assert password not in response.content.decode()


def test_guessing_is_limited_and_does_not_tell_who_has_an_account(alice):
    answers = {}
    for email in ("alice@example.org", "nobody@example.org"):
        client = Client(REMOTE_ADDR=f"198.51.100.{len(email)}")
        answers[email] = [log_in(client, email, "wrong").context["form"].errors["__all__"] for _ in range(7)]

    assert answers["alice@example.org"] == answers["nobody@example.org"]
    assert answers["alice@example.org"][-1] == [
        "Too many attempts failed. Wait 5 minutes, or reset your password."
    ]


def test_a_banned_person_does_not_get_in(client, alice):
    User.objects.filter(pk=alice.user.pk).update(is_active=False)

    assert log_in(client)["Location"] == "/accounts/inactive/"
    assert client.get("/accounts/inactive/").status_code == 200
    assert not is_in(client)


def test_logging_out_asks_for_a_button_and_ends_the_session(browser):
    session_key = browser.session.session_key
    page = browser.get("/accounts/logout/")
    assert re.search(r"<button[^>]*>Log out</button>", page.content.decode())
    assert is_in(browser)

    response = browser.post("/accounts/logout/")

    assert (response.status_code, response["Location"]) == (302, "/")
    assert not is_in(browser)
    stolen = Client()
    stolen.cookies["sessionid"] = session_key
    assert not is_in(stolen)


def test_changing_the_password_ends_every_other_session(browser):
    other = Client()
    log_in(other)
    assert is_in(other)

    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD}
    assert browser.post("/accounts/password/change/", typed).status_code == 302

    assert (is_in(browser), is_in(other)) == (True, False)
    assert log_in(Client(), password=PASSWORD).status_code == 200
    assert log_in(Client(), password=NEW_PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"oldpassword": "wrong"}, {"oldpassword": ["This is not your current password."]}),
        (
            {"password1": "short"},
            {"password1": ["This password is too short. It must contain at least 8 characters."]},
        ),
        ({"password1": "password1"}, {"password1": ["This password is too common."]}),
    ],
)
def test_a_password_that_can_t_be_changed_says_why_at_the_field(browser, fields, errors):
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD} | fields

    response = browser.post("/accounts/password/change/", typed)

    assert response.context["form"].errors == errors
    assert log_in(Client()).status_code == 302


def test_a_reset_goes_by_email_once_and_ends_every_session(browser):
    visitor = Client()
    assert visitor.post("/accounts/password/reset/", {"email": "Alice@Example.org"}).status_code == 302
    (link,) = re.findall(r"https?://[^/\s]+(/\S+)", str(delivered()[0].body))
    form_address = visitor.get(link)["Location"]
    fields = visitor.get(form_address).context["form"].fields
    assert [str(field.label) for field in fields.values()] == ["New password"]

    weak = visitor.post(form_address, {"password1": "12345678"})
    assert list(weak.context["form"].errors) == ["password1"]
    changed = visitor.post(form_address, {"password1": NEW_PASSWORD})
    assert changed["Location"] == "/accounts/password/reset/key/done/"

    assert not is_in(browser)
    assert log_in(Client(), password=NEW_PASSWORD).status_code == 302
    again = Client().get(link, follow=True)
    assert "This link is used up" in again.content.decode()


RESETS = [f"password/reset/{which}" for which in ("", "done/", "key/done/", "key/1-nonsense/")]
OF_VISITORS = ["login/", "signup/", "logout/", "inactive/", "login/code/confirm/", *RESETS]
OF_PEOPLE = ["email/", "password/change/", "password/set/", "reauthenticate/", "logout/", ""]


@pytest.mark.parametrize("page", [*OF_VISITORS, "confirm-email/", "confirm-email/nonsense/"])
def test_every_page_renders_for_a_visitor(client, db, page):
    assert client.get(f"/accounts/{page}", follow=True).status_code == 200


@pytest.mark.parametrize("page", [*(f"/accounts/{page}" for page in OF_PEOPLE), "/keys/", "/keys/welcome/"])
def test_every_page_renders_for_who_is_logged_in(browser, page):
    assert browser.get(page, follow=True).status_code == 200


def test_a_second_address_can_t_take_somebody_else_s(browser, bob):
    response = browser.post("/accounts/email/", {"action_add": "", "email": "bob@example.org"})

    assert list(response.context["form"].errors) == ["email"]
    assert User.objects.get(email="alice@example.org")


@pytest.mark.parametrize("address", ["/accounts/logout/", "/admin/logout/"])
def test_a_log_out_has_the_browser_forget_its_pages_but_never_its_keys(administrator, address):
    assert "Clear-Site-Data" not in administrator.get("/").headers

    response = administrator.post(address)

    assert response["Clear-Site-Data"] == '"cache"'


async def listen(*channels: str):
    """The channel of a tab that follows these."""
    layer = get_channel_layer()
    name = await layer.new_channel()
    for channel in channels:
        await layer.group_add(channel, name)
    return layer, name


@pytest.mark.django_db(transaction=True)
class TestSockets:
    """The messages to open tabs; tests/posts/live/test_consumers.py shows what they do about them."""

    async def test_logging_out_tells_the_tabs_of_that_session(self, browser):
        layer, name = await listen(live.session_channel(browser.session.session_key))

        await database_sync_to_async(browser.post)("/accounts/logout/")

        assert (await layer.receive(name))["event"] == {"type": "session.ended"}

    async def test_a_new_password_tells_every_tab_to_look_at_its_session(self, alice, browser):
        layer, name = await listen(live.user_channel(alice.user))

        typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD}
        await database_sync_to_async(browser.post)("/accounts/password/change/", typed)

        assert (await layer.receive(name))["event"] == {"type": "sessions.changed", "reason": "password"}


@pytest.mark.parametrize("address", ["/accounts/password/change/", "/accounts/reauthenticate/"])
def test_a_password_manager_learns_whose_password_it_is(alice, address):
    page = signed_in(alice).get(address).text

    assert f'autocomplete="username" value="{alice.user.email}"' in page


def test_a_password_manager_learns_it_on_the_page_of_a_reset_link(client, alice):
    client.post("/accounts/password/reset/", {"email": alice.user.email})
    (link,) = re.findall(r"https?://[^/\s]+(/\S+)", str(delivered()[0].body))

    page = client.get(link, follow=True).text

    assert f'autocomplete="username" value="{alice.user.email}"' in page
