"""Actions on very many things go on to their end: `JOB_SIZE=9900` tries as many as were too many for one request."""

import os
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain import jobs, sessions
from accounts.models import Job, PublicKey, User
from groups.models import KeptOut, Membership
from posts.models import PostKey
from secureblogs.http.sessions import SessionStore
from tests.bench.pages import add_posts
from tests.cast import session_of
from tests.crowd import crowd
from tests.moderation import address

MANY = int(os.environ.get("JOB_SIZE", "50"))

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crowded() -> list[User]:
    """A group of so many and its owner; each has a key, a session, and a wrapped key of one post."""
    group = crowd("Walkers", MANY + 1)
    (post,) = add_posts(group, 1)
    keys = PublicKey.objects.filter(user__memberships__group=group).exclude(
        wrapped_keys__revision=post.current
    )
    PostKey.objects.bulk_create(
        PostKey(revision=post.current, public_key=key, wrapped_key=b"w" * 1168) for key in keys
    )
    people = list(User.objects.filter(memberships__group=group).order_by("pk"))
    encode, lasts = SessionStore().encode, timezone.now() + timedelta(days=1)
    Session.objects.bulk_create(
        Session(f"{number:040}", encode({SESSION_KEY: str(person.pk)}), lasts)
        for number, person in enumerate(people)
    )
    return people


def do_to_all(moderator: Client, action: str, *, of: str) -> None:
    """Choose a whole list, and have a worker do it, turn by turn."""
    page = moderator.post(of, {"action": action, "select_across": "1", "_selected_action": ["0"]})
    moderator.post(reverse("admin:accounts_job_start", args=[page.context["job"].uid]))
    while (job := Job.objects.defer("things").get()).finished_at is None:
        jobs.run(job.pk)
    assert (job.position, job.left_alone) == (job.total, 0)


def test_all_members_but_the_owner_are_removed(moderator, crowded):
    assert PostKey.objects.count() == MANY + 1

    do_to_all(moderator, "remove", of=f"{address(Membership, 'changelist')}?role__exact=member")

    assert (Membership.objects.count(), KeptOut.objects.count(), PostKey.objects.count()) == (1, MANY, 1)


def test_all_accounts_are_closed(moderator, crowded):
    mine, theirs = session_of(crowded[0]), session_of(crowded[-1])
    assert sessions.users_of([mine, theirs]) == {mine: crowded[0], theirs: crowded[-1]}

    do_to_all(moderator, "deactivate", of=f"{address(User, 'changelist')}?is_staff__exact=0")

    assert User.objects.filter(is_active=True).count() == 1
    User.objects.update(is_active=True)
    assert sessions.users_of([mine, theirs]) == {}
    # Rows of ended sessions are deleted when their time is over: nobody looks for them.
    assert Session.objects.count() > MANY
