"""The list of one's sessions: what stands in it, when its times move, and ending a session."""

import time

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import session_use
from accounts.domain import open_sessions, users
from accounts.models import OpenSession
from tests.cast import PASSWORD, Person
from tests.pages import Element, page, signed_in

PAGE, OTHERS = "/accounts/sessions/", "/accounts/sessions/end_others/"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 Version/18.4 Safari/604.1"
)


def logged_in(person: Person, *, agent: str = LINUX, address: str = "192.0.2.7") -> Client:
    """A browser with a session of its own, by the form."""
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    client.post("/accounts/login/", {"login": person.user.email, "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/keys/").status_code == 200


def rows(client: Client) -> list[Element]:
    return page(client.get(PAGE)).one("main").all("li", class_="row")


def address_to_end(row: Element) -> str:
    address = row.one("form")["action"]
    assert row["data-session"] in address
    return address


def test_the_list_names_device_address_and_which_is_this_one(alice, bob):
    logged_in(bob)
    desk = logged_in(alice)
    logged_in(alice, agent=PHONE, address="2001:db8::5")

    phone_row, desk_row = rows(desk)

    assert [row.all("p")[0].text for row in (desk_row, phone_row)] == [
        "Firefox on Linux this one",
        "Safari on iPhone",
    ]
    assert desk_row.all("p")[1].text.startswith("from 192.0.2.7 last used ")
    assert phone_row.all("p")[1].text.startswith("from 2001:db8::5 last used ")
    assert (desk_row.buttons, phone_row.buttons) == ([], ["End session"])


def test_a_session_that_is_ended_is_over_and_the_other_goes_on(alice):
    desk, phone = logged_in(alice), logged_in(alice, agent=PHONE)
    (phone_row, _) = rows(desk)

    response = desk.post(address_to_end(phone_row), follow=True)

    assert "That session is over." in page(response).one("main").text
    assert (is_in(desk), is_in(phone)) == (True, False)
    assert len(rows(desk)) == 1


def test_nobody_ends_the_session_of_somebody_else(alice, mallory):
    desk, phone = logged_in(alice), logged_in(alice, agent=PHONE)
    address = address_to_end(rows(desk)[0])

    assert signed_in(mallory).post(address).status_code == 404

    assert is_in(phone)
    desk.post(address)
    assert not is_in(phone)


def test_one_s_own_session_is_ended_by_logging_out(alice):
    desk = logged_in(alice)

    response = desk.post(f"{PAGE}{alice.user.open_sessions.get().uid}/end/")

    assert response["Location"] == "/accounts/logout/"
    assert is_in(desk)


def test_all_others_end_at_once(alice):
    desk, phone, tablet = (logged_in(alice) for _ in range(3))

    assert desk.post(OTHERS)["Location"] == PAGE

    assert [is_in(each) for each in (desk, phone, tablet)] == [True, False, False]
    assert len(rows(desk)) == 1


def test_sessions_that_ended_otherwise_are_not_listed(alice):
    desk, phone, tablet = (logged_in(alice) for _ in range(3))
    tablet.post("/accounts/logout/")
    assert len(rows(desk)) == 2
    phone.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "a new and long one"})

    assert len(rows(phone)) == 1


def test_what_was_noted_goes_with_the_session(alice, bob):
    desk, phone = logged_in(alice), logged_in(bob)
    desk.post("/accounts/logout/")
    assert OpenSession.objects.count() == 2

    open_sessions.forget_ended()

    assert [each.user for each in OpenSession.objects.all()] == [bob.user]
    assert is_in(phone)


def test_the_last_use_moves_every_five_minutes_and_not_with_every_page(alice, monkeypatch):
    desk = logged_in(alice)
    now = time.time()

    def writes_at(seconds: float) -> int:
        monkeypatch.setattr(time, "time", lambda: now + seconds)
        with CaptureQueriesContext(connection) as captured:
            assert is_in(desk)
        return sum("accounts_opensession" in query["sql"] for query in captured)

    between = session_use.BETWEEN_NOTES
    seconds = [1, between - 10, between + 10, between + 20, 2 * between + 30]
    assert [writes_at(each) for each in seconds] == [0, 0, 1, 0, 1]
    assert OpenSession.objects.count() == 1


def test_the_database_holds_no_key_with_which_a_session_could_be_taken_over(alice):
    desk = logged_in(alice)
    key = desk.session.session_key

    (noted,) = OpenSession.objects.values()
    assert Session.objects.filter(session_key=noted["key"]).exists()
    assert key not in [str(value) for value in noted.values()]


def test_the_list_goes_with_the_account(alice):
    logged_in(alice)

    users.delete(alice.user)

    assert not OpenSession.objects.exists()


@pytest.mark.django_db
def test_a_visitor_has_no_row():
    assert Client().get("/").status_code == 200
    assert not OpenSession.objects.exists()
