"""Groups, posts and wrapped keys, for the tests of this folder."""

import time
import uuid
from collections.abc import Callable

from groups.models import Group
from posts.models import KeyBatch, Post, PostKey, SealedDraft, State
from tests.faults import people
from tests.faults.people import Member
from tests.faults.world import World

# With the shipped settings, after a fault has ended.
SECONDS_TO_PUBLISH = 10


def make_group(world: World, *, members: int, keys: int) -> tuple[Group, list[Member]]:
    """A group; the first member owns it."""
    name, port = f"g{uuid.uuid4().hex[:8]}", world.site.port
    made = [people.make(f"{name}-m{number}", keys=keys, port=port) for number in range(members)]
    return people.make_group(name, made), made


def wait_for(
    found: Callable[[], bool], *, seconds: float = SECONDS_TO_PUBLISH, watching: World | None = None
) -> float:
    """How long it took. A world that is watched over starts again what has ended, as a supervisor does."""
    began = time.monotonic()
    while not found():
        assert time.monotonic() - began < seconds, "It took too long."
        if watching is not None:
            watching.keep_running()
        time.sleep(0.02)
    return time.monotonic() - began


def is_published(uid: uuid.UUID) -> bool:
    return Post.objects.filter(uid=uid, current__state=State.PUBLISHED).exists()


def wrapped(uid: uuid.UUID) -> list[str]:
    """The names of those whose keys the post is wrapped for, one entry for each key."""
    return sorted(
        PostKey.objects.filter(revision__post__uid=uid).values_list("public_key__user__name", flat=True)
    )


def every_key_of(members: list[Member]) -> list[str]:
    return sorted(name for member in members for name in [member.user.name] * member.user.public_keys.count())


def unfinished(group: Group) -> int:
    """Rows of work that are left."""
    drafts, batches = (
        SealedDraft.objects.filter(revision__post__group=group),
        KeyBatch.objects.filter(revision__post__group=group),
    )
    return drafts.count() + batches.count()
