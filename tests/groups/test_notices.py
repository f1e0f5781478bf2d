"""The sentence on the page after something was done, which names people and groups."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from groups.models import Group
from tests.cast import Person
from tests.pages import main, signed_in

LEFT = "You left Walkers of the Alps."


def leaving(group: Group, person: Person) -> Client:
    """A browser in which the person has just left the group, before the page that says so."""
    Group.objects.filter(pk=group.pk).update(name="Walkers of the Alps")
    browser = signed_in(person)
    answer = browser.post(f"/groups/{group.slug}/leave/")
    assert answer["Location"] == "/groups/"
    session = browser.cookies["sessionid"].value
    # The browser's cookies are the key of the session, as before, and nothing else.
    assert {name: cookie.value for name, cookie in answer.cookies.items()} == {"sessionid": session}
    return browser


def test_it_shows_once_on_the_next_page(group, bob):
    browser = leaving(group, bob)

    pages = [main(browser.get("/groups/")).seen for _ in range(2)]

    assert [LEFT in page for page in pages] == [True, False]


def test_a_page_that_a_script_fetches_again_does_not_take_it(group, bob):
    browser = leaving(group, bob)

    fetched = browser.get("/groups/", headers={"Accept": "text/html", "Sec-Fetch-Dest": "empty"}).text

    assert LEFT not in fetched
    assert LEFT in main(browser.get("/groups/")).seen


def test_it_is_gone_with_its_session_for_whoever_logs_in_next(group, bob, mallory):
    browser = leaving(group, bob)

    browser.post("/accounts/logout/")
    browser.force_login(mallory.user)

    assert LEFT not in browser.get("/groups/").text


def test_a_page_without_one_saves_no_session(group, bob):
    browser = signed_in(bob)
    browser.get("/groups/")

    with CaptureQueriesContext(connection) as queries:
        browser.get("/groups/")

    of_sessions = [query["sql"] for query in queries if "django_session" in query["sql"]]
    assert [sql.split()[0] for sql in of_sessions] == ["SELECT"]
