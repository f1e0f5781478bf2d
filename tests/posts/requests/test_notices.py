"""Authors are told of requests by email: seldom, and nothing but how many wait."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.test import Client

from accounts.domain import users
from accounts.models import User
from groups.domain import members
from posts import tasks
from posts.models import ReadRequest, RequestNotice
from posts.requests import answering, asking, notices
from secureblogs.workers import hints
from tests.cast import Person
from tests.concurrently import concurrently, meanwhile
from tests.pages import page, signed_in
from tests.posts.requests.calls import post_form

ADDRESS = "/requests/preferences/"


@pytest.fixture
def old_request(read_request: ReadRequest) -> ReadRequest:
    """A request that has waited for a quarter of an hour."""
    let_pass(timedelta(minutes=15))
    return read_request


def let_pass(time: timedelta) -> None:
    """Everything was so much earlier."""
    ReadRequest.objects.update(asked_at=F("asked_at") - time)
    RequestNotice.objects.update(
        tried_at=F("tried_at") - time, sent_at=F("sent_at") - time, seen_at=F("seen_at") - time
    )


def send(author: Person) -> int:
    """How many messages there are after a worker has looked."""
    tasks.send_notice(author.user.pk)
    return len(mail.outbox)


def test_a_request_that_waits_unseen_is_told_once(old_request, alice):
    assert [send(alice), send(alice)] == [1, 1]

    let_pass(timedelta(hours=2))

    assert send(alice) == 1


def test_the_message_holds_no_name_no_title_and_no_text(old_request, post, alice, late):
    ReadRequest.objects.update(message="I kept bees.")
    send(alice)

    (message,) = mail.outbox
    assert (message.subject, message.to) == ("SecureBlogs: 1 request waits for you", ["alice@example.org"])
    assert message.body.splitlines()[:5] == [
        "1 request to read a post of yours waits for your answer:",
        "",
        f"{settings.SITE_URL}/requests/",
        "",
        "What it is about stands there, and only there.",
    ]
    everything = str(message.message())
    for private in ("Carol", "Alice", "Hello", "Walkers", "bees", str(post.uid)):
        assert private not in everything


def test_a_message_ends_all_others_at_one_click_of_a_mail_program(old_request, alice):
    send(alice)
    (message,) = mail.outbox
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert link in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = link.removeprefix(settings.SITE_URL)
    anybody = Client(enforce_csrf_checks=True)

    # A mail program looks at links by itself, and that changes nothing.
    assert page(anybody.get(path)).one("button").text == "Stop these messages"
    assert notices.wants(alice.user)
    answer = anybody.post(path, {"List-Unsubscribe": "One-Click"})

    assert page(answer).one("h1").text == "No more email about requests"
    assert not notices.wants(alice.user)


@pytest.mark.parametrize("token", ["abc", "abc:def:ghi"])
def test_a_link_that_is_none_of_ours_is_404(token, alice):
    assert Client().get(f"/requests/unsubscribe/{token}/").status_code == 404
    assert Client().post(f"/requests/unsubscribe/{token}/").status_code == 404


def test_what_is_new_is_told_an_hour_later_at_the_earliest(old_request, post, alice, late):
    assert send(alice) == 1
    asking.withdraw(old_request)
    asking.ask(post, asker=late.user)

    let_pass(timedelta(minutes=59))
    assert send(alice) == 1

    let_pass(timedelta(minutes=2))
    assert send(alice) == 2


def test_who_is_at_their_desk_is_not_told(read_request, alice):
    let_pass(timedelta(minutes=9))
    assert send(alice) == 0

    signed_in(alice).get("/requests/")
    let_pass(timedelta(hours=2))

    assert send(alice) == 0


def test_a_tab_that_looks_again_by_itself_has_seen_nothing(read_request, alice):
    signed_in(alice).get("/requests/", headers={"Sec-Fetch-Mode": "cors"})
    let_pass(timedelta(minutes=15))

    assert send(alice) == 1


def test_what_was_answered_meanwhile_is_not_told(old_request, alice):
    asking.withdraw(old_request)

    assert send(alice) == 0


def test_nobody_is_told_of_their_own_question(post, alice):
    alice.add_key("Tablet")
    asking.ask(post, asker=alice.user)
    let_pass(timedelta(hours=1))

    assert send(alice) == 0


def test_neither_a_closed_account_nor_one_that_is_gone_is_told(old_request, alice):
    alice.user.is_active = False
    alice.user.save()

    assert send(alice) == 0

    tasks.send_notice(10**9)

    assert mail.outbox == []


def test_who_does_not_want_it_is_not_told(old_request, alice):
    client = signed_in(alice)
    box = page(client.get(ADDRESS)).one("input", type="checkbox")
    assert box.get("checked") == ""

    answer = post_form(client, ADDRESS)

    assert (answer.status_code, answer.headers["Location"]) == (302, ADDRESS)
    assert page(client.get(ADDRESS)).one("input", type="checkbox").get("checked") is None
    assert send(alice) == 0

    post_form(client, ADDRESS, {"wanted": "on"})
    assert send(alice) == 1


def test_the_sweep_finds_who_is_to_be_told(monkeypatch, old_request, post, alice, bob):
    rung: list[tuple[str, int]] = []
    monkeypatch.setattr(notices, "hint", lambda task, pk: rung.append((task, pk)))
    # Mails of other tests: no author is told while some wait.
    hints.purge("posts.send_notice")

    tasks.sweep()
    send(alice)
    tasks.sweep()

    assert rung == [("posts.send_notice", alice.user.pk)]


def test_a_mail_server_that_fails_is_tried_again_after_an_hour(monkeypatch, old_request, alice):
    with monkeypatch.context() as broken:

        def refuse(message: EmailMessage) -> None:
            raise ConnectionRefusedError

        broken.setattr(EmailMessage, "send", refuse)
        assert send(alice) == 0
    assert send(alice) == 0

    let_pass(timedelta(minutes=61))

    assert [send(alice), send(alice)] == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_what_is_being_asked_while_the_author_looks_is_not_seen(read_request, post, group, alice, mallory):
    members.join(group, user=mallory.user)
    client = signed_in(alice)

    with concurrently() as run, transaction.atomic():
        asking.ask(post, asker=mallory.user)
        assert run(client.get, "/requests/").result().status_code == 200
    answering.reject(read_request)
    let_pass(timedelta(minutes=15))

    assert send(alice) == 1


@pytest.mark.django_db(transaction=True)
def test_whose_account_is_being_deleted_is_not_told(bob, group, carol):
    post = bob.publish(group)
    members.join(group, user=carol.user)
    asking.ask(post, asker=carol.user)
    let_pass(timedelta(minutes=15))
    same = replace(bob, user=User.objects.get(pk=bob.user.pk))

    sent = meanwhile(lambda: users.delete(bob.user), lambda: send(same))

    assert sent.result() == 0
