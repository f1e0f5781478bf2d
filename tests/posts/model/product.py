"""The same verbs as in rules.py, done by the product in PostgreSQL; and what is seen there, in the same words."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from uuid import UUID, uuid4

from django.db.models import F
from django.http import QueryDict

from accounts.domain import keys, locks, users
from accounts.models import PublicKey, User
from groups.domain import groups, members
from groups.models import Group, Membership
from posts import post_lists
from posts.domain import answers, fanout, mutes, publishing, read_requests
from posts.domain.obstacles import COUNTED_FOR, PAUSE_AFTER_REFUSAL, CannotAsk
from posts.domain.request_moves import AlreadyAnswered
from posts.domain.request_news import pending_count
from posts.models import KeyBatch, Mute, PostKey, ReadRequest
from posts.models import Post as PostRow
from secureblogs.crypto import public_keys
from secureblogs.crypto.wrapping import WRAPPED_SIZES, generate_private_key, public_key_of
from tests.cast import sealed_draft
from tests.posts.model.rules import Key, Number, Person, Rules, Step

WRAPPED = bytes(WRAPPED_SIZES["x-wing"][0])
REFUSALS = (
    CannotAsk,
    answers.NothingGranted,
    answers.WrongKeys,
    locks.Gone,
    members.NotAMember,
    read_requests.PostGone,
)


@cache
def public_key(number: int) -> public_keys.PublicKey:
    """A key to hand out: making one costs more than all the rest, and each example begins anew."""
    return public_key_of(generate_private_key())


@dataclass
class Product:
    """A group of its own, with people of its own, among whatever else is in the database."""

    group: Group
    owner: User
    people: dict[Person, User]
    keys: dict[Key, PublicKey] = field(default_factory=dict)
    posts: dict[Number, PostRow] = field(default_factory=dict)
    uids: dict[Number, UUID] = field(default_factory=dict)
    requests: dict[tuple[Number, Person], ReadRequest] = field(default_factory=dict)

    @classmethod
    def of(cls, names: list[str]) -> "Product":
        # The owner only keeps the group, so that everybody else can come and go.
        owner = cls._person("Owner")
        people = {number: cls._person(name) for number, name in enumerate(names)}
        return cls(groups.create("Walkers", owner=owner), owner, people)

    @staticmethod
    def _person(name: str) -> User:
        return User.objects.create(email=f"{uuid4().hex}@example.org", name=name)

    def take(self, step: Step) -> str:
        """What the product answers; whatever it should never say is raised."""
        try:
            return getattr(self, step.verb)(*step.about) or ""
        except AlreadyAnswered as answered:
            return f"AlreadyAnswered: {answered.state}"
        except REFUSALS as refusal:
            return type(refusal).__name__

    def look(self) -> None:
        """Know the rows that a step may have made."""
        rows = PostRow.objects.filter(group=self.group).select_related("group", "author")
        found = {row.uid: row for row in rows}
        for number, uid in self.uids.items():
            self.posts[number] = found.get(uid, self.posts[number])
        numbers = {row.pk: number for number, row in self.posts.items()}
        people = {user.pk: person for person, user in self.people.items()}
        for row in ReadRequest.objects.filter(post__group=self.group).with_people():
            self.requests[numbers[row.post_id], people[row.asker_id]] = row

    # --- People and their keys ---

    def join(self, person: Person) -> None:
        members.join(self.group, user=self.people[person])

    def leave(self, person: Person) -> None:
        members.leave(self._membership(person))

    def remove(self, person: Person) -> None:
        by = Membership.objects.get(group=self.group, user=self.owner)
        members.remove(self._membership(person), by=by)

    def _membership(self, person: Person) -> Membership:
        user = self.people[person]
        found = Membership.objects.filter(group=self.group, user=user).first()
        return found or Membership(pk=0, group=self.group, user=user)

    def end_account(self, person: Person) -> None:
        users.delete(self._again(self.people[person]))

    def close_account(self, person: Person) -> None:
        users.deactivate(self._again(self.people[person]))

    def open_account(self, person: Person) -> None:
        users.activate(self._again(self.people[person]))

    def _again(self, user: User) -> User:
        # Deleting one in Python takes its pk away.
        return User(pk=user.pk, uid=user.uid)

    def add_key(self, key: Key, person: Person) -> None:
        self.keys[key] = keys.add(self.people[person], public_key=public_key(key))

    def revoke(self, key: Key) -> None:
        keys.revoke(self.keys[key])

    # --- Posts ---

    def submit(self, number: Number, author: Person) -> None:
        uid, user = uuid4(), self.people[author]
        draft = sealed_draft(user, self.group, uid=uid, title="A post", body="")
        self.posts[number], _ = publishing.submit(
            self.group, author=user, uid=uid, title="A post", draft=draft
        )
        self.uids[number] = uid

    def encrypt(self, number: Number) -> None:
        publishing.encrypt(self.posts[number].pk)

    def wrap(self, number: Number, batch: tuple[Key, ...]) -> None:
        pks = sorted(self.keys[key].pk for key in batch)
        planned = KeyBatch.objects.filter(post_id=self.posts[number].pk)
        fanout.wrap_batch(next((each.pk for each in planned if sorted(each.public_keys) == pks), 0))

    def delete(self, number: Number) -> None:
        row = self.posts[number]
        publishing.delete(PostRow(pk=row.pk, uid=row.uid, group=row.group, author=row.author))

    # --- Asking and answering ---

    def ask(self, number: Number, asker: Person) -> str:
        _, is_new = read_requests.ask(self.posts[number], asker=self.people[asker])
        return "asked" if is_new else "waits"

    def ask_all(self, asker: Person) -> str:
        read_requests.ask_all(self.group, asker=self.people[asker])
        return "asked"

    def withdraw(self, number: Number, asker: Person) -> None:
        read_requests.withdraw(self.requests[number, asker])

    def approve(self, number: Number, asker: Person, keys: tuple[Key, ...]) -> None:
        wrapped = {self.keys[key].fingerprint: WRAPPED for key in keys}
        answers.approve(self.requests[number, asker], keys=wrapped)

    def reject(self, number: Number, asker: Person) -> None:
        answers.reject(self.requests[number, asker])

    def withdraw_grant(self, number: Number, asker: Person) -> None:
        answers.withdraw_grant(self.requests[number, asker])

    def report(self, number: Number, asker: Person, keys: tuple[Key, ...]) -> None:
        fingerprints = [self.keys[key].fingerprint for key in keys]
        answers.report_wrong(self.requests[number, asker], fingerprints=fingerprints)

    def mute(self, author: Person, asker: Person) -> None:
        mutes.mute(self.people[author], asker=self.people[asker])

    def unmute(self, author: Person, asker: Person) -> None:
        mutes.unmute(self.people[author], asker=self.people[asker])

    def let_a_week_pass(self) -> None:
        refused = ReadRequest.objects.filter(post__group=self.group, state="rejected")
        refused.update(answered_at=F("answered_at") - PAUSE_AFTER_REFUSAL - timedelta(minutes=1))
        asked = ReadRequest.objects.filter(post__group=self.group)
        asked.update(counted_from=F("counted_from") - COUNTED_FOR - timedelta(minutes=1))

    # --- What can be seen ---

    def seen(self) -> dict[str, object]:
        """All that the rules speak of."""
        number_of = {row.pk: number for number, row in self.posts.items()}
        key_of = {row.pk: key for key, row in self.keys.items()}
        person_of = {user.pk: person for person, user in self.people.items()}
        requests = ReadRequest.objects.filter(post__group=self.group)
        pinned: dict[int, set[Key]] = {}
        for pk, key in requests.values_list("pk", "public_keys"):
            pinned.setdefault(pk, set()).update({key_of[key]} if key else set())
        rows = PostRow.objects.filter(group=self.group)
        wrapped = PostKey.objects.filter(post__group=self.group)
        return {
            "members": {
                person_of[pk]
                for pk in Membership.objects.filter(group=self.group)
                .exclude(user=self.owner)
                .values_list("user", flat=True)
            },
            "posts": {number_of[pk]: state for pk, state in rows.values_list("pk", "state")},
            "batches": self.batches(),
            "wrapped": {
                (number_of[post], key_of[key]): granted_at is not None
                for post, key, granted_at in wrapped.values_list("post", "public_key", "granted_at")
            },
            "requests": {
                (number_of[post], person_of[asker]): (state, frozenset(pinned[pk]))
                for pk, post, asker, state in requests.values_list("pk", "post", "asker", "state")
            },
            "muted": {
                (person_of[author], person_of[asker])
                for author, asker in Mute.objects.filter(asker__in=person_of).values_list("author", "asker")
            },
            "closed": {
                person_of[pk]
                for pk in User.objects.filter(pk__in=person_of, is_active=False).values_list("pk", flat=True)
            },
        }

    def batches(self) -> set[tuple[Number, tuple[Key, ...]]]:
        """The keys of each batch that waits, in their order."""
        number_of = {row.pk: number for number, row in self.posts.items()}
        key_of = {row.pk: key for key, row in self.keys.items()}
        planned = KeyBatch.objects.filter(post__group=self.group).values_list("post", "public_keys")
        return {(number_of[post], tuple(sorted(key_of[key] for key in keys))) for post, keys in planned}

    def seen_by(self, person: Person) -> dict[str, object]:
        """What the permission queryset, the lists and the counts say to one person."""
        user = self.people[person]
        number_of = {row.pk: number for number, row in self.posts.items()}
        number_of_uid = {row.uid: number for number, row in self.posts.items()}
        person_of = {each.pk: number for number, each in self.people.items()}
        waiting = ReadRequest.objects.to_answer_by(user).pending().values_list("post", "asker")
        page = post_lists.page(user, QueryDict(), group=self.group).posts
        return {
            "readable": {
                number_of[pk] for pk in PostRow.objects.readable_by(user).values_list("pk", flat=True)
            },
            "listed": {number_of_uid[post.uid]: post.is_readable for post in page},
            "waiting": {(number_of[post], person_of[asker]) for post, asker in waiting},
            "pending": pending_count(user),
        }


def expected(rules: Rules) -> dict[str, object]:
    """What `Product.seen` has to be."""
    return {
        "members": set(rules.members),
        "posts": {number: post.state for number, post in rules.posts.items()},
        "batches": {(number, batch) for number, post in rules.posts.items() for batch in post.batches},
        "wrapped": rules.wrapped,
        "requests": {each: (request.state, request.pinned) for each, request in rules.requests.items()},
        "muted": rules.muted,
        "closed": rules.closed,
    }


def expected_by(rules: Rules, person: Person) -> dict[str, object]:
    """What `Product.seen_by` has to be."""
    readable, waiting = rules.readable_by(person), rules.waiting_for(person)
    return {
        "readable": readable,
        "listed": {number: number in readable for number in rules.listed_for(person)},
        "waiting": waiting,
        "pending": len(waiting),
    }
