"""Sessions: what of them stands in the database is not enough to use one."""

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.domain import sessions
from secureblogs.http.sessions import SessionStore, stored_key
from tests.pages import signed_in


def with_cookie(session_key: str) -> Client:
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session_key
    return browser


def test_a_copy_of_the_database_signs_nobody_in(alice):
    session_key = str(signed_in(alice).session.session_key)
    assert with_cookie(session_key).get("/keys/").status_code == 200

    [row] = Session.objects.all()

    assert session_key not in (row.session_key, row.session_data)
    assert with_cookie(row.session_key).get("/keys/").status_code == 302
    assert sessions.users_of([row.session_key]) == {}


def test_a_key_that_somebody_chose_is_not_taken(alice):
    browser = with_cookie("achosenkeyachosenkeyachosenkey12")

    browser.force_login(alice.user)

    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != "achosenkeyachosenkeyachosenkey12"
    assert with_cookie("achosenkeyachosenkeyachosenkey12").get("/keys/").status_code == 302


def test_logging_in_gives_a_new_key_and_leaves_no_row_of_the_old_one(alice):
    visitor = SessionStore()
    visitor.create()
    visitors = str(visitor.session_key)
    assert visitor.exists(visitors)

    browser = with_cookie(visitors)
    browser.force_login(alice.user)

    assert not SessionStore().exists(visitors)
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    "value", [r'"\000\000\000\000\000\000\000\000"', '"\\355\\240\\200aaaaaaaa"', "a" * 4000]
)
@pytest.mark.django_db
def test_whatever_the_cookie_holds_it_is_a_visitor(value):
    page = Client(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={value}"}).get("/")

    assert page.status_code == 200


def test_django_finds_the_same_session_in_either_of_its_worlds_and_stores_it_alike(alice):
    session_key = str(signed_in(alice).session.session_key)

    async def look_and_end() -> tuple[object, bool]:
        found = SessionStore(session_key)
        seen = await found.aget("_auth_user_id"), await found.aexists(session_key)
        await found.aflush()
        return seen

    assert async_to_sync(look_and_end)() == (str(alice.user.pk), True)
    assert not Session.objects.exists()

    session = SessionStore()

    async_to_sync(session.acreate)()

    assert Session.objects.get().session_key == stored_key(str(session.session_key))


def test_what_a_page_says_to_somebody_is_kept_from_who_uses_the_browser_next(group, alice, bob, carol):
    browser = signed_in(alice)
    browser.post(f"/groups/walkers/members/{bob.user.uid}/remove/")
    assert "Bob is no longer a member." in str(dict(browser.session.items()))

    browser.post("/accounts/logout/")
    cookies = {name: cookie.value for name, cookie in browser.cookies.items() if cookie.value}
    browser.force_login(carol.user)

    assert set(cookies) <= {"csrftoken", "device"}
    assert "Bob" not in browser.get("/groups/").text
