"""The same verbs as in rules.py, done by the product in PostgreSQL; and what is seen there, in the same words."""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone

from accounts.domain import keys, locks, users
from accounts.keys import chain, sent, starting_over
from accounts.keys.bodies import Members
from accounts.keys.errors import TooLate
from accounts.models import AccountKey as StoredKey
from accounts.models import PublicKey, User
from groups.domain import groups, members, removals
from groups.models import Group, KeptOut, Membership
from posts import lists
from posts.comments import commenting
from posts.lift import lifting
from posts.models import (
    AlreadyAnswered,
    Comment,
    KeyBatch,
    PostKey,
    ReadRequest,
    Revision,
)
from posts.models import Post as PostRow
from posts.publishing import deletions, fanout, posts, sweeping
from posts.requests import answering, asking, mutes, notices
from posts.requests.events import pending_count
from posts.requests.obstacles import COUNTED_FOR, PAUSE_AFTER_REFUSAL, CannotAsk
from secureblogs.crypto import public_keys, statements
from secureblogs.crypto.account_keys import AccountKey
from secureblogs.crypto.contents import SealedContent
from secureblogs.crypto.wrapping import WRAPPED_SIZES, generate_private_key, public_key_of
from secureblogs.crypto.x_wing import XWingPrivateKey
from tests.account import Account
from tests.cast import sealed_draft
from tests.posts.comments.writing import sealed
from tests.posts.model.rules import Device, Key, Number, Person, Rules, Said, Step
from tests.posts.model.seeing import Seeing, Seen

