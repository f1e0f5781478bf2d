"""The page of a post that is on its way or has failed, and trying again."""

import pytest

from groups.domain import members
from groups.models import Membership, Role
from posts.models import Failure, KeyBatch, Post, PostKey, Revision, SealedDraft, State
from posts.publishing import posts
from posts.publishing.messages import why_failed
from tests.pages import article, post_page, signed_in

# This makes a post's page look again.
FOLLOWED = (
    "post.published post.revised post.failed read_request.approved read_request.rejected read_request.closed"
    " key.revoked key:ready grant:reported"
)


def test_a_queued_post_says_that_it_waits_and_follows_what_happens(alice, group):
    post = alice.submit(group)

    document = post_page(alice, post)

    shown = document.one("article")
    assert shown["data-state"] == "queued"
    assert shown.get("data-access") is None
    assert shown.one("post-progress").one("p").text == "Waiting to be encrypted"
    part = document.one("live-part", id="post")
    assert (part["data-on"], part["data-post"]) == (FOLLOWED, str(post.uid))


def test_a_post_that_is_being_encrypted_says_how_far_it_is(alice, bob, post):
    Revision.objects.update(state=State.ENCRYPTING, published_at=None, key_count=10_000)
    KeyBatch.objects.create(revision=post.current, public_keys=[*range(500_000, 509_000)])
    KeyBatch.objects.create(revision=post.current, public_keys=[*range(600_000, 600_160)])

    for person in (alice, bob):
        shown = article(person, post)
        progress = shown.one("post-progress")
        assert shown["data-state"] == "encrypting"
        assert progress.one("p").text == "Encrypting for 840 of 10,000 keys"
        assert (progress["data-wrapped"], progress["data-total"]) == ("840", "10000")
        assert (progress.one("progress")["value"], progress.one("progress")["max"]) == ("840", "10000")
        # A reader with a wrapped key need not wait for the others.
        assert shown["data-access"] == "opening"


def test_who_still_waits_for_their_key_is_told_that_it_comes_and_who_joins_meanwhile_is_not(
    bob, carol, group, post
):
    Revision.objects.update(state=State.ENCRYPTING, published_at=None, key_count=2)
    PostKey.objects.filter(public_key__user=bob.user).delete()
    KeyBatch.objects.create(revision=post.current, public_keys=[bob.user.public_keys.get().pk])

    shown = article(bob, post)

    assert (shown["data-state"], shown["data-access"]) == ("encrypting", "no-key")
    assert shown.one("div", class_="post__locked").all("p")[0].text == (
        "It is being encrypted for you right now and opens here when that is done."
    )

    members.join(group, user=carol.user)

    assert article(carol, post).one("div", class_="post__locked").all("p")[0].text == (
        "You joined after this was published, so it was not encrypted for you."
    )


@pytest.mark.parametrize(
    ("failure", "ways_out"),
    [
        (Failure.DOES_NOT_OPEN, ["Try again", "Delete post"]),
        (Failure.NOT_A_DOCUMENT, ["Delete post"]),
        (Failure.TITLE_DIFFERS, ["Delete post"]),
        (Failure.KEPT_FAILING, ["Try again", "Delete post"]),
    ],
)
def test_a_failed_post_says_why_and_offers_the_ways_out(alice, group, failure, ways_out):
    post = alice.submit(group)
    Revision.objects.update(state=State.FAILED, failure=failure)

    shown = article(alice, post)

    assert shown["data-state"] == "failed"
    notice = shown.one("div", class_="post__state")
    assert [line.text for line in notice.all("p")][:2] == ["Not published", why_failed(failure)]
    assert shown.buttons == ways_out


@pytest.mark.parametrize("state", [State.QUEUED, State.FAILED])
def test_nobody_else_sees_what_is_queued_or_failed(alice, bob, group, state):
    post = alice.submit(group)
    Revision.objects.update(state=state, failure="kept-failing" if state == State.FAILED else "")
    assert article(alice, post)["data-state"] == state

    assert signed_in(bob).get(f"/posts/{post.uid}/").status_code == 404


def test_its_author_tries_a_failed_post_again_and_twice_changes_nothing(alice, bob, group):
    post = alice.submit(group)
    Revision.objects.update(state=State.FAILED, failure=Failure.KEPT_FAILING)
    SealedDraft.objects.update(attempts=3)

    response = signed_in(alice).post(f"/posts/{post.uid}/retry/")
    posts.encrypt(post.current.pk)

    assert (response.status_code, response["Location"]) == (302, f"/posts/{post.uid}/")
    assert article(bob, post)["data-state"] == "published"

    response = signed_in(alice).post(f"/posts/{post.uid}/retry/")

    assert (response.status_code, response["Location"]) == (302, f"/posts/{post.uid}/")
    assert Post.objects.get().state == State.PUBLISHED


def test_nobody_but_its_author_tries_again(alice, bob, mallory, group):
    post = alice.submit(group)
    Revision.objects.update(state=State.FAILED, failure=Failure.KEPT_FAILING)
    Membership.objects.filter(user=bob.user).update(role=Role.OWNER)

    assert [signed_in(person).post(f"/posts/{post.uid}/retry/").status_code for person in (bob, mallory)] == [
        404,
        404,
    ]
    assert Post.objects.get().state == State.FAILED
