"""What one person may have: a page says it before, and beyond it the answer is 429, for people and for programs."""

import base64
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.domain.quotas import QuotaMet
from groups.domain import invitations, members
from groups.models import Group, Invitation, Joining, Membership, Role
from posts.models import Post, ReadRequest
from posts.publishing import deletions
from tests.answers import Answer
from tests.cast import Person, sealed_draft
from tests.concurrently import concurrently
from tests.pages import main, signed_in
from tests.posts.keys import new_pem

JSON = {"Accept": "application/json"}
HTML = {"Accept": "text/html"}
HOUR, DAY, WEEK = 60 * 60, 24 * 60 * 60, 7 * 24 * 60 * 60


@dataclass
class Place:
    """Alice in her group, with posts of Bob's that she joined too late for."""

    alice: Person
    group: Group
    posts: list[Post]

    @property
    def client(self) -> Client:
        return signed_in(self.alice)

    def make_group(self, **headers: str) -> Answer:
        fields = {"name": "Another", "joining": Joining.INVITATION}
        return self.client.post("/groups/new/", fields, headers=headers)

    def publish(self, **headers: str) -> Answer:
        uid = uuid.uuid4()
        draft = sealed_draft(self.alice.user, self.group, uid=uid, title="Hello", body="World")
        body = {"uid": str(uid), "title": "Hello", "draft": base64.b64encode(draft).decode()}
        address = f"/groups/{self.group.slug}/posts/"
        return self.client.post(address, body, content_type="application/json", headers=headers)

    def add_key(self, **headers: str) -> Answer:
        return self.client.post("/keys/", {"label": "Desk", "public_key": new_pem()}, headers=headers)

    def invite(self, **headers: str) -> Answer:
        return self.client.post(f"/groups/{self.group.slug}/invitations/", {"days": 7}, headers=headers)

    def ask(self, **headers: str) -> Answer:
        post = Post.objects.exclude(author=self.alice.user).exclude(read_requests__asker=self.alice.user)
        return self.client.post(f"/posts/{post[0].uid}/request_read/", headers=headers)


@pytest.fixture
def place(alice: Person, bob: Person, group: Group) -> Place:
    Membership.objects.filter(group=group, user=alice.user).update(role="moderator")
    Membership.objects.filter(group=group, user=bob.user).update(role="owner")
    members.leave(Membership.objects.get(group=group, user=alice.user))
    posts = [bob.publish(group, title=f"Post {number}") for number in range(3)]
    members.join(group, user=alice.user, role=Role.MODERATOR)
    return Place(alice, group, posts)


@dataclass
class Case:
    setting: str
    most: int
    do: Callable[..., Answer]
    done: tuple[int, int]
    page: str
    close: str
    met: str
    seconds: int
    # What is sent as JSON is answered so.
    takes_json: bool = False


CASES = [
    Case("QUOTA_GROUPS", 1, Place.make_group, (302, 302), "/groups/new/",
         "You own 0 of the 1 group that one person may own.",
         "You own 1 group, and no more are possible. Delete it or hand it over, then make another one.", HOUR),
    Case("QUOTA_POSTS_A_DAY", 1, Place.publish, (201, 201), "/groups/walkers/posts/new/",
         "You published 0 of the 1 post that one person may publish in a day, edits included.",
         "You published 1 post within a day, edits included, and no more are possible. You may publish again in 1 day.",
         DAY, True),
    Case("QUOTA_OWN_KEYS", 2, Place.add_key, (302, 201), "/keys/",
         "You have 1 of the 2 keys of their own that one person may have.",
         "You have 2 keys of your own, and more are not possible. Revoke one that you no longer use.", HOUR),
    Case("QUOTA_INVITATIONS", 1, Place.invite, (200, 200), "/groups/walkers/members/",
         "You have 0 of the 1 working link that one person may have.",
         "1 link of yours lets people in, and no more may. Revoke it, or wait until it ends in 1 week.", WEEK),
    Case("QUOTA_WAITING_REQUESTS", 1, Place.ask, (302, 201), "/groups/walkers/",
         "The newest 1 at first: no more may wait for an answer at once.",
         "1 request of yours waits, and no more may. Ask again when it is answered, or withdraw it.", HOUR),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.setting)
def test_a_quota_is_said_before_and_beyond_it_is_429_that_says_when(settings, place, case):
    setattr(settings, case.setting, case.most)
    before = main(place.client.get(case.page)).seen
    assert case.close in before

    assert case.do(place, **HTML).status_code in case.done

    after = main(place.client.get(case.page))
    assert (case.met in after.seen, case.close in after.seen) == (True, False)
    counted = everything()
    program, person = case.do(place, **JSON), case.do(place, **HTML)
    assert everything() == counted
    (sentence,) = program.json()["errors"]["__all__"]
    assert (program.status_code, sentence.replace("\xa0", " ")) == (429, case.met)
    for answer in (program, person):
        assert case.seconds - 60 <= int(answer.headers["Retry-After"]) <= case.seconds
    if case.takes_json:
        assert person.json() == program.json()
        return
    assert person.status_code == 429
    assert main(person).one("h1").text == "No more for now"
    assert main(person).one("p", class_="empty__text").text == case.met


def everything() -> list[int]:
    return [model.objects.count() for model in (Group, Post, Invitation, ReadRequest)]


def test_there_is_room_again_for_what_ended(settings, place):
    settings.QUOTA_INVITATIONS = settings.QUOTA_WAITING_REQUESTS = 1
    assert (place.invite().status_code, place.ask().status_code) == (200, 201)

    Invitation.objects.update(expires_at=timezone.now())
    ReadRequest.objects.update(state="withdrawn")

    assert (place.invite().status_code, place.ask().status_code) == (200, 201)
    # Everybody has their own.
    assert invitations.create(place.group, by=Membership.objects.get(role="owner").user)


def test_a_deleted_post_counts_until_the_day_is_over(settings, place, monkeypatch):
    settings.QUOTA_POSTS_A_DAY = 1
    assert place.publish().status_code == 201
    deletions.delete(Post.objects.get(author=place.alice.user))
    assert place.publish().status_code == 429

    # The clock of this process alone: the row in the database says when the day began.
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=23))
    assert "You may publish again in 1 hour." in main(place.client.get("/groups/walkers/posts/new/")).seen


def test_an_edit_counts_as_a_post_of_the_day(settings, place):
    settings.QUOTA_POSTS_A_DAY = 2
    post = place.alice.publish(place.group)
    place.alice.edit(post)
    post = Post.objects.get(pk=post.pk)
    assert (
        "You published 2 posts within a day, edits included"
        in main(place.client.get(f"/posts/{post.uid}/edit/")).seen
    )

    with pytest.raises(QuotaMet):
        place.alice.revise(post)
    assert post.revisions.count() == 2


# Of one who asks twice for the same post the second finds that it waits.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "case", [case for case in CASES if case.do is not Place.ask], ids=lambda case: case.setting
)
def test_of_two_at_the_same_moment_one_is_too_many(settings, place, case):
    setattr(settings, case.setting, case.most)

    with concurrently() as run:
        answers = [run(case.do, place, **HTML) for _ in range(2)]

    first, second = sorted(answer.result().status_code for answer in answers)
    assert (first in case.done, second) == (True, 429)
