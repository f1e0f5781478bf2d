"""Who gets an account by a provider, and whom its word confirms; tests/browser/test_provider.py has a real one."""

import time

import pytest
from allauth.account.internal.flows.manage_email import assess_unique_email
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse, SignupClosedException
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from accounts import reauthentication
from accounts.domain import provider
from accounts.models import User
from accounts.social_adapter import SocialAccountAdapter
from groups.domain import invitations
from tests.cast import PASSWORD
from tests.mails import delivered
from tests.pages import signed_in
from tests.posts.views.test_sensitive_steps import let_time_pass


@pytest.fixture
def request_of(bob):
    """A request of Bob's browser, on its way back from the provider."""
    request = RequestFactory().get("/")
    SessionMiddleware(lambda _: HttpResponse()).process_request(request)
    MessageMiddleware(lambda _: HttpResponse()).process_request(request)
    request.user = bob.user
    return request


def login(
    email: str, *, process: str = "login", verified: bool | str = True, onward: str = "/", told=None
) -> SocialLogin:
    adapter = SocialAccountAdapter()
    made = SocialLogin(
        user=User(),
        account=SocialAccount(provider=provider.ID, uid=email, extra_data=told or {}),
        email_addresses=[EmailAddress(email=email, verified=verified, primary=True)],
    )
    made.state = {"process": process, "next": onward}
    adapter.populate_user(HttpRequest(), made, {"email": email, "name": "Petra"})
    return made


def outcome(request: HttpRequest, attempt: SocialLogin) -> str:
    try:
        SocialAccountAdapter(request).pre_social_login(request, attempt)
    except SignupClosedException:
        return "closed"
    except ImmediateHttpResponse as ended:
        return {403: "refused", 302: "led back"}[ended.response.status_code]
    return "let through"


def test_who_gets_an_account_by_the_rule_of_the_site_and_a_checked_address_of_their_own(
    settings, request_of, alice, bob, group
):
    link = f"/join/{invitations.create(group, by=alice.user)}/"
    found = []
    for rule, attempt in [
        ("open", login("Petra@Example.org")),
        ("open", login("petra@example.org", verified=False)),
        ("open", login("petra@example.org", verified="false")),
        ("open", login("BOB@example.org")),
        ("closed", login("petra@example.org")),
        ("invitation", login("petra@example.org")),
        ("invitation", login("petra@example.org", onward=link)),
        ("domains:example.com", login("petra@example.org")),
        ("domains:example.org", login("petra@example.org")),
        ("open", login("petra@example.org", process="made up")),
    ]:
        settings.SIGNUP = rule
        found.append(outcome(request_of, attempt))

    assert found == [
        "let through", "refused", "refused", "refused", "closed", "closed", "let through", "refused", "let through",
        "refused",
    ]  # fmt: skip


def test_a_yes_that_is_written_as_text_is_kept_as_a_yes(request_of):
    attempt = login("petra@example.org", verified="true")

    assert outcome(request_of, attempt) == "let through"
    assert [address.verified for address in attempt.email_addresses] == [True]


def test_who_only_wants_a_checked_address_keeps_its_owner_from_nothing(request_of, bob):
    EmailAddress.objects.create(user=bob.user, email="petra@example.org")

    assert outcome(request_of, login("petra@example.org")) == "let through"
    assert assess_unique_email("petra@example.org") is True


def test_only_an_answer_to_this_browser_s_question_counts_and_only_about_one_person(request_of):
    found = []
    for nonce, told in [
        ("ours", {"id_token": {"nonce": "ours", "sub": "1"}, "userinfo": {"sub": "1"}}),
        ("ours", {"id_token": {"nonce": "ours", "sub": "1"}}),
        ("ours", {"id_token": {"nonce": "another's", "sub": "1"}, "userinfo": {"sub": "1"}}),
        ("ours", {"id_token": {"sub": "1"}, "userinfo": {"sub": "1"}}),
        ("ours", {"userinfo": {"sub": "1"}}),
        ("ours", {"id_token": {"nonce": "ours", "sub": "1"}, "userinfo": {"sub": "2"}}),
    ]:
        attempt = login("petra@example.org", told=told)
        attempt.state["nonce"] = nonce
        found.append(outcome(request_of, attempt))

    assert found == ["let through", "let through", *["refused"] * 4]


