"""What every page tells its person about their key, and who can put an end to it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.keys import starting_over
from accounts.models import AccountKey, Device, WaitingReset
from tests.account import fingerprint
from tests.accounts.keys.http import post
from tests.cast import Person
from tests.pages import Element, page, signed_in

PATH, STOP, PUT_OFF = "/keys/account/", "/keys/account/stop/", "/keys/banners/"
PAGES = ("/", "/groups/", "/keys/", "/keys/add/", "/requests/", "/accounts/password/change/")
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "CriOS/139.0.0.0 Mobile/15E148 Safari/604.1"
)
CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36"
)


@pytest.fixture
def phone(alice: Person) -> Client:
    """Another session of Alice's, in which somebody asked to start over."""
    return signed_in(alice)


@pytest.fixture
def asked(account, phone):
    key, body = account.body("reset", "New phone", new=("New phone",))
    assert post(phone, PATH, body).status_code == 202
    account.keys.append(key)


def banner(browser: Client, path: str = "/groups/", **headers: str) -> Element:
    return page(browser.get(path, headers=headers)).one("live-part", id="banners")


def said(browser: Client, path: str = "/groups/", **headers: str) -> list[str]:
    """The buttons of what the page says."""
    return banner(browser, path, **headers).buttons


def put_off(browser: Client, name: str) -> None:
    answer = browser.post(PUT_OFF, {"banner": name}, headers={"Referer": "http://testserver/groups/?page=2"})
    assert answer["Location"] == "/groups/?page=2"


def later(browser: Client, days: float) -> None:
    """Let the session believe that its person put the banners off so long ago."""
    session = browser.session
    session["banners_put_off"] = {
        name: when - days * 86_400 for name, when in session["banners_put_off"].items()
    }
    session.save()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_every_session_can_stop_it_but_nobody_elses(path, browser, phone, mallory, asked):
    assert banner(browser, path).one("p", class_="notice__title").text == "Somebody asked to start over."
    assert (said(browser, path), said(phone, path)) == (["Stop it"], ["Take it back"])
    assert said(signed_in(mallory), path) == []


def test_it_says_since_when_and_until_when(browser, asked):
    waiting = WaitingReset.objects.get()
    times = [time["datetime"] for time in banner(browser).all("time")]

    assert times == [f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (waiting.asked_at, waiting.due_at)]
    assert waiting.due_at - waiting.asked_at > timedelta(hours=71)


def test_stopping_needs_no_script_and_leads_back(browser, asked):
    answer = browser.post(STOP, headers={"Referer": "http://testserver/requests/"}, follow=True)

    assert answer.redirect_chain == [("/requests/", 302)]
    assert page(answer).one("div", class_="notices").text.startswith("Stopped:")
    assert not WaitingReset.objects.exists()
    # Of two tabs that press it the second one hears so.
    again = browser.post(STOP, follow=True)
    assert page(again).one("div", class_="notices").text == "Nobody waits to start over."


def test_an_outsider_stops_nothing(mallory, asked):
    assert signed_in(mallory).post(STOP).status_code == 302
    assert post(signed_in(mallory), STOP).status_code == 409

    assert WaitingReset.objects.count() == 1


@pytest.mark.parametrize("referrer", ["http://testserver//evil.example/", "http://evil.example/", ""])
def test_nobody_is_led_to_another_host(referrer, browser):
    answer = browser.post(PUT_OFF, {"banner": "recovery"}, headers={"Referer": referrer})

    assert answer["Location"] == "/"


def test_after_it_happened_the_others_are_told_until_they_understood(browser, phone, asked):
    WaitingReset.objects.update(due_at=timezone.now())
    starting_over.finish_due()

    day = AccountKey.objects.get(cause="reset").made_at
    title = banner(browser).one("p", class_="notice__title").text
    assert title == f"Your account started over on {day:%-d %B %Y}."
    assert banner(browser).links == {"Add this browser": "/keys/add/"}
    assert said(phone) == ["Later"]
    put_off(browser, "started-over")
    assert said(browser) == ["Later"]
    # What happens after that is news again.
    AccountKey.objects.filter(cause="reset").update(made_at=timezone.now() + timedelta(minutes=1))
    assert said(browser) == ["Understood"]
    AccountKey.objects.filter(cause="reset").update(made_at=timezone.now() - timedelta(days=31))
    assert said(browser) == ["Later"]


def test_a_code_that_nobody_wrote_down_is_asked_for_on_every_page_but_where_it_is_made(account, browser, bob):
    assert banner(browser).links == {"Make one": "/keys/#recovery"}
    assert [said(browser, path) for path in ("/", "/keys/", "/keys/add/", "/keys/welcome/")] == [
        ["Later"],
        [],
        [],
        [],
    ]
    assert said(signed_in(bob)) == []

    code = account.new_code()
    account.change(account.list_body("Laptop", codes=[code], new_codes=[code]))
    assert said(browser) == ["Later"]
    account.change(account.list_body("Laptop", codes=[code], confirmed=fingerprint(code.wrapping)))
    assert said(browser) == []


@pytest.mark.parametrize(
    ("user_agent", "days", "shown"),
    [(CHROME, 6, []), (CHROME, 7, ["Later"]), (IPHONE, 0.5, []), (IPHONE, 1, ["Later"])],
)
def test_later_is_sooner_where_the_browser_clears_what_it_keeps(account, browser, user_agent, days, shown):
    agent = {"User-Agent": user_agent}
    clearly = "This browser deletes your key" in banner(browser, **agent).text
    assert (said(browser, **agent), clearly) == (["Later"], user_agent == IPHONE)
    put_off(browser, "recovery")
    assert said(browser, **agent) == []

    later(browser, days)

    assert said(browser, **agent) == shown


def test_whoever_adds_a_device_has_no_need_to_start_over(account, browser, asked):
    account.keys.pop()
    account.number -= 1
    account.change(account.list_body("Laptop", "Tablet", new=("Tablet",)))

    assert not WaitingReset.objects.exists()
    assert Device.objects.filter(removed_at=None).count() == 2
