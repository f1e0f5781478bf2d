"""What a moderator closes when an account is deactivated: whatever waits for its owner, or was asked by them."""

from collections.abc import Callable

import pytest
from django.db import transaction

from accounts.domain import users
from groups.domain.members import NotAMember
from groups.models import Group
from posts.domain import answers, read_requests
from posts.domain.obstacles import AuthorClosed, NothingToAskFor
from posts.domain.request_moves import AlreadyAnswered
from posts.domain.request_news import pending_count
from posts.models import Post, PostKey, ReadRequest
from secureblogs.crypto.documents import Document
from tests.cast import Person
from tests.elsewhere import elsewhere, wait_until_blocked
from tests.posts.asking import post_json, state_of
from tests.posts.pages import page, signed_in

at_the_same_moment = pytest.mark.django_db(transaction=True)
SENTENCE = "The account of its author is closed, so nobody can let you read it now."


def test_nobody_asks_an_author_whose_account_is_closed(
    post: Post, late: Person, alice: Person, group: Group
) -> None:
    carol = signed_in(late)
    users.deactivate(alice.user)

    answer = post_json(carol, f"/posts/{post.uid}/request_read/")
    for_all = post_json(carol, f"/groups/{group.slug}/request_read/")

    assert (answer.status_code, answer.json()) == (422, {"errors": {"__all__": [SENTENCE]}})
    assert for_all.status_code == 422
    notice = page(carol.get(f"/posts/{post.uid}/")).one("div", class_="post__locked")
    assert [each.text for each in notice.all("p")][1:] == [
        "The account of Alice is closed, so nobody can let you read it now."
    ]
    assert notice.all("button") == []
    assert page(carol.get(f"/groups/{group.slug}/")).all("form", class_="ask-all") == []
    assert not ReadRequest.objects.exists()

    users.activate(alice.user)

    assert post_json(carol, f"/posts/{post.uid}/request_read/").status_code == 201


@pytest.mark.parametrize("whose", ["asker's", "author's"])
def test_what_waits_is_closed_and_may_be_asked_again_later(
    whose: str, read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    closed = late if whose == "asker's" else alice

    users.deactivate(closed.user)

    assert state_of(read_request) == "closed"
    assert pending_count(alice.user) == 0
    users.activate(closed.user)
    assert state_of(read_request) == "closed"
    assert read_requests.ask(post, asker=late.user)[1] is True


@pytest.mark.parametrize("whose", ["asker's", "author's"])
def test_what_was_granted_stays_granted(
    whose: str, read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))

    users.deactivate(late.user if whose == "asker's" else alice.user)

    assert state_of(read_request) == "approved"
    assert late.reads(post) == Document("Hello", "World")


@pytest.mark.parametrize("whose", ["asker's", "author's"])
def test_a_wrong_grant_asks_nobody_anew_when_one_of_them_cannot_log_in(
    whose: str, read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    users.deactivate(late.user if whose == "asker's" else alice.user)

    answers.report_wrong(read_request, fingerprints=[late.user.public_keys.get().fingerprint])

    assert state_of(read_request) == "closed"


# --- At the same moment ---

Asks = Callable[[Post, Group, Person], object]
ASKING: dict[str, Asks] = {
    "one": lambda post, group, person: read_requests.ask(post, asker=person.user),
    "all": lambda post, group, person: read_requests.ask_all(group, asker=person.user),
}


@at_the_same_moment
@pytest.mark.parametrize("what", ASKING)
@pytest.mark.parametrize("whose", ["asker's", "author's"])
def test_who_asks_while_an_account_is_closed_asks_nothing(
    whose: str, what: str, post: Post, alice: Person, late: Person, group: Group
) -> None:
    post = Post.objects.select_related("group", "author").get()

    with elsewhere() as run:
        with transaction.atomic():
            users.deactivate(late.user if whose == "asker's" else alice.user)
            asked = run(ASKING[what], post, group, late)
            wait_until_blocked()

        refusal = NotAMember if whose == "asker's" else AuthorClosed if what == "one" else NothingToAskFor
        assert type(asked.exception()) is refusal
    assert not ReadRequest.objects.exists()


@at_the_same_moment
@pytest.mark.parametrize("what", ASKING)
@pytest.mark.parametrize("whose", ["asker's", "author's"])
def test_what_was_asked_just_before_is_closed_with_the_account(
    whose: str, what: str, post: Post, alice: Person, late: Person, group: Group
) -> None:
    with elsewhere() as run:
        with transaction.atomic():
            ASKING[what](post, group, late)
            closed = run(users.deactivate, late.user if whose == "asker's" else alice.user)
            wait_until_blocked()
        closed.result()

    assert ReadRequest.objects.get().state == "closed"


@at_the_same_moment
@pytest.mark.parametrize("whose", ["asker's", "author's"])
def test_an_approval_while_an_account_is_closed_comes_too_late(
    whose: str, read_request: ReadRequest, alice: Person, late: Person
) -> None:
    wrapped = alice.rewraps(read_request)

    with elsewhere() as run:
        with transaction.atomic():
            users.deactivate(late.user if whose == "asker's" else alice.user)
            approval = run(answers.approve, read_request, keys=wrapped)
            wait_until_blocked()

        assert type(approval.exception()) is AlreadyAnswered
    assert state_of(read_request) == "closed"
    assert not PostKey.objects.filter(public_key__user=late.user).exists()
