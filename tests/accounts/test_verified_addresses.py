"""Where the site verifies addresses, nobody finds out who has an account."""

import re
import time

import pytest
from django.test import Client

from accounts.models import User
from tests.cast import PASSWORD
from tests.mails import delivered

pytestmark = pytest.mark.usefixtures("verified")

SIGNUP = "/accounts/signup/"


@pytest.fixture
def visitor() -> Client:
    return Client()


def sign_up(client: Client, email: str, *, next_url: str = "", name: str = "Mallory"):
    return client.post(SIGNUP, {"name": name, "email": email, "password1": PASSWORD, "next": next_url})


def without_tokens(page: bytes) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.decode())


def link_in_mail() -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", str(delivered()[-1].body))
    assert found
    return found[1]


def test_a_used_address_gets_the_same_answer_as_a_fresh_one(alice):
    fresh, used = Client(), Client()

    first = sign_up(fresh, "nobody@example.org")
    second = sign_up(used, "Alice@example.org")

    assert (second.status_code, second["Location"]) == (first.status_code, first["Location"])
    assert {name: morsel["max-age"] for name, morsel in second.cookies.items()} == {
        name: morsel["max-age"] for name, morsel in first.cookies.items()
    }
    pages = [client.get(first["Location"]).content for client in (fresh, used)]
    assert without_tokens(pages[1]).replace("alice@example.org", "EMAIL") == without_tokens(pages[0]).replace(
        "nobody@example.org", "EMAIL"
    )
    assert [message.to for message in delivered()] == [["nobody@example.org"], ["alice@example.org"]]
    assert delivered()[1].subject == "You already have an account"
    assert User.objects.count() == 2


def test_an_error_elsewhere_in_the_form_tells_nothing_either(visitor, alice):
    answers = [
        visitor.post(SIGNUP, {"name": "", "email": email, "password1": "short"}).context["form"].errors
        for email in ("alice@example.org", "nobody@example.org")
    ]

    assert answers[0] == answers[1]


@pytest.mark.slow
def test_both_take_the_same_time(alice, settings):
    from secureblogs import settings as shipped

    settings.PASSWORD_HASHERS = shipped.PASSWORD_HASHERS

    def seconds(email: str) -> float:
        start = time.perf_counter()
        sign_up(Client(), email)
        return time.perf_counter() - start

    sign_up(Client(), "warm@example.org")
    fresh, used = [], []
    # By turns, and the quickest of each: whatever else the machine does delays some of both.
    for number in range(5):
        fresh.append(seconds(f"nobody{number}@example.org"))
        # Another address each time: a second email to one address has to wait.
        User.objects.create(email=f"somebody{number}@example.org", name="Somebody")
        used.append(seconds(f"somebody{number}@example.org"))

    assert 0.5 < min(used) / min(fresh) < 2


def test_the_reset_tells_nothing(alice):
    answers = []
    for email in ("alice@example.org", "nobody@example.org"):
        client = Client()
        response = client.post("/accounts/password/reset/", {"email": email})
        answers.append(
            (
                response.status_code,
                response["Location"],
                without_tokens(client.get(response["Location"]).content),
            )
        )

    assert answers[0] == answers[1]
    assert [message.to for message in delivered()] == [["alice@example.org"], ["nobody@example.org"]]


def test_the_log_in_tells_nothing(alice):
    pages = []
    for email in ("alice@example.org", "nobody@example.org"):
        page = Client().post("/accounts/login/", {"login": email, "password": "wrong password"}).content
        pages.append(without_tokens(page).replace(email, "EMAIL"))

    assert pages[0] == pages[1]
    assert "No account has this email and password." in pages[0]


def test_nobody_gets_in_before_confirming(visitor):
    sign_up(visitor, "mallory@example.org")
    response = visitor.post("/accounts/login/", {"login": "mallory@example.org", "password": PASSWORD})

    assert response["Location"] == "/accounts/confirm-email/"
    assert visitor.get("/keys/").status_code == 302


def test_confirming_in_the_same_browser_leads_through_the_key_to_the_invitation(visitor):
    sign_up(visitor, "carol@example.org", next_url="/join/abc/", name="Carol")
    link = link_in_mail()
    assert link.endswith("/?next=%2Fjoin%2Fabc%2F")
    assert visitor.get(link).status_code == 200

    response = visitor.post(link)

    assert response["Location"] == "/keys/welcome/?next=%2Fjoin%2Fabc%2F"


def test_confirming_in_another_browser_leads_to_the_invitation_after_the_log_in(visitor):
    sign_up(visitor, "carol@example.org", next_url="/join/abc/", name="Carol")
    other = Client()

    confirmed = other.post(link_in_mail())

    assert confirmed["Location"] == "/join/abc/"
    response = other.post(
        "/accounts/login/", {"login": "carol@example.org", "password": PASSWORD, "next": "/join/abc/"}
    )
    assert response["Location"] == "/keys/welcome/?next=%2Fjoin%2Fabc%2F"


def test_confirming_without_an_invitation_leads_to_the_log_in(visitor):
    sign_up(visitor, "carol@example.org")

    assert Client().post(link_in_mail())["Location"] == "/accounts/login/"


def test_a_link_that_is_used_up_says_so(visitor):
    page = visitor.get("/accounts/confirm-email/nonsense/")

    assert (page.status_code, "This link is used up" in page.content.decode()) == (200, True)


@pytest.mark.usefixtures("somebody_faster")
def test_two_sign_ups_with_one_address_at_once_tell_nothing(visitor):
    assert sign_up(visitor, "alice@example.org")["Location"] == "/accounts/confirm-email/"
    assert [user.name for user in User.objects.all()] == ["Faster"]
