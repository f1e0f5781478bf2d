"""An account or a group is deleted, or handed over, in the very moment in which somebody does something with it.

Each pair is tried in both orders: the second begins when the first has done all but the commit. Nothing of what was
deleted is left, a group that is there has an owner, and nobody waits for ever.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import pytest
from django.db import connections, transaction
from pytest_django import DjangoDbBlocker

from accounts.domain import jobs, locks
from accounts.models import Job, PublicKey, User
from groups.domain import groups, leaving, members, ownership
from groups.models import Group, Membership, Role
from posts.comments import commenting
from posts.files import cleaning, uploading
from posts.models import AlreadyAnswered, Comment, Post, PostKey, ReadRequest, StoredFile
from posts.publishing import posts
from posts.requests import answering, asking
from tests.cast import Person, make_person
from tests.concurrently import looker, wait_until_done_or_blocked
from tests.posts.comments.writing import comment_by
from tests.snapshot import Snapshot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

REFUSALS = (
    AlreadyAnswered,
    answering.NothingGranted,
    asking.PostGone,
    commenting.CannotWrite,
    members.GroupLocked,
    jobs.LeftAlone,
    locks.Gone,
    members.LastOwner,
    members.NotAllowed,
    members.NotAMember,
    members.CannotOwn,
    User.DoesNotExist,
    Membership.DoesNotExist,
    Post.DoesNotExist,
    StoredFile.DoesNotExist,
    ReadRequest.DoesNotExist,
)


@dataclass
class Scene:
    """Alice owns the group in which Bob has written; Carol, who came late, asks him; and he uploads a file."""

    alice: Person
    bob: Person
    carol: Person
    group: int
    hers: int
    his: int
    file: int
    wrapped: dict[str, bytes]

    def _membership(self, person: Person) -> Membership:
        return Membership.objects.select_related("group", "user").get(group=self.group, user=person.user.pk)

    def _post(self, pk: int) -> Post:
        return Post.objects.select_related("group", "author", "current").get(pk=pk)

    # --- What ends something ---

    def delete_account(self, *, keep: bool) -> None:
        leaving.delete_account(User.objects.get(pk=self.bob.user.pk), keep_written=keep, heirs={})

    def delete_owner(self) -> None:
        heirs = {self.group: self._membership(self.bob)}
        leaving.delete_account(User.objects.get(pk=self.alice.user.pk), keep_written=True, heirs=heirs)

    def delete_group(self) -> None:
        ownership.delete(Group(pk=self.group), by=User.objects.get(pk=self.alice.user.pk))

    def hand_over(self, to: str) -> None:
        ownership.hand_over(self._membership(getattr(self, to)), by=self._membership(self.alice))

    # --- What somebody does meanwhile ---

    def publish(self) -> None:
        post = self.bob.submit(
            Group.objects.filter(pk=self.group).first() or Group(pk=self.group, uid=uuid.uuid4())
        )
        posts.encrypt(post.current.pk)

    def comment(self, by: str, post: str) -> None:
        comment_by(getattr(self, by), self._post(getattr(self, post)))

    def announce(self) -> None:
        there = Group.objects.get(pk=self.group) if Group.objects.filter(pk=self.group).exists() else None
        self.bob.upload(uuid.uuid4(), group=there)

    def upload(self) -> None:
        file = StoredFile.objects.get(pk=self.file)
        uploading.take_part(file, 0, os.urandom(file.size_of_part(0)))

    def grant(self) -> None:
        request = ReadRequest.objects.with_people().get(post=self.his)
        answering.approve(request, keys=self.wrapped, revision=1)

    def leave(self) -> None:
        members.leave(self._membership(self.bob))


ENDS: dict[str, Callable[[Scene], None]] = {
    "account": partial(Scene.delete_account, keep=False),
    "account, but not what it wrote": partial(Scene.delete_account, keep=True),
    "owner's account": Scene.delete_owner,
    "group": Scene.delete_group,
    "hand over": partial(Scene.hand_over, to="bob"),
}
MEANWHILE: dict[str, Callable[[Scene], None]] = {
    **ENDS,
    "hand over to another": partial(Scene.hand_over, to="carol"),
    "publish": Scene.publish,
    "comment": partial(Scene.comment, by="bob", post="hers"),
    "comment below it": partial(Scene.comment, by="alice", post="his"),
    "announce": Scene.announce,
    "upload": Scene.upload,
    "grant": Scene.grant,
    "leave": Scene.leave,
}


@pytest.fixture(scope="module")
def place(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Scene, Snapshot, ThreadPoolExecutor, Callable[[], int]]]:
    with django_db_blocker.unblock(), ThreadPoolExecutor(max_workers=1) as elsewhere, looker() as blocked:
        rows = Snapshot("leaving")
        alice, bob, carol = make_person("Alice"), make_person("Bob"), make_person("Carol")
        group = groups.create("Walkers", owner=alice.user)
        members.join(group, user=bob.user)
        hers, his = alice.publish(group), bob.publish(group, files=1)
        members.join(group, user=carol.user)
        request, _ = asking.ask(his, asker=carol.user)
        file, _ = uploading.announce(bob.user, uid=uuid.uuid4(), post=uuid.uuid4(), size=1096, group=group)
        scene = Scene(alice, bob, carol, group.pk, hers.pk, his.pk, file.pk, bob.rewraps(request))
        rows.take()
        yield scene, rows, elsewhere, blocked
        elsewhere.submit(connections.close_all).result()
        rows.forget()


def answer(what: Callable[[Scene], None], scene: Scene) -> str:
    """What its doer is told: nothing, or why not."""
    try:
        with transaction.atomic():
            what(scene)
    except REFUSALS as refusal:
        return type(refusal).__name__
    return ""


def left(scene: Scene, done: set[str]) -> list[str]:
    """What should not be there any more, or should be, after these were done; nothing if all is well."""
    for job in Job.objects.filter(finished_at=None):
        jobs.run(job.pk)
    cleaning.clear()
    bob = scene.bob.user.pk
    found = {
        "a job": Job.objects.filter(finished_at=None).exists(),
        "a group without an owner": Membership.objects.exists()
        and not Membership.objects.filter(role=Role.OWNER).exists(),
        "two owners": Membership.objects.filter(role=Role.OWNER).count() > 1,
    }
    if "group" in done:
        found |= {
            "the group": Group.objects.exists(),
            "a post": Post.objects.exists(),
            "a comment": Comment.objects.exists(),
            "a member": Membership.objects.exists(),
        }
    if done & {"account", "account, but not what it wrote"}:
        found |= {
            "a membership": Membership.objects.filter(user=bob).exists(),
            "a key": PublicKey.objects.active().filter(user=bob).exists(),
            "a wrapped key": PostKey.objects.filter(public_key__user=bob).exists(),
            "an account": User.objects.filter(pk=bob, left_at=None).exists(),
        }
    if "account" in done and "account, but not what it wrote" not in done:
        found |= {
            "somebody": User.objects.filter(pk=bob).exists(),
            "his post": Post.objects.filter(pk=scene.his).exists(),
            "a file": StoredFile.objects.exists(),
        }
    return [what for what, is_there in found.items() if is_there]


@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_left_and_nobody_waits_for_ever(end, place):
    scene, rows, elsewhere, blocked = place
    faults = []
    # Of two ends, each order is tried with one of them.
    for other in [
        each for each in MEANWHILE if each not in ENDS or [*ENDS].index(each) >= [*ENDS].index(end)
    ]:
        for first, second in {(end, other), (other, end)}:
            rows.put_back()
            with transaction.atomic():
                one = answer(MEANWHILE[first], scene)
                begun = elsewhere.submit(answer, MEANWHILE[second], scene)
                wait_until_done_or_blocked(begun, blocked)
            two = begun.result(timeout=60)
            done = {name for name, said in ((first, one), (second, two)) if not said}
            faults += [f"{first} ({one}), {second} ({two}): {what}" for what in left(scene, done)]
            assert one == "", "The first finds everything as it was."

    assert faults == []