def test_only_a_new_log_in_of_the_same_person_confirms(request_of, alice, bob):
    SocialAccount.objects.create(user=bob.user, provider=provider.ID, uid="bob")
    found = []
    for user, told in [
        (bob.user, {"id_token": {"auth_time": int(time.time())}}),
        (alice.user, {"id_token": {"auth_time": int(time.time())}}),
        (bob.user, {"id_token": {"auth_time": int(time.time()) - 600}}),
        (bob.user, {"id_token": {}}),
        (bob.user, {}),
    ]:
        request_of.user = user
        request_of.session.flush()
        attempt = login("bob@example.org", process="redirect", told=told)
        attempt.account = SocialAccount.objects.get()
        attempt.account.extra_data, attempt.user = told, bob.user
        found.append((outcome(request_of, attempt), reauthentication.is_covered(request_of)))

    assert found == [("let through", True), *[("refused", False)] * 4]
    # What the provider told is not kept.
    assert SocialAccount.objects.get().extra_data == {}


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"name": "Petra"}, "Petra"),
        ({"name": "\n", "username": "petra"}, "petra"),
        ({}, "p.e"),
        ({"name": "\u202e"}, "p.e"),
    ],
)
def test_what_a_provider_calls_somebody_is_a_name_only_if_it_can_be_one(told, name):
    made = SocialLogin(user=User(), account=SocialAccount(provider=provider.ID, uid="1"))
    assert (
        SocialAccountAdapter().populate_user(HttpRequest(), made, {"email": "p.e@example.org", **told}).name
        == name
    )


def asked_now():
    return {"id_token": {"auth_time": int(time.time())}}


def test_only_a_new_log_in_there_and_here_connects_an_account_and_nobody_elses(
    settings, request_of, alice, bob
):
    settings.OIDC_SERVER_URL = "https://login.example.org"
    SocialAccount.objects.create(user=alice.user, provider=provider.ID, uid="alice@example.org")
    found = []
    for email, told, is_covered in [
        ("bob@there.example", asked_now(), False),
        ("bob@there.example", {"id_token": {"auth_time": int(time.time()) - 600}}, True),
        ("bob@there.example", {}, True),
        ("alice@example.org", asked_now(), True),
        ("bob@there.example", asked_now(), True),
        ("bob@elsewhere.example", asked_now(), True),
    ]:
        request_of.session.flush()
        if is_covered:
            reauthentication.note_confirmation(request_of)
        outcome_ = outcome(request_of, login(email, process="connect", told=told))
        uids = SocialAccount.objects.filter(user=bob.user).values_list("uid", flat=True)
        found.append((outcome_, list(uids)))

    connected = ("led back", ["bob@there.example"])
    assert found == [*[("refused", [])] * 4, connected, connected]
    assert SocialAccount.objects.get(user=alice.user).uid == "alice@example.org"
    (mail,) = delivered()
    assert (mail.to, mail.subject) == (
        ["bob@example.org"],
        "OpenID Connect lets people in to your account now",
    )
    # What it told was read once.
    assert not SocialAccount.objects.exclude(extra_data={}).exists()


def test_the_last_way_in_is_never_taken_away_and_another_is_after_saying_who_one_is(settings, bob):
    settings.OIDC_SERVER_URL = "https://login.example.org"
    provider.connect(bob.user, uid="bob")
    disconnect = reverse("accounts:disconnect_provider")
    bob.user.set_unusable_password()
    User.objects.filter(pk=bob.user.pk).update(password=bob.user.password)
    with pytest.raises(provider.LastWayIn):
        provider.disconnect(bob.user)
    # An open session alone makes no other way in, either.
    browser, set_password = signed_in(bob), reverse("accounts:set_password")
    let_time_pass(browser)
    asked = browser.post(set_password, {"password1": PASSWORD})
    assert asked["Location"] == f"{reverse('account_reauthenticate')}?next=%2Faccounts%2Fpassword%2Fset%2F"
    assert not User.objects.get(pk=bob.user.pk).has_usable_password()

    bob.user.set_password(PASSWORD)
    User.objects.filter(pk=bob.user.pk).update(password=bob.user.password)
    browser = signed_in(bob)
    let_time_pass(browser)
    assert browser.post(disconnect)["Location"] == (
        f"{reverse('account_reauthenticate')}?next=%2Faccounts%2Fprovider%2F"
    )
    assert provider.lets_in(bob.user)
    for _ in range(2):
        assert signed_in(bob).post(disconnect)["Location"] == reverse("accounts:provider")

    assert not provider.lets_in(bob.user)
    subjects = [str(mail.subject) for mail in delivered() if "OpenID" in str(mail.subject)]
    assert subjects[-1] == "OpenID Connect no longer lets people in to your account"
    assert len(subjects) == 2


def test_without_a_provider_in_the_settings_there_is_no_such_page(bob):
    SocialAccount.objects.create(user=bob.user, provider=provider.ID, uid="bob")
    browser = signed_in(bob)

    assert browser.get(reverse("accounts:provider")).status_code == 404
    assert browser.post(reverse("accounts:connect_provider")).status_code == 404
