"""Signing up, where addresses are not verified (no EMAIL_URL)."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain import users
from accounts.models import User
from tests.cast import PASSWORD

SIGNUP = "/accounts/signup/"


def typed(**fields: str) -> dict[str, str]:
    return {"name": "Alice", "email": "alice@example.org", "password1": PASSWORD} | fields


def errors(response):
    return {name: list(sentences) for name, sentences in response.context["form"].errors.items()}


@pytest.fixture
def visitor(db: None) -> Client:
    return Client()


def test_the_page_asks_for_name_email_and_one_password(visitor):
    form = visitor.get(SIGNUP).context["form"]

    assert [(name, str(field.label)) for name, field in form.fields.items()] == [
        ("name", "Name"),
        ("email", "Email"),
        ("password1", "Password"),
    ]


def test_signing_up_logs_in_and_leads_to_the_page_that_makes_the_key(visitor):
    response = visitor.post(SIGNUP, typed())

    assert (response.status_code, response["Location"]) == (302, "/keys/welcome/?next=%2F")
    user = User.objects.get()
    assert (user.name, user.email, user.is_staff) == ("Alice", "alice@example.org", False)
    assert visitor.session["_auth_user_id"] == str(user.pk)


def test_whoever_comes_by_an_invitation_goes_back_to_it(visitor):
    asked = visitor.get("/accounts/login/?next=/join/abc/")
    assert f'href="{SIGNUP}?next=%2Fjoin%2Fabc%2F"' in asked.content.decode()
    page = visitor.get(f"{SIGNUP}?next=/join/abc/")
    assert page.context["redirect_field_value"] == "/join/abc/"

    response = visitor.post(SIGNUP, typed(next="/join/abc/"))

    assert response["Location"] == "/keys/welcome/?next=%2Fjoin%2Fabc%2F"


# The last one is another host that the settings allow.
@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "http://127.0.0.1/"]
)
def test_nobody_is_led_away_from_the_site(visitor, elsewhere):
    response = visitor.post(SIGNUP, typed(next=elsewhere), headers={"host": "localhost"})

    assert response["Location"] == "/keys/welcome/?next=%2F"


@pytest.mark.parametrize("used", ["alice@example.org", "ALICE@example.org", "Alice@Example.ORG"])
def test_a_used_address_is_an_error_at_the_field_whatever_its_case(visitor, alice, used):
    response = visitor.post(SIGNUP, typed(name="Mallory", email=used))

    assert response.status_code == 200
    assert errors(response) == {
        "email": ["This address already has an account. Log in, or reset its password."]
    }
    assert User.objects.count() == 1


def test_an_administrator_s_address_is_used_too_whatever_its_case(visitor):
    User.objects.create_superuser("Root@Example.org", PASSWORD, name="Root")

    response = visitor.post(SIGNUP, typed(email="root@example.org"))

    assert list(errors(response)) == ["email"]


LONG = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.org"
REFUSED = {
    "email": [
        *("", "alice", "alice@", "@example.org", "alice@example", "alice smith@example.org", LONG),
        "alice@example.org\nbcc: b@example.org",
    ],
    "password1": [
        *("", "short7!", "password", "qwertyuiop", "iloveyou1", "20250314159", "alice@example.org")
    ],
    "name": ["", "   ", "\u200b", "\u200d", "Al\x00ice", "Al\x1bice", "Alice\nBob", "\u3164", "a" * 51],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in REFUSED.items() for value in values]
)
def test_what_is_malformed_or_weak_or_can_t_be_shown_is_an_error_at_its_field(visitor, field, value):
    response = visitor.post(SIGNUP, typed(**{field: value}))

    assert list(errors(response)) == [field]
    assert not User.objects.exists()


def test_a_password_is_not_the_name(visitor):
    response = visitor.post(SIGNUP, typed(name="Hildegard von Bingen", password1="hildegardvonbingen"))

    assert errors(response) == {"password1": ["The password is too similar to the name."]}


def test_eight_characters_are_enough_and_any_will_do(visitor):
    response = visitor.post(SIGNUP, typed(password1="鳥は空を飛ぶ!?"))

    assert response.status_code == 302


@pytest.mark.parametrize("name", ["a" * 50, "村上 春樹", "فاطمه‌زهرا", "O'Neill & <b>Söhne</b>", "👩‍🌾"])
def test_a_name_may_be_in_any_writing(visitor, name):
    visitor.post(SIGNUP, typed(name=f"  {name} "))

    assert User.objects.get().name == name


@pytest.mark.parametrize(
    "name",
    [
        "Al\u202eice",
        "\u2066Alice\u2069",
        "\u200fAl\u061cice",
        "Alice\U000e0042\U000e007f",
        "Al\u200bice\u3164",
    ],
)
def test_what_nobody_sees_is_left_out_of_a_name(visitor, name):
    visitor.post(SIGNUP, typed(name=name))

    assert User.objects.get().name == "Alice"


def test_what_was_typed_is_kept_but_for_the_password_and_the_error_is_tied_to_its_field(visitor):
    response = visitor.post(
        SIGNUP, typed(name="Alice Liddell", email="alice@", password1="looking glass 1871")
    )

    page = response.content.decode()
    assert 'value="Alice Liddell"' in page
    assert 'value="alice@"' in page
    assert "looking glass" not in page
    assert 'aria-invalid="true"' in page
    assert 'href="#id_email"' in page


def test_passwords_are_hashed_with_argon2id(visitor, settings):
    from secureblogs import settings as shipped

    settings.PASSWORD_HASHERS = shipped.PASSWORD_HASHERS
    visitor.post(SIGNUP, typed())

    assert User.objects.get().password.startswith("argon2$argon2id$")


def test_the_same_form_twice_leads_where_the_first_one_led(visitor):
    """A browser without scripts shows only the answer to the second click."""
    first = Client().post(SIGNUP, typed(next="/join/abc/"))

    second = visitor.post(SIGNUP, typed(next="/join/abc/"))

    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert visitor.session["_auth_user_id"] == str(User.objects.get().pk)


@pytest.mark.parametrize("other", [{"password1": "some other horse"}, {"name": "Mallory"}])
def test_another_form_with_the_address_is_refused(visitor, other):
    Client().post(SIGNUP, typed())

    answers = [visitor.post(SIGNUP, typed(**other)) for _ in range(6)]

    assert [list(errors(answer)) for answer in answers[:5]] == [["email"]] * 5
    assert "_auth_user_id" not in visitor.session
    # Each was a guess of a password, if the name was right.
    assert (
        errors(answers[5]) == errors(answers[0])
        if "name" in other
        else list(errors(answers[5])) == ["__all__"]
    )


def test_who_signed_up_a_while_ago_logs_in(visitor):
    Client().post(SIGNUP, typed())
    User.objects.update(date_joined=timezone.now() - users.A_MOMENT)

    answer = visitor.post(SIGNUP, typed())

    assert list(errors(answer)) == ["email"]
    assert "_auth_user_id" not in visitor.session


@pytest.mark.parametrize("somebody_faster", ["Alice", "Faster"], indirect=True)
def test_two_sign_ups_with_one_address_at_once_make_one_account(visitor, somebody_faster):
    response = visitor.post(SIGNUP, typed(), follow=True)

    assert [user.name for user in User.objects.all()] == [somebody_faster]
    if somebody_faster == "Alice":
        assert response.redirect_chain == [("/keys/welcome/?next=%2F", 302)]
    else:
        assert [str(message) for message in response.context["messages"]] == [
            "This address already has an account. Log in, or reset its password."
        ]


def test_sign_ups_from_one_place_are_limited(visitor, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/m/ip"}
    answers = [visitor.post(SIGNUP, typed(email="alice@")).status_code for _ in range(3)]

    assert answers == [200, 200, 429]


def test_behind_a_proxy_people_are_told_apart(visitor, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def sign_up_from(address: str) -> int:
        headers = {"x-forwarded-for": f"203.0.113.99, {address}"}
        response = visitor.post(SIGNUP, typed(email="alice@"), headers=headers)
        return int(response.status_code)

    assert [sign_up_from(f"198.51.100.{number}") for number in (1, 2, 1)] == [200, 200, 429]


def test_who_is_logged_in_is_not_asked_to_sign_up(alice):
    client = Client()
    client.force_login(alice.user)

    response = client.get(SIGNUP)

    assert (response.status_code, response["Location"]) == (302, reverse("home"))


def test_every_link_between_log_in_and_sign_up_remembers_where_one_wanted_to_go(client, db):
    for here, there in (("/accounts/login/", "/accounts/signup/"), ("/accounts/signup/", "/accounts/login/")):
        shown = client.get(here, {"next": "/join/abc/"}).content.decode()

        assert shown.count(f'href="{there}?next=%2Fjoin%2Fabc%2F"') == 2
        assert f'href="{there}"' not in shown
