"""The rules of one group's read requests, in the words of the product and in a few sets: the model of test_model.py.

People, keys and posts are numbers, in the order in which they came. Each verb says what the product has to answer.
"""

from collections.abc import Callable, Collection
from copy import copy
from dataclasses import dataclass, field, replace

BATCH_SIZE = 2
MOST_WAITING = 3
MOST_TIMES = 2
UNANSWERED = {"withdrawn", "closed"}

Key = int
Person = int
Said = int
Number = int
Device = int
# (post, key), or (post, revision, key), to whether it came by a grant.
Wrapped = dict[tuple[int, ...], bool]


@dataclass(frozen=True)
class Step:
    """A verb of the model and of the product, with what it is about."""

    verb: str
    about: tuple[int | tuple[int, ...], ...]

    def __str__(self) -> str:
        return f"{self.verb}({', '.join(map(str, self.about))})"


@dataclass(frozen=True)
class Post:
    author: Person
    # How often somebody had joined by then.
    joined_before: int
    state: str = "queued"
    # Of the revision that is on its way.
    batches: tuple[tuple[Key, ...], ...] = ()
    # The revision that readers are shown, and where the next one is on its way.
    revision: int = 1
    edit: str = ""


@dataclass(frozen=True)
class Request:
    state: str
    pinned: frozenset[Key]
    is_refused_lately: bool = False
    # In a row, without an answer.
    times_asked: int = 1


@dataclass(frozen=True)
class Comment:
    post: Number
    author: Person
    # What it answers, or -1.
    parent: Said
    revision: int = 1
    # `there`; `deleted`, while its place is kept for its answers; `gone`.
    state: str = "there"


def _batches(keys: list[Key]) -> tuple[tuple[Key, ...], ...]:
    return tuple(tuple(keys[at : at + BATCH_SIZE]) for at in range(0, len(keys), BATCH_SIZE))


