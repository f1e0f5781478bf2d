import pytest
from django.test import Client
from django.utils import timezone

from accounts.domain import keys
from accounts.models import RecoveryCode
from tests.cast import Person, make_person
from tests.pages import page

WELCOME = "/keys/welcome/"


@pytest.fixture
def newcomer(db: None) -> Person:
    return make_person("Dora", with_key=False)


@pytest.fixture
def browser(newcomer: Person) -> Client:
    client = Client()
    client.force_login(newcomer.user)
    return client


def test_the_page_makes_a_key_at_once_and_leads_on_or_home(browser):
    text = browser.get(f"{WELCOME}?next=/join/abc/").content.decode()

    assert '<account-maker class="welcome" data-key-state="making" data-name="Browser"' in text
    assert '<a class="button button--quiet" href="/join/abc/">Later</a>' in text
    assert browser.get(WELCOME).context["next_url"] == "/"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "data:,x"],
)
def test_it_leads_nowhere_else(browser, elsewhere):
    assert browser.get(WELCOME, {"next": elsewhere}).context["next_url"] == "/"


def test_a_hostile_place_to_go_stays_an_attribute(browser):
    text = browser.get(WELCOME, {"next": '/"><script>alert(1)</script>'}).content.decode()

    assert "<script>alert" not in text


def test_who_has_a_confirmed_code_goes_on_at_once_to_an_address_and_never_to_the_name_of_a_view(
    newcomer, browser
):
    code = RecoveryCode.objects.create(user=newcomer.user, generation=1)
    assert browser.get(f"{WELCOME}?next=/groups/").status_code == 200
    code.confirmed_at = code.made_at = timezone.now()
    code.save()

    response = browser.get(f"{WELCOME}?next=/groups/")

    assert (response.status_code, response["Location"]) == (302, "/groups/")

    for place in ("groups:new", "nothing-of-that-name", "?x=1"):
        response = browser.get(WELCOME, {"next": place})

        assert (response.status_code, response["Location"]) in [(302, place), (302, "/")]


def test_who_has_keys_of_their_own_alone_can_make_one_here_and_it_is_only_looked_at(newcomer, browser):
    newcomer.add_key()

    assert browser.get(WELCOME).status_code == 200
    assert browser.post(WELCOME).status_code == 405


def test_a_key_that_nothing_can_be_encrypted_to_is_not_offered(newcomer, browser):
    working, broken = newcomer.add_key("Working"), newcomer.add_key("Broken")
    keys.mark_unusable(broken.pk)

    form = page(browser.get(WELCOME)).one("form", **{"data-own": ""})

    assert [each["value"] for each in form.all("input", type="checkbox")] == [working.fingerprint]


def test_a_visitor_logs_in_first(client, db):
    response = client.get(f"{WELCOME}?next=/groups/")

    assert response["Location"] == "/accounts/login/?next=/keys/welcome/%3Fnext%3D/groups/"
