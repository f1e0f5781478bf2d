"""A list says of a post that its reader can't read whether they have asked for it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from posts.models import ReadRequest
from posts.requests import answering, asking, mutes
from tests.pages import page, signed_in
from tests.posts.test_query_counts import queries
from tests.posts.views.test_groups import write_many

PLACES = pytest.mark.parametrize("place", ["/", "/groups/walkers/"])


def said(person, place="/groups/walkers/"):
    """The line below each post."""
    return [line.text for line in page(signed_in(person).get(place)).all("p", class_="contents__access")]


@PLACES
def test_it_says_since_when_an_answer_is_awaited(place, late, read_request):
    weekday = date_format(read_request.asked_at, "l")

    assert said(late, place) == [f"Waiting for an answer since {weekday}"]

    asked_at = timezone.now() - timedelta(days=20)
    ReadRequest.objects.update(asked_at=asked_at)
    assert said(late, place) == [f"Waiting for an answer since {date_format(asked_at, 'j F Y')}"]


@PLACES
def test_it_says_that_it_was_refused_why_and_for_how_long(place, late, read_request):
    answering.reject(read_request, reason="Not this one.")
    again = date_format(timezone.now() + timedelta(days=7), "j F Y")

    assert said(late, place) == [
        f"Alice refused your request. The reason: Not this one. You may ask again on {again}."
    ]

    ReadRequest.objects.update(reason="", answered_at=timezone.now() - timedelta(days=8))
    assert said(late, place) == ["Alice refused your request."]


def test_who_is_muted_is_told_nothing_more(alice, late, read_request):
    mutes.mute(alice.user, asker=late.user)

    assert said(late) == ["You joined after this was published."]


def test_what_came_to_nothing_leaves_no_trace(late, read_request):
    asking.withdraw(read_request)

    assert said(late) == ["You joined after this was published."]


def test_what_was_granted_is_read_and_says_nothing(alice, late, read_request):
    answering.approve(read_request, keys=alice.rewraps(read_request))

    assert said(late) == []


def test_what_others_ask_is_not_told(bob, alice, late, read_request):
    bob.user.public_keys.update(revoked_at=timezone.now())
    bob.add_key("Phone")

    assert said(bob) == ["Not encrypted for the key that you have now."]


def test_each_post_has_a_line_of_its_own_and_the_page_asks_no_more_for_it(alice, group, late, read_request):
    few = len(queries(late, "/groups/walkers/"))
    write_many(alice, group, 10)
    later = alice.publish(group)
    ReadRequest.objects.create(post=later, asker=late.user, state="rejected", answered_at=timezone.now())
    late.user.public_keys.update(revoked_at=timezone.now())
    late.add_key("Phone")

    assert [line.split(".")[0].split(" since")[0] for line in said(late)] == [
        "Alice refused your request",
        *["You joined after this was published"] * 10,
        "Waiting for an answer",
    ]
    assert len(queries(late, "/groups/walkers/")) == few == 6
