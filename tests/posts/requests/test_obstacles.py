"""One post that may be asked for, and all of them: in each state of request, post and author both say the same."""

from datetime import timedelta
from itertools import product
from uuid import uuid4

from django.utils import timezone

from groups.domain import members
from groups.models import Group
from posts.models import Mute, Post, ReadRequest, RequestState, State
from posts.requests import asking, obstacles
from tests.cast import Person, make_person, write_rows

LATELY, LONG_AGO = timedelta(minutes=50), timedelta(days=8)


def rows(author: Person, group: Group, number: int = 1, state: State = State.PUBLISHED) -> list[Post]:
    """Posts that are older than every membership."""
    return write_rows(
        (Post(uid=uuid4(), group=group, author=author.user) for _ in range(number)), state=state
    )


def ask_in_each_state(posts: list[Post], asker: Person) -> int:
    """Requests of every state, asked often and lately or not; how many there are."""
    now = timezone.now()
    states = list(product(RequestState, (2, 3), (LATELY, LONG_AGO), (LATELY, LONG_AGO)))
    ReadRequest.objects.bulk_create(
        ReadRequest(
            post=post,
            asker=asker.user,
            state=state,
            times_asked=times,
            answered_at=now - answered,
            counted_from=now - counted,
        )
        for post, (state, times, answered, counted) in zip(posts, states, strict=False)
    )
    return len(states)


def test_all_that_may_be_asked_for_are_those_of_which_each_may_be_asked_for(bob, carol, group):
    members.join(group, user=carol.user)
    assert ask_in_each_state(rows(bob, group, 40), carol) == 40
    for state in State:
        rows(bob, group, state=state)
    gone, closed, muting = (make_person(name) for name in ("Dora", "Erin", "Fay"))
    for author in (closed, muting):
        members.join(group, user=author.user)
    for author in (gone, closed, muting):
        rows(author, group)
    closed.user.is_active = False
    closed.user.save()
    Mute.objects.create(author=muting.user, asker=carol.user)
    waiting = ReadRequest.objects.pending().values("post")

    each = {
        post
        for post in Post.objects.exclude(pk__in=waiting)
        if asking.status_of(post, asker=carol.user).obstacle is None
    }

    assert set(obstacles.askable(group, carol.user)) == each
    # Of 40 requests 8 wait, 4 were refused, and 4 were made too often; of 4 states of a post 2 are sealed.
    assert len(each) == 40 - 8 - 4 - 4 + 2