WRAPPED = bytes(WRAPPED_SIZES["x-wing"][0])
REFUSALS = (
    CannotAsk,
    TooLate,
    keys.AlreadyAdded,
    keys.NotSigned,
    answering.NothingGranted,
    answering.Revised,
    posts.NotNext,
    answering.WrongKeys,
    commenting.Deleted,
    commenting.NotAReader,
    commenting.OtherRevision,
    commenting.ParentGone,
    commenting.UidTaken,
    locks.Gone,
    members.IsKeptOut,
    members.NotAMember,
    asking.PostGone,
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
    drafts: dict[tuple[Number, int], bytes] = field(default_factory=dict)
    said: dict[Said, UUID] = field(default_factory=dict)
    # As the pages of their authors know them, and what was sent for each revision.
    comments: dict[Said, Comment] = field(default_factory=dict)
    sealed: dict[tuple[Said, int], SealedContent] = field(default_factory=dict)
    # What the browsers of people hold.
    secrets: dict[Key, AccountKey] = field(default_factory=dict)
    devices: dict[Person, dict[str, XWingPrivateKey]] = field(default_factory=dict)
    further: dict[tuple[Person, Device], XWingPrivateKey] = field(default_factory=dict)

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
        """The product's answer; raise whatever it should never say."""
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
            # A refused post has a uid and no row.
            if post := found.get(uid, self.posts.get(number)):
                self.posts[number] = post
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
        removals.remove(self._membership(person), by=by)

    def let_back_in(self, person: Person) -> None:
        by = Membership.objects.get(group=self.group, user=self.owner)
        kept_out = KeptOut.objects.filter(group=self.group, user=self.people[person]).first()
        removals.let_back_in(kept_out or KeptOut(pk=0, group=self.group), by=by)

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

    def find_unusable(self, key: Key) -> None:
        # The worker has nobody to tell that the key is gone.
        if not PublicKey.objects.filter(pk=self.keys[key].pk).exists():
            raise locks.Gone
        keys.mark_unusable(self.keys[key].pk)

    # --- Account keys ---

    def make_account(self, key: Key, person: Person) -> None:
        self._send(key, person, "new", None)

    def replace_account(self, key: Key, person: Person, after: Key) -> None:
        self._send(key, person, "routine", after)

    def start_over(self, key: Key, person: Person, after: Key) -> None:
        self._send(key, person, "reset", after)

    def _send(self, key: Key, person: Person, cause: str, after: Key | None) -> None:
        """Do as the browser of somebody who knows this key as the newest, whatever became of it since."""
        secret = None if after is None else self.secrets[after]
        account = self._account(person)
        if cause in statements.WITHOUT_BEFORE:
            account.devices = {}
        account.number = 1000 * (secret.generation if secret else 0) + 999
        new = () if cause == "routine" else ("Laptop",)
        made, body = account.body(cause, "Laptop", new=new, after=secret)
        self.secrets[key] = made
        asked = sent.account_key(Members(body))
        if cause == "reset":
            starting_over.ask(account.user, body, asked, session="")
        else:
            chain.replace(account.user, asked, session="")
        self.devices[person] = account.devices
        made_rows = PublicKey.objects.select_related("user").filter(user=account.user)
        self.keys[key] = made_rows.get(fingerprint=made.fingerprint.hex())

    def change_list(self, person: Person, after: Key, number: int, devices: tuple[Device, ...]) -> None:
        self._list(person, after, number, devices)

    def add_device(
        self, person: Person, after: Key, number: int, devices: tuple[Device, ...], new: Device
    ) -> None:
        self._list(person, after, number, (*devices, new), new=new)

    def _list(
        self, person: Person, after: Key, number: int, devices: tuple[Device, ...], *, new: Device = 0
    ) -> None:
        account, newest = self._account(person), self.secrets[after]
        account.keys, account.number = [newest], 1000 * newest.generation + number - 1
        first = account.device("Laptop")
        account.devices = {
            f"Device {each} {number}": self._device(person, each) if each else first for each in devices
        }
        added = (f"Device {new} {number}",) if new else ()
        account.change(account.list_body(*account.devices, new=added))

    def _device(self, person: Person, device: Device) -> XWingPrivateKey:
        # Of two at the same moment the same one.
        return self.further.setdefault((person, device), XWingPrivateKey(os.urandom(32)))

    def lift(self, person: Person, newest: Key) -> None:
        user = self._account(person).user
        rows = PostKey.objects.filter(public_key__user=user, public_key__replaced_by=self.keys[newest])
        wraps = [
            lifting.Wrap(str(row.revision.post.uid), row.revision.number, row.public_key.fingerprint, WRAPPED)
            for row in rows.select_related("revision__post", "public_key")
        ]
        lifting.lift(user, fingerprint=self.keys[newest].fingerprint, wraps=wraps, objects=[])

    def _account(self, person: Person) -> Account:
        user = self.people[person]
        # What is deleted in Python has no pk any more.
        if not User.objects.filter(uid=user.uid).exists():
            raise locks.Gone
        return Account(user, devices=dict(self.devices.get(person, {})))

    def delete_group(self) -> None:
        # Deleting one in Python takes its pk away.
        groups.delete(Group(pk=self.group.pk))

    # --- Posts ---

    def submit(self, number: Number, author: Person) -> None:
        uid, user = self.uids.setdefault(number, uuid4()), self.people[author]
        with transaction.atomic():
            # A browser whose key was replaced meanwhile signs again: here it knows that at once.
            locks.lock_people(user)
            newest = StoredKey.objects.newest_of(user)
            secret = self._secret(newest) if newest else None
            draft = sealed_draft(user, self.group, uid=uid, title="A post", body="", account_key=secret)
            post, _ = posts.submit(self.group, author=user, uid=uid, title="A post", draft=draft)
        self.posts[number] = post

    def _secret(self, row: StoredKey) -> AccountKey:
        fingerprint = bytes.fromhex(row.public_key.fingerprint)
        return next(each for each in self.secrets.values() if each.fingerprint == fingerprint)

    def encrypt(self, number: Number) -> None:
        newest = Revision.objects.filter(post=self.posts[number].pk).order_by("-number").first()
        posts.encrypt(newest.pk if newest else 0)

    def revise(self, number: Number, revision: int, author: Person) -> None:
        user, row = self.people[author], self.posts[number]
        with transaction.atomic():
            locks.lock_people(user)
            newest = StoredKey.objects.newest_of(user)
            secret = self._secret(newest) if newest else None
            made = sealed_draft(
                user,
                self.group,
                uid=row.uid,
                title="A post",
                body="",
                account_key=secret,
                revision=revision,
            )
            # Who sends it again sends the same bytes.
            draft = self.drafts.get((number, revision), made)
            post = PostRow(pk=row.pk, uid=row.uid, group=self.group, author=user)
            posts.revise(post, revision=revision, title="A post", draft=draft)
            self.drafts[number, revision] = draft

    def wrap(self, number: Number, batch: tuple[Key, ...]) -> None:
        pks = sorted(self.keys[key].pk for key in batch)
        planned = KeyBatch.objects.filter(revision__post=self.posts[number].pk)
        fanout.wrap_batch(next((each.pk for each in planned if sorted(each.public_keys) == pks), 0))

    def sweep(self) -> None:
        sweeping.sweep()

    def delete(self, number: Number) -> None:
        row = self.posts[number]
        deletions.delete(PostRow(pk=row.pk, uid=row.uid, group=row.group, author=row.author))

    # --- Comments ---

    def comment(self, said: Said, number: Number, author: Person, parent: Said) -> None:
        user, uid = self.people[author], self.said.setdefault(said, uuid4())
        content = self._sealed(said, 1)
        answered = self.said[parent] if parent >= 0 else None
        row = self.posts[number]
        post = PostRow(pk=row.pk, uid=row.uid, group=self.group, author=row.author)
        self.comments[said], _ = commenting.write(post, author=user, uid=uid, parent=answered, sealed=content)

    def edit_comment(self, said: Said, revision: int) -> None:
        commenting.edit(self.comments[said], revision=revision, sealed=self._sealed(said, revision))

    def delete_comment(self, said: Said) -> None:
        commenting.delete(self.comments[said])

    def _sealed(self, said: Said, revision: int) -> SealedContent:
        return self.sealed.setdefault((said, revision), sealed())

    # --- Asking and answering ---

    def ask(self, number: Number, asker: Person) -> str:
        _, is_new = asking.ask(self.posts[number], asker=self.people[asker])
        return "asked" if is_new else "waits"

    def ask_all(self, asker: Person) -> str:
        asking.ask_all(self.group, asker=self.people[asker])
        return "asked"

    def withdraw(self, number: Number, asker: Person) -> None:
        asking.withdraw(self.requests[number, asker])

    def approve(self, number: Number, asker: Person, keys: tuple[Key, ...], revision: int) -> None:
        wrapped = {self.keys[key].fingerprint: WRAPPED for key in keys}
        answering.approve(self.requests[number, asker], keys=wrapped, revision=revision)

    def reject(self, number: Number, asker: Person) -> None:
        answering.reject(self.requests[number, asker])

    def withdraw_grant(self, number: Number, asker: Person) -> None:
        answering.withdraw_grant(self.requests[number, asker])

    def report(self, number: Number, asker: Person, keys: tuple[Key, ...]) -> None:
        fingerprints = [self.keys[key].fingerprint for key in keys]
        answering.report_wrong(self.requests[number, asker], fingerprints=fingerprints)

    def mute(self, author: Person, asker: Person) -> None:
        mutes.mute(self.people[author], asker=self.people[asker])

    def unmute(self, author: Person, asker: Person) -> None:
        mutes.unmute(self.people[author], asker=self.people[asker])

    def mark_seen(self, author: Person) -> None:
        notices.mark_seen(self.people[author], until=timezone.now())

    def let_a_week_pass(self) -> None:
        refused = ReadRequest.objects.filter(post__group=self.group, state="rejected")
        refused.update(answered_at=F("answered_at") - PAUSE_AFTER_REFUSAL - timedelta(minutes=1))
        asked = ReadRequest.objects.filter(post__group=self.group)
        asked.update(counted_from=F("counted_from") - COUNTED_FOR - timedelta(minutes=1))

    # --- What can be seen ---

    def seen(self) -> Seen:
        """All that the rules speak of."""
        person_of = {user.pk: person for person, user in self.people.items()}
        return Seeing(
            group=self.group.pk,
            owner=self.owner.pk,
            people=person_of,
            posts={row.pk: number for number, row in self.posts.items()},
            keys={row.pk: key for key, row in self.keys.items()},
            said={uid: said for said, uid in self.said.items()},
        ).seen()

    def batches(self) -> set[tuple[Number, tuple[Key, ...]]]:
        """The keys of each batch that waits, in their order."""
        number_of = {row.pk: number for number, row in self.posts.items()}
        key_of = {row.pk: key for key, row in self.keys.items()}
        planned = KeyBatch.objects.filter(revision__post__group=self.group).values_list(
            "revision__post", "public_keys"
        )
        return {(number_of[post], tuple(sorted(key_of[key] for key in keys))) for post, keys in planned}

    def seen_by(self, person: Person) -> dict[str, object]:
        """The permission queryset, the lists and the counts, as one person gets them."""
        user = self.people[person]
        number_of = {row.pk: number for number, row in self.posts.items()}
        number_of_uid = {row.uid: number for number, row in self.posts.items()}
        person_of = {each.pk: number for number, each in self.people.items()}
        waiting = ReadRequest.objects.to_answer_by(user).pending().values_list("post", "asker")
        listed = PostRow.objects.listed_for(user).with_access(user)
        page = lists.page(user, QueryDict(), group=self.group).rows
        return {
            "readable": {number_of[post.pk] for post in listed if post.is_readable},
            "listed": {number_of_uid[post.uid]: post.is_readable for post in page},
            "waiting": {(number_of[post], person_of[asker]) for post, asker in waiting},
            "pending": pending_count(user),
        }


def expected(rules: Rules) -> dict[str, object]:
    """The rules' `Product.seen`."""
    return {
        "members": set(rules.members),
        "kept out": rules.kept_out,
        "posts": {number: [post.state, post.revision] for number, post in rules.posts.items()},
        "edits": {number: post.edit for number, post in rules.posts.items() if post.edit},
        "joined later": {
            (number, person)
            for number, post in rules.posts.items()
            for person, joining in rules.members.items()
            if joining > post.joined_before
        },
        "batches": {(number, batch) for number, post in rules.posts.items() for batch in post.batches},
        "wrapped": rules.wrapped,
        "wrapped of edits": rules.fresh,
        "wrapped of earlier ones": rules.earlier,
        "comments": {
            said: (each.post, each.author if each.state == "there" else None, each.revision, each.parent)
            for said, each in rules.comments.items()
            if each.state != "gone"
        },
        "requests": {each: (request.state, request.pinned) for each, request in rules.requests.items()},
        "muted": rules.muted,
        "closed": rules.closed,
        "active keys": rules.active,
        "links": rules.links,
        "lists": rules.lists,
        "boxes": Counter({person: len(devices) for person, (_, _, devices) in rules.lists.items()}),
        "noticed": rules.noticed,
    }


def expected_by(rules: Rules, person: Person) -> dict[str, object]:
    """The rules' `Product.seen_by`."""
    readable, waiting = rules.readable_by(person), rules.waiting_for(person)
    return {
        "readable": readable,
        "listed": {number: number in readable for number in rules.listed_for(person)},
        "waiting": waiting,
        "pending": len(waiting),
    }
