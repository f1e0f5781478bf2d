"""Email about requests, its preferences and what was seen, in the moment in which something else happens."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from accounts.domain import users
from accounts.domain.locks import Gone
from groups.domain import members
from groups.models import Group
from posts import tasks
from posts.domain import answers, notices, publishing, read_requests, rewrapping
from posts.models import Post, ReadRequest, RequestNotice
from tests.cast import Person
from tests.elsewhere import elsewhere, wait_until_blocked
from tests.posts.asking import post_form
from tests.posts.pages import signed_in
from tests.posts.test_notices import let_pass

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bobs(bob: Person, group: Group, carol: Person) -> ReadRequest:
    """A request that waits for Bob, who is free to go."""
    post = bob.publish(group)
    members.join(group, user=carol.user)
    return read_requests.ask(post, asker=carol.user)[0]


def steps(bob: Person) -> dict[str, Callable[[], int]]:
    """What Bob, or his mail program, may be doing; the status that comes back."""
    client = signed_in(bob)
    token = notices.token_of(bob.user)
    return {
        "looking": lambda: client.get("/requests/").status_code,
        "choosing": lambda: post_form(client, "/requests/preferences/").status_code,
        "unsubscribing": lambda: client.post(f"/requests/unsubscribe/{token}/").status_code,
    }


@pytest.mark.parametrize("what", ["looking", "choosing", "unsubscribing"])
def test_who_does_something_while_the_account_is_deleted_finds_nothing_there(
    what: str, bob: Person, bobs: ReadRequest
) -> None:
    step = steps(bob)[what]

    with elsewhere() as run:
        with transaction.atomic():
            users.delete(bob.user)
            status = run(step)
            wait_until_blocked()

        assert status.result() == 404
    assert not RequestNotice.objects.exists()


@pytest.mark.parametrize(("what", "done"), [("looking", 200), ("choosing", 302), ("unsubscribing", 200)])
def test_an_account_is_deleted_just_after_something_was_done(
    what: str, done: int, bob: Person, bobs: ReadRequest
) -> None:
    step = steps(bob)[what]

    with elsewhere() as run:
        with transaction.atomic():
            assert step() == done
            deleted = run(users.delete, bob.user)
            wait_until_blocked()

        assert deleted.result() is None
    assert not RequestNotice.objects.exists()


def test_whose_account_is_being_deleted_gets_no_message(bob: Person, bobs: ReadRequest) -> None:
    pk = bob.user.pk
    ReadRequest.objects.update(asked_at=timezone.now() - timedelta(hours=1))

    with elsewhere() as run:
        with transaction.atomic():
            users.delete(bob.user)
            sent = run(tasks.send_notice, pk)
            wait_until_blocked()

        assert sent.result() is None
    assert mail.outbox == []


def test_what_is_being_asked_while_the_author_looks_is_not_seen(
    read_request: ReadRequest, post: Post, group: Group, alice: Person, mallory: Person
) -> None:
    members.join(group, user=mallory.user)
    client = signed_in(alice)

    with elsewhere() as run, transaction.atomic():
        read_requests.ask(post, asker=mallory.user)
        assert run(client.get, "/requests/").result().status_code == 200
    answers.reject(read_request)
    let_pass(timedelta(minutes=15))
    tasks.send_notice(alice.user.pk)

    assert len(mail.outbox) == 1


def test_what_a_browser_needs_for_a_post_that_was_just_deleted_is_not_there(
    read_request: ReadRequest, post: Post
) -> None:
    read_request = ReadRequest.objects.with_people().get()
    publishing.delete(post)

    with pytest.raises(Gone):
        rewrapping.material(read_request)