@dataclass
class Rules:
    """The state; equal for two orders of events that nobody can tell apart."""

    people: set[Person]
    # The number of the joining: who comes back has a higher one.
    members: dict[Person, int] = field(default_factory=dict)
    joinings: int = 0
    # People who were removed, and join no more until somebody lets them back in.
    kept_out: set[Person] = field(default_factory=set)
    owners: dict[Key, Person] = field(default_factory=dict)
    active: set[Key] = field(default_factory=set)
    # Found by a worker, and not revoked.
    unusable: set[Key] = field(default_factory=set)
    submitted: Number = -1
    posts: dict[Number, Post] = field(default_factory=dict)
    wrapped: Wrapped = field(default_factory=dict)
    # The same of the edit that is on its way, and of each earlier revision, which only authors keep.
    fresh: Wrapped = field(default_factory=dict)
    earlier: Wrapped = field(default_factory=dict)
    requests: dict[tuple[Number, Person], Request] = field(default_factory=dict)
    comments: dict[Said, Comment] = field(default_factory=dict)
    muted: set[tuple[Person, Person]] = field(default_factory=set)
    # People whose account is closed for a while.
    closed: set[Person] = field(default_factory=set)
    # Authors with a row that says what they have seen.
    noticed: set[Person] = field(default_factory=set)
    is_deleted: bool = False
    # The newest account key of each person who has one, and the newest list of who holds it: its number and devices, of
    # which 0 is the one that made the key or replaced it.
    account: dict[Person, Key] = field(default_factory=dict)
    lists: dict[Person, tuple[Key, int, frozenset[Device]]] = field(default_factory=dict)
    # Nothing more is wrapped for these, and they open what was.
    resting: set[Key] = field(default_factory=set)
    # Older account keys that are not revoked, to the newest one.
    stands: dict[Key, Key] = field(default_factory=dict)
    # Account keys from which a box leads to the next one.
    links: set[Key] = field(default_factory=set)

    def copy(self) -> "Rules":
        return replace(self, **{name: copy(value) for name, value in vars(self).items()})

    def take(self, step: Step) -> str:
        """Do it, and say what is answered: nothing, or what the product calls it."""
        return str(getattr(self, step.verb)(*step.about))

    # --- What can be seen ---

    def keys_of(self, person: Person) -> set[Key]:
        return {key for key in self.active if self.owners[key] == person}

    def opening(self, person: Person) -> set[Key]:
        return self.keys_of(person) | {key for key in self.resting if self.owners[key] == person}

    def listed_for(self, person: Person) -> set[Number]:
        if person not in self.members:
            return set()
        return {n for n, post in self.posts.items() if post.state != "queued" or post.author == person}

    def readable_by(self, person: Person) -> set[Number]:
        return {n for n in self.listed_for(person) if self._has(n, self.opening(person))}

    def waiting(self) -> set[tuple[Number, Person]]:
        return {each for each, request in self.requests.items() if request.state == "pending"}

    def waiting_for(self, author: Person) -> set[tuple[Number, Person]]:
        return {each for each in self.waiting() if self.posts[each[0]].author == author}

    def pinned(self, number: Number, asker: Person) -> tuple[Key, ...]:
        """The keys that an answer has to bring."""
        request = self.requests.get((number, asker))
        return tuple(sorted(request.pinned & self.active)) if request else ()

    # --- People and their keys ---

    def join(self, person: Person) -> str:
        if person not in self.people or self.is_deleted:
            return "Gone"
        if person in self.kept_out:
            return "IsKeptOut"
        if person not in self.members:
            self.joinings += 1
            self.members[person] = self.joinings
        return ""

    def leave(self, person: Person) -> str:
        if person not in self.people or self.is_deleted:
            return "Gone"
        if person in self.members:
            del self.members[person]
            self._forget(lambda number, key: self.owners[key] == person)
            self._close(lambda number, asker, request: asker == person)
            self._close(
                lambda number, asker, request: (
                    self.posts[number].author == person and request.state == "pending"
                )
            )
        return ""

    def remove(self, person: Person) -> str:
        answer = self.leave(person)
        if not answer:
            self.kept_out.add(person)
        return answer

    def let_back_in(self, person: Person) -> str:
        if self.is_deleted:
            return "Gone"
        self.kept_out.discard(person)
        return ""

    def end_account(self, person: Person) -> str:
        if person not in self.people:
            return "Gone"
        for number in [number for number, post in self.posts.items() if post.author == person]:
            self.delete(number)
        for said in [said for said, comment in self.comments.items() if comment.author == person]:
            if self.comments[said].state == "there":
                self.delete_comment(said)
        self.leave(person)
        self.people.discard(person)
        self.closed.discard(person)
        self.kept_out.discard(person)
        self.noticed.discard(person)
        self.active -= self.keys_of(person)
        self._end_keys(person)
        self.account.pop(person, None)
        self.lists.pop(person, None)
        self.requests = {each: request for each, request in self.requests.items() if each[1] != person}
        self.muted = {pair for pair in self.muted if person not in pair}
        return ""

    def close_account(self, person: Person) -> str:
        if person not in self.people:
            return "Gone"
        self.closed.add(person)
        self._close(
            lambda number, asker, request: (
                request.state == "pending" and person in {asker, self.posts[number].author}
            )
        )
        return ""

    def open_account(self, person: Person) -> str:
        self.closed.discard(person)
        return ""

    def add_key(self, key: Key, person: Person) -> str:
        if person not in self.people:
            return "Gone"
        if person in self.account:
            return "NotSigned"
        if key in self.owners:
            return "AlreadyAdded"
        self.owners[key] = person
        self.active.add(key)
        return ""

    def revoke(self, key: Key) -> str:
        if self.owners[key] not in self.people:
            return "Gone"
        if key in self.active | self.unusable | self.resting:
            self.active.discard(key)
            self.unusable.discard(key)
            self.resting.discard(key)
            self.stands.pop(key, None)
            self._forget(lambda number, each: each == key)
            self._close_without_keys(self.owners[key])
        return ""

    def find_unusable(self, key: Key) -> str:
        if self.owners[key] not in self.people:
            return "Gone"
        if key in self.active:
            self.active.discard(key)
            self.unusable.add(key)
            self._close_without_keys(self.owners[key])
        return ""

    # --- Account keys ---

    def make_account(self, key: Key, person: Person) -> str:
        if person not in self.people:
            return "Gone"
        if person in self.account:
            return "TooLate"
        own = self.keys_of(person)
        self.resting |= own
        self.active -= own
        self._put(key, person)
        self._close_without_keys(person)
        return ""

    def replace_account(self, key: Key, person: Person, after: Key) -> str:
        if person not in self.people:
            return "Gone"
        if self.account.get(person) != after:
            return "TooLate"
        line = {older for older, newest in self.stands.items() if newest == after}
        line |= {after} & (self.active | self.unusable)
        self.resting |= line & self.active
        self.active -= line
        self.stands |= dict.fromkeys(line, key)
        self.links.add(after)
        self._put(key, person)
        for each, request in self.requests.items():
            if request.pinned & line:
                self.requests[each] = replace(request, pinned=request.pinned - line | {key})
        return ""

    def start_over(self, key: Key, person: Person, after: Key) -> str:
        if person not in self.people or person in self.closed:
            return "Gone"
        if self.account.get(person) != after:
            return "TooLate"
        self._end_keys(person)
        self._forget(lambda number, each: self.owners[each] == person)
        self._put(key, person)
        self._close_without_keys(person)
        return ""

    def change_list(self, person: Person, after: Key, number: int, devices: tuple[Device, ...]) -> str:
        """Give them other names, or take some off."""
        if person not in self.people:
            return "Gone"
        if self.lists.get(person) == (after, number, frozenset(devices)):
            return ""
        if self.account.get(person) != after or self.lists[person][1] >= number:
            return "TooLate"
        self.lists[person] = after, number, frozenset(devices)
        return ""

    def add_device(
        self, person: Person, after: Key, number: int, devices: tuple[Device, ...], new: Device
    ) -> str:
        return self.change_list(person, after, number, (*devices, new))

    def lift(self, person: Person, newest: Key) -> str:
        if person not in self.people:
            return "Gone"
        if self.account.get(person) != newest:
            return "TooLate"
        older = {key for key, stands_for in self.stands.items() if stands_for == newest}
        for wrapped in (self.wrapped, self.fresh, self.earlier):
            for each, is_granted in list(wrapped.items()):
                if each[-1] in older:
                    wrapped.setdefault((*each[:-1], newest), is_granted)
                    del wrapped[each]
        for key in sorted(key for key in self.links if self.owners[key] == person):
            if self._is_named(key):
                break
            self.links.discard(key)
        return ""

    def _put(self, key: Key, person: Person) -> None:
        self.owners[key] = person
        self.active.add(key)
        self.account[person] = key
        self.lists[person] = key, 0, frozenset({0})

    def _end_keys(self, person: Person) -> None:
        mine = {key for key, owner in self.owners.items() if owner == person}
        self.active -= mine
        self.unusable -= mine
        self.resting -= mine
        self.links -= mine
        self.stands = {older: newest for older, newest in self.stands.items() if older not in mine}

    def _is_named(self, key: Key) -> bool:
        in_batches = any(key in batch for post in self.posts.values() for batch in post.batches)
        pinned = any(key in request.pinned for request in self.requests.values())
        everywhere = [*self.wrapped, *self.fresh, *self.earlier]
        return in_batches or pinned or any(each[-1] == key for each in everywhere)

    def delete_group(self) -> str:
        for number in list(self.posts):
            self.delete(number)
        self.members.clear()
        self.kept_out.clear()
        self.is_deleted = True
        return ""

    # --- Posts ---

    def submit(self, number: Number, author: Person) -> str:
        if author not in self.people:
            return "Gone"
        if author not in self.members:
            return "NotAMember"
        self.submitted = number
        # Sent twice, it is one post.
        self.posts.setdefault(number, Post(author, self.joinings))
        return ""

    def encrypt(self, number: Number) -> str:
        post = self.posts.get(number)
        if post and post.state == "queued":
            keys = sorted(key for key in self.active if self._is_recipient(post, key))
            self.posts[number] = replace(post, state="encrypting", batches=_batches(keys))
            if len(keys) <= BATCH_SIZE:
                self.wrap(number, tuple(keys))
        elif post and post.edit == "queued":
            # For whom what it replaces is wrapped.
            found = {self.stands.get(key, key) for each, key in self.wrapped if each == number}
            self.posts[number] = replace(post, edit="encrypting", batches=_batches(sorted(found)))
            self._publish_edit(number)
        return ""

    def revise(self, number: Number, revision: int, author: Person) -> str:
        if author not in self.people:
            return "Gone"
        if author not in self.members:
            return "NotAMember"
        if number not in self.posts:
            return "Gone"
        post = self.posts[number]
        newest = post.revision + bool(post.edit)
        # Sent twice, it is one revision.
        if revision == newest > 1:
            return ""
        if revision != newest + 1 or post.edit or post.state != "published":
            return "NotNext"
        self.posts[number] = replace(post, edit="queued")
        return ""

    def wrap(self, number: Number, batch: tuple[Key, ...]) -> str:
        post = self.posts.get(number)
        if post and post.edit == "encrypting" and batch in post.batches:
            for key in batch:
                newest = self._newest(key, post)
                is_granted = self._how(number, newest)
                if is_granted is None and self.owners[newest] == post.author:
                    is_granted = False
                if newest in self.active and self.owners[newest] in self.members and is_granted is not None:
                    self.fresh.setdefault((number, newest), is_granted)
            at = post.batches.index(batch)
            self.posts[number] = replace(post, batches=post.batches[:at] + post.batches[at + 1 :])
            self._publish_edit(number)
        elif post and post.state == "encrypting" and (batch in post.batches or not post.batches):
            for key in batch:
                newest = self._newest(key, post)
                if self._is_recipient(post, newest):
                    self.wrapped.setdefault((number, newest), False)
            left = tuple(each for each in post.batches if each != batch)
            state = "encrypting" if left else "published"
            self.posts[number] = replace(post, batches=left, state=state)
        return ""

    def _newest(self, key: Key, post: Post) -> Key:
        """What it is wrapped for in a key's place."""
        if key in self.resting and key not in self.stands and self.owners[key] == post.author:
            # The author's own key, which rests since they made their first account key.
            return self.account.get(post.author, key)
        return self.stands.get(key, key)

    def settle(self, found: Collection[tuple[Number, tuple[Key, ...]]]) -> None:
        """Which key is in which batch is left open: take it as it was found, if it may be so."""
        for number, post in self.posts.items():
            batches = tuple(sorted(batch for each, batch in found if each == number))
            sizes = sorted(map(len, batches)), sorted(map(len, post.batches))
            if sizes[0] == sizes[1] and sorted(sum(batches, ())) == sorted(sum(post.batches, ())):
                self.posts[number] = replace(post, batches=batches)

    def _publish_edit(self, number: Number) -> None:
        post = self.posts[number]
        if post.batches:
            return
        mine = {key for key, owner in self.owners.items() if owner == post.author}
        for (each, key), is_granted in list(self.wrapped.items()):
            if each == number:
                del self.wrapped[each, key]
                if key in mine:
                    self.earlier[number, post.revision, key] = is_granted
        for place in [place for place in self.fresh if place[0] == number]:
            self.wrapped[place] = self.fresh.pop(place)
        self.posts[number] = replace(post, revision=post.revision + 1, edit="")

    def sweep(self) -> str:
        # Its hints go to nobody here, and no post lacks only its last step.
        return ""

    def delete(self, number: Number) -> str:
        self.posts.pop(number, None)
        for said, comment in self.comments.items():
            if comment.post == number:
                self.comments[said] = replace(comment, state="gone")
        self._forget(lambda each, key: each == number)
        self.requests = {each: request for each, request in self.requests.items() if each[0] != number}
        return ""

    # --- Comments ---

    def comment(self, said: Said, number: Number, author: Person, parent: Said) -> str:
        if refusal := self._cannot_comment(number, author):
            return refusal
        answered = self.comments.get(parent)
        if parent >= 0 and (
            answered is None or answered != Comment(number, answered.author, -1, answered.revision)
        ):
            return "ParentGone"
        made = Comment(number, author, parent)
        there = self.comments.get(said)
        if there and there.state != "there":
            return "Deleted"
        if there is None:
            self.comments[said] = there = made
        return "" if there == replace(made, revision=there.revision) else "UidTaken"

    def edit_comment(self, said: Said, revision: int) -> str:
        comment = self.comments[said]
        if refusal := self._cannot_comment(comment.post, comment.author):
            return refusal
        if comment.state != "there" or revision not in {comment.revision, comment.revision + 1}:
            return "OtherRevision"
        self.comments[said] = replace(comment, revision=revision)
        return ""

    def delete_comment(self, said: Said) -> str:
        comment = self.comments[said]
        if comment.state != "gone":
            self.comments[said] = replace(comment, state="deleted" if self._has_answers(said) else "gone")
            parent = self.comments.get(comment.parent)
            if parent and parent.state == "deleted" and not self._has_answers(comment.parent):
                self.comments[comment.parent] = replace(parent, state="gone")
        return ""

    def _has_answers(self, said: Said) -> bool:
        return any((each.parent, each.state) == (said, "there") for each in self.comments.values())

    def _cannot_comment(self, number: Number, author: Person) -> str:
        if author not in self.people:
            return "Gone"
        if author not in self.members or author in self.closed or number not in self.posts:
            return "NotAMember"
        return "" if number in self.readable_by(author) else "NotAReader"

    # --- Asking ---

    def ask(self, number: Number, asker: Person) -> str:
        if asker not in self.people:
            return "Gone"
        if asker not in self.members or asker in self.closed:
            return "NotAMember"
        if number not in self.posts:
            return "PostGone"
        if self._state(number, asker) == "pending":
            return "waits"
        found = self.obstacle(number, asker)
        if not found:
            self._open(number, asker)
        return found or "asked"

    def obstacle(self, number: Number, asker: Person) -> str:
        post, keys = self.posts[number], self.keys_of(asker)
        request = self.requests.get((number, asker))
        reasons = {
            "NoActiveKey": not keys,
            "NothingToAskFor": post.state == "queued" or all(self._opens(number, key) for key in keys),
            "NobodyCanGrant": post.author == asker and not self._has(number, self.opening(asker)),
            "AuthorGone": post.author not in self.members,
            "AuthorClosed": post.author in self.closed,
            "Muted": (post.author, asker) in self.muted,
            "TooSoon": request is not None and request.state == "rejected" and request.is_refused_lately,
            "TooOften": request is not None
            and request.state in UNANSWERED
            and request.times_asked >= MOST_TIMES,
            "TooManyWaiting": self._room(asker) <= 0,
        }
        return next((name for name, is_so in reasons.items() if is_so), "")

    def ask_all(self, asker: Person) -> str:
        if asker not in self.people:
            return "Gone"
        if asker not in self.members or asker in self.closed:
            return "NotAMember"
        if not self.keys_of(asker):
            return "NoActiveKey"
        listed = self.listed_for(asker)
        wanted = [
            number
            # In the order in which they were submitted, the newest first.
            for number in reversed(self.posts)
            if number in listed
            # Workers may still wrap a post that is not published for the asker, unless they joined after it.
            and (
                self.posts[number].state == "published"
                or self.posts[number].joined_before < self.members[asker]
            )
            and self.posts[number].author != asker
            and self._state(number, asker) != "pending"
            and self.obstacle(number, asker) in {"", "TooManyWaiting"}
        ][:MOST_WAITING]
        asked = wanted[: max(0, self._room(asker))]
        for number in asked:
            self._open(number, asker)
        if asked:
            return "asked"
        return "TooManyWaiting" if wanted else "NothingToAskFor"

    def withdraw(self, number: Number, asker: Person) -> str:
        return self._answer(number, asker, "withdrawn")

    # --- Answering ---

    def approve(self, number: Number, asker: Person, keys: tuple[Key, ...], revision: int) -> str:
        if self._state(number, asker) == "pending":
            if self.posts[number].revision != revision:
                return "Revised"
            if self.pinned(number, asker) != keys:
                return "WrongKeys"
        answer = self._answer(number, asker, "approved")
        if not answer:
            self._lose(number, lambda key: key in keys)
            self.wrapped = {(number, key): True for key in keys} | self.wrapped
            post = self.posts[number]
            if post.edit == "encrypting":
                self.posts[number] = replace(post, batches=(*post.batches, tuple(sorted(keys))))
        return answer

    def reject(self, number: Number, asker: Person) -> str:
        return self._answer(number, asker, "rejected")

    def withdraw_grant(self, number: Number, asker: Person) -> str:
        is_granted = self._state(number, asker) == "approved"
        if not self._lose(number, lambda key: self.owners[key] == asker) and not is_granted:
            return "NothingGranted"
        if is_granted:
            self._move(number, asker, "closed")
        return ""

    def report(self, number: Number, asker: Person, keys: tuple[Key, ...]) -> str:
        if asker not in self.people:
            return "Gone"
        if self._state(number, asker) != "approved":
            return f"AlreadyAnswered: {self._state(number, asker)}"
        if not self._lose(number, lambda key: self.owners[key] == asker and key in keys):
            return "NothingGranted"
        author = self.posts[number].author
        is_heard = (
            author in self.members and not {author, asker} & self.closed and (author, asker) not in self.muted
        )
        self._move(number, asker, "pending" if is_heard else "closed")
        return ""

    def mute(self, author: Person, asker: Person) -> str:
        if not {author, asker} <= self.people:
            return "Gone"
        self.muted.add((author, asker))
        for number, waiting in self.waiting_for(author):
            if waiting == asker:
                self._answer(number, asker, "rejected")
        return ""

    def unmute(self, author: Person, asker: Person) -> str:
        self.muted.discard((author, asker))
        return ""

    def mark_seen(self, author: Person) -> str:
        if author not in self.people:
            return "Gone"
        self.noticed.add(author)
        return ""

    def let_a_week_pass(self) -> str:
        for each, request in self.requests.items():
            self.requests[each] = replace(request, is_refused_lately=False, times_asked=0)
        return ""

    # --- How ---

    def _is_recipient(self, post: Post, key: Key) -> bool:
        joining = self.members.get(self.owners[key], self.joinings + 1)
        return key in self.active and joining <= post.joined_before

    def _has(self, number: Number, keys: Collection[Key]) -> bool:
        return any((number, key) in self.wrapped for key in keys)

    def _opens(self, number: Number, key: Key) -> bool:
        """Whether the post is wrapped for the key, or for an older one that it stands for."""
        return self._has(number, {key, *(older for older, newest in self.stands.items() if newest == key)})

    def _how(self, number: Number, key: Key) -> bool | None:
        """Whether the key, or an older one that it stands for, was granted the post; None if it opens nothing."""
        line = {key, *(older for older, newest in self.stands.items() if newest == key)}
        found = [self.wrapped[number, each] for each in line if (number, each) in self.wrapped]
        return any(found) if found else None

    def _lose(self, number: Number, is_lost: Callable[[Key], bool]) -> bool:
        """Forget what was granted of a post to these keys, in every revision; whether there was any."""
        was_there = False
        for wrapped in (self.wrapped, self.fresh, self.earlier):
            for each, is_granted in list(wrapped.items()):
                if is_granted and each[0] == number and is_lost(each[-1]):
                    del wrapped[each]
                    was_there = True
        return was_there

    def _room(self, asker: Person) -> int:
        states = [request.state for each, request in self.requests.items() if each[1] == asker]
        return MOST_WAITING - states.count("pending")

    def _state(self, number: Number, asker: Person) -> str:
        request = self.requests.get((number, asker))
        return request.state if request else "closed"

    def _open(self, number: Number, asker: Person) -> None:
        earlier = self.requests.get((number, asker))
        times_asked = earlier.times_asked + 1 if earlier and earlier.state in UNANSWERED else 1
        pinned = frozenset(self.keys_of(asker))
        self.requests[number, asker] = Request("pending", pinned, times_asked=times_asked)

    def _move(self, number: Number, asker: Person, state: str) -> None:
        self.requests[number, asker] = replace(self.requests[number, asker], state=state)

    def _answer(self, number: Number, asker: Person, state: str) -> str:
        if self._state(number, asker) != "pending":
            return f"AlreadyAnswered: {self._state(number, asker)}"
        request = self.requests[number, asker]
        self.requests[number, asker] = replace(
            request,
            state=state,
            is_refused_lately=state == "rejected",
            times_asked=request.times_asked if state == "withdrawn" else 0,
        )
        return ""

    def _forget(self, is_gone: Callable[[Number, Key], bool]) -> None:
        self.wrapped = {each: how for each, how in self.wrapped.items() if not is_gone(*each)}
        self.fresh = {each: how for each, how in self.fresh.items() if not is_gone(*each)}
        self.earlier = {each: how for each, how in self.earlier.items() if not is_gone(each[0], each[2])}

    def _close_without_keys(self, owner: Person) -> None:
        self._close(lambda number, asker, request: asker == owner and not request.pinned & self.active)

    def _close(self, concerned: Callable[[Number, Person, Request], bool]) -> None:
        for (number, asker), request in self.requests.items():
            if request.state in {"pending", "approved"} and concerned(number, asker, request):
                self._move(number, asker, "closed")
