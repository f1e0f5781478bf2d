"""The other open browsers of a person hear when their password or a key changes."""

import getpass
import re
from collections.abc import Callable
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.test import Client

from accounts.domain import sessions
from accounts.models import User
from secureblogs import live
from tests.account import Account
from tests.cast import PASSWORD, Person
from tests.mails import delivered
from tests.pages import signed_in
from tests.posts.keys import add, new_pem
from tests.posts.live.tabs import in_thread, socket

NEW_PASSWORD = "another long secret"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio(loop_scope="module")]


def browser_of(person: Person) -> tuple[Client, str]:
    client = Client()
    client.force_login(person.user)
    return client, client.cookies[settings.SESSION_COOKIE_NAME].value


async def test_a_new_key_or_address_is_told_everywhere_but_in_the_browser_that_chose_it(tabs, alice, bob):
    browser, session_key = await in_thread(browser_of, alice)
    new = {"user": alice.user, "email": "alice@example.net", "verified": True}
    await in_thread(lambda: EmailAddress.objects.create(**new))
    await tabs.add("here", alice, socket(session_key))
    await tabs.open(elsewhere=alice, bob=bob)

    await in_thread(add, browser, new_pem())

    added = await in_thread(lambda: alice.user.public_keys.latest("pk"))
    await tabs.hear(elsewhere=[{"type": "key.added", "fingerprint": added.fingerprint}])

    await in_thread(browser.post, "/accounts/email/", {"action_primary": "", "email": "alice@example.net"})

    await tabs.hear(elsewhere=[{"type": "address.changed"}])


def change_keys(person: Person) -> None:
    """Everything that somebody can do to their account key, its devices and codes."""
    account = Account(person.user)
    account.make("Laptop")
    code = account.new_code()
    account.change(account.list_body("Laptop", "Phone", new=("Phone",)))
    account.change(account.list_body("Laptop", "Phone", codes=[code], new_codes=[code]))
    account.replace("Laptop", "Phone")
    assert account.start_over("Tablet") is False


async def test_what_becomes_of_the_account_key_is_told_in_every_tab_of_its_owner(tabs, alice, bob):
    await tabs.open(elsewhere=alice, bob=bob)

    await in_thread(change_keys, alice)

    changed = {"type": "keys.changed"}
    await tabs.hear(
        elsewhere=[
            changed,
            *({"type": "device.added", "number": 2}, changed),
            *({"type": "code.made", "number": 3}, changed),
            *(changed, {"type": "key.replaced", "number": 4}),
            *({"type": "start_over.asked", "number": 5}, changed),
        ]
    )


async def test_a_lost_device_ends_the_other_sessions_and_each_is_told_why(tabs, alice, bob):
    account = Account(alice.user)
    await in_thread(account.make, "Laptop", "Phone")
    await tabs.open(elsewhere=alice, bob=bob)

    await in_thread(account.replace, "Laptop", cause="lost-device")

    await tabs.ends("elsewhere", {"type": "session.ended", "reason": "device_lost", "number": 2})
    await tabs.hear()


@pytest.mark.parametrize("why", [{}, {"reason": "password"}])
async def test_a_message_that_finds_the_session_ended_leaves_it_to_the_next_one_to_say_why(why, tabs, alice):
    await tabs.open(elsewhere=alice)

    def end() -> None:
        User.objects.filter(pk=alice.user.pk).update(password=make_password(NEW_PASSWORD))
        live.publish(live.user_channel(alice.user), "keys.changed")
        if why:
            sessions.recheck(alice.user, **why)

    await in_thread(end)

    await tabs.ends("elsewhere", {"type": "session.ended", **why})


Change = Callable[[], object]


def on_the_own_page(person: Person) -> Change:
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD}
    return lambda: signed_in(person).post("/accounts/password/change/", form)


def by_the_link_of_a_mail(person: Person) -> Change:
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": person.user.email})
    (link,) = re.findall(r"https?://[^/\s]+(/\S+)", str(delivered()[0].body))
    form = browser.get(link, follow=True).redirect_chain[-1][0]
    return lambda: browser.post(form, {"password1": NEW_PASSWORD})


def for_an_account_without_one(person: Person) -> Change:
    person.user.set_unusable_password()
    person.user.save()
    return lambda: signed_in(person).post("/accounts/password/set/", {"password1": NEW_PASSWORD})


def by_a_command(person: Person) -> Change:
    def change() -> None:
        with pytest.MonkeyPatch.context() as keyboard:
            keyboard.setattr(getpass, "getpass", lambda prompt: NEW_PASSWORD)
            call_command("changepassword", person.user.email, stdout=StringIO())

    return change


def in_a_shell(person: Person) -> Change:
    def change() -> None:
        person.user.set_password(NEW_PASSWORD)
        person.user.save()

    return change


@pytest.mark.parametrize(
    "way", [on_the_own_page, by_the_link_of_a_mail, for_an_account_without_one, by_a_command, in_a_shell]
)
async def test_a_new_password_ends_other_sessions_and_is_told_whatever_way_it_came(way, tabs, alice, bob):
    await tabs.open(elsewhere=alice, bob=bob)
    # A log-in after that would end the link of a mail.
    change = await in_thread(way, alice)
    (await in_thread(delivered)).clear()

    await in_thread(change)

    assert await in_thread(authenticate, email=alice.user.email, password=NEW_PASSWORD)
    await tabs.ends("elsewhere", {"type": "session.ended", "reason": "password"})
    await tabs.hear()
    told = [(mail.to, mail.subject) for mail in await in_thread(delivered)]
    assert told == [([alice.user.email], "Your password was changed")]
