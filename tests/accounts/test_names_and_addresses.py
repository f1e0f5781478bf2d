"""Changing one's own name and address: what counts when, and who is told."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.test import Client

from accounts.models import OutgoingMail, User
from accounts.models.outgoing_mail import MailState
from accounts.reauthentication import SECONDS_COVERED
from tests.cast import PASSWORD, Person
from tests.mails import delivered, told
from tests.pages import main, page, signed_in

NAME, ADDRESS = "/accounts/name/", "/accounts/email/"
NEW = "alice@example.net"


def change_address(client: Client, email: str = NEW):
    return client.post(ADDRESS, {"action_add": "", "email": email})


def logs_in(email: str) -> bool:
    answer = Client().post("/accounts/login/", {"login": email, "password": PASSWORD})
    return answer.status_code == 302 and answer["Location"] == "/"


def test_a_new_name_is_everywhere_and_its_person_is_told(alice, bob, post):
    client = signed_in(alice)
    assert page(client.get(NAME)).one("input", name="name")["value"] == "Alice"

    response = client.post(NAME, {"name": " Alice B. "}, follow=True)

    assert "Your name is changed." in main(response).text
    assert "Alice B." in page(signed_in(bob).get(post.get_absolute_url())).one("main").text
    assert told() == [(["alice@example.org"], "Your name was changed")]
    assert "from Alice to Alice B." in str(delivered()[0].body)


@pytest.mark.parametrize("name", ["", "  ", "x" * 51, "two\nlines"])
def test_a_name_that_is_none_changes_nothing(alice, name):
    response = signed_in(alice).post(NAME, {"name": name})

    assert list(response.context["form"].errors) == ["name"]
    assert User.objects.get(pk=alice.user.pk).name == "Alice"


def test_the_same_name_again_tells_nothing_and_five_a_day_are_enough(alice):
    client = signed_in(alice)
    answers = [client.post(NAME, {"name": name}).status_code for name in ("Alice", *"ABCDEF")]

    assert answers == [302] * 6 + [429]
    assert len(told()) == 5
    assert User.objects.get(pk=alice.user.pk).name == "E"


def test_without_mail_a_new_address_counts_at_once_and_the_old_one_is_told(alice):
    assert change_address(signed_in(alice)).status_code == 302

    assert told() == [(["alice@example.org"], "Your address was changed")]
    assert (logs_in("alice@example.org"), logs_in(NEW)) == (False, True)
    assert [each.email for each in EmailAddress.objects.all()] == [NEW]


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.fixture
def confirmed(verified: None, alice: Person) -> Client:
    """Alice's browser, on a site that verifies addresses."""
    EmailAddress.objects.create(user=alice.user, email="alice@example.org", primary=True, verified=True)
    return signed_in(alice)


def link() -> str:
    return str(re.findall(r"https?://[^/\s]+(/accounts/confirm-email/\S+)", str(delivered()[-1].body))[0])


def test_with_mail_it_counts_when_its_link_is_opened_and_then_the_old_one_is_told(confirmed):
    change_address(confirmed)
    assert f"It becomes {NEW} when you open the link" in page(confirmed.get(ADDRESS)).one("main").text
    assert (logs_in("alice@example.org"), logs_in(NEW)) == (True, False)
    assert [to for to, _ in told()] == [[NEW]]

    confirmed.post(link())

    assert told()[-1] == (["alice@example.org"], "Your address was changed")
    assert (logs_in("alice@example.org"), logs_in(NEW)) == (False, True)
    assert [each.email for each in EmailAddress.objects.all()] == [NEW]


def test_what_became_of_the_mail_to_a_new_address_stands_on_the_page(confirmed):
    def shown() -> str:
        notice = page(confirmed.get(ADDRESS)).one("main").one("div", class_="notice")
        assert notice.buttons == ["Send the link again", "Keep the one of now"]
        return notice.one("live-part", id="mail").text

    change_address(confirmed)
    assert shown() == "A mail with a link is on its way to you."

    OutgoingMail.objects.update(state=MailState.REFUSED)
    assert shown().startswith(
        "The mail could not be delivered: the mail server refused the mail to alice@example.net."
    )

    confirmed.post(ADDRESS, {"action_send": "", "email": NEW})
    assert OutgoingMail.objects.get().state == MailState.WAITING
    OutgoingMail.objects.update(tries=1)
    assert shown().startswith("The mail is not sent yet: the mail server does not take it at the moment.")

    assert [message.to for message in delivered()] == [[NEW]]
    assert shown() == ""


def test_a_change_is_given_up_and_a_later_one_takes_its_place(confirmed):
    change_address(confirmed, "typo@example.net")
    first = link()
    change_address(confirmed)
    Client().post(first)
    assert not logs_in("typo@example.net")

    confirmed.post(ADDRESS, {"action_remove": "", "email": NEW})

    assert [each.email for each in EmailAddress.objects.all()] == ["alice@example.org"]
    assert logs_in("alice@example.org")


def test_nobody_learns_by_it_who_has_an_account_nor_takes_that_address(confirmed, bob):
    answers = [change_address(confirmed, email) for email in ("nobody@example.org", "bob@example.org")]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, ADDRESS)] * 2

    confirmed.post(link())

    assert User.objects.get(name="Bob").email == "bob@example.org"
    assert User.objects.get(name="Alice").email == "alice@example.org"


def test_a_change_that_waits_is_over_with_another_password(confirmed):
    change_address(confirmed)
    opened = link()

    typed = {"oldpassword": PASSWORD, "password1": "correct horse"}
    assert confirmed.post("/accounts/password/change/", typed).status_code == 302

    assert Client().post(opened).status_code == 404
    assert User.objects.get().email == "alice@example.org"
    assert "was given up: if you asked for it, ask again." in str(delivered()[-1].body)


def test_who_wants_an_address_neither_keeps_its_owner_out_nor_has_them_in(confirmed, visitor):
    change_address(confirmed, "carol@example.org")

    visitor.post("/accounts/password/reset/", {"email": "carol@example.org"})
    assert "password/reset/key" not in str(delivered()[-1].body)
    visitor.post(
        "/accounts/signup/", {"name": "Carol", "email": "carol@example.org", "password1": "correct horse"}
    )
    visitor.post(link())
    # Some minutes later.
    OutgoingMail.objects.all().delete()
    visitor.post("/accounts/password/reset/", {"email": "carol@example.org"})

    carol = User.objects.get(name="Carol")
    assert [each.user for each in EmailAddress.objects.filter(email=carol.email, verified=True)] == [carol]
    (sent,) = [mail for mail in delivered() if "password/reset/key" in str(mail.body)]
    assert f"/{user_pk_to_url_str(carol)}-" in str(sent.body)


def test_an_address_that_others_have_is_refused_where_none_is_confirmed(alice, bob):
    response = change_address(signed_in(alice), "Bob@example.org")

    assert response.context["form"].errors == {
        "email": ["This address already has an account. Log in, or reset its password."]
    }


def test_the_rule_for_sign_ups_holds_for_a_later_address(alice, settings):
    settings.SIGNUP = "domains:example.org"
    client = signed_in(alice)

    assert list(change_address(client).context["form"].errors) == ["email"]
    assert change_address(client, "a@example.org").status_code == 302


def test_an_old_session_confirms_who_it_is_first(alice):
    client = signed_in(alice)
    session = client.session
    session["proved_at"] -= SECONDS_COVERED + 1
    session.save()

    asked = change_address(client)

    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    assert logs_in("alice@example.org")
