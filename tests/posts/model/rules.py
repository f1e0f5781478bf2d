"""What is true of one group's read requests, in the words of the product and in a few sets: the model of test_model.py.

People, keys and posts are numbers, in the order in which they came. Each verb says what the product has to answer.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

BATCH_SIZE = 2
MOST_WAITING = 3
MOST_TIMES = 2
UNANSWERED = {"withdrawn", "closed"}

Key = int
Person = int
Number = int


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
    batches: tuple[tuple[Key, ...], ...] = ()


@dataclass(frozen=True)
class Request:
    state: str
    pinned: frozenset[Key]
    is_refused_lately: bool = False
    # In a row, without an answer.
    times_asked: int = 1


@dataclass
class Rules:
    """The state; equal for two orders of events that nobody can tell apart."""

    people: set[Person]
    # The number of the joining: who comes back has a higher one.
    members: dict[Person, int] = field(default_factory=dict)
    joinings: int = 0
    owners: dict[Key, Person] = field(default_factory=dict)
    active: set[Key] = field(default_factory=set)
    submitted: Number = -1
    posts: dict[Number, Post] = field(default_factory=dict)
    # (post, key) to whether it came by a grant.
    wrapped: dict[tuple[Number, Key], bool] = field(default_factory=dict)
    requests: dict[tuple[Number, Person], Request] = field(default_factory=dict)
    muted: set[tuple[Person, Person]] = field(default_factory=set)
    # People whose account is closed for a while.
    closed: set[Person] = field(default_factory=set)

    def copy(self) -> "Rules":
        return replace(
            self,
            people=set(self.people),
            members=dict(self.members),
            owners=dict(self.owners),
            active=set(self.active),
            posts=dict(self.posts),
            wrapped=dict(self.wrapped),
            requests=dict(self.requests),
            muted=set(self.muted),
            closed=set(self.closed),
        )

    def take(self, step: Step) -> str:
        """Do it, and say what is answered: nothing, or what the product calls it."""
        return str(getattr(self, step.verb)(*step.about))

    # --- What can be seen ---

    def keys_of(self, person: Person) -> set[Key]:
        return {key for key in self.active if self.owners[key] == person}

    def listed_for(self, person: Person) -> set[Number]:
        if person not in self.members:
            return set()
        return {n for n, post in self.posts.items() if post.state != "queued" or post.author == person}

    def readable_by(self, person: Person) -> set[Number]:
        return {n for n in self.listed_for(person) if self._has(n, self.keys_of(person))}

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
        if person not in self.people:
            return "Gone"
        if person not in self.members:
            self.joinings += 1
            self.members[person] = self.joinings
        return ""

    def leave(self, person: Person) -> str:
        if person not in self.people:
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

    remove = leave

    def end_account(self, person: Person) -> str:
        if person not in self.people:
            return "Gone"
        for number in [number for number, post in self.posts.items() if post.author == person]:
            self.delete(number)
        self.leave(person)
        self.people.discard(person)
        self.closed.discard(person)
        self.active -= self.keys_of(person)
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
        self.owners[key] = person
        self.active.add(key)
        return ""

    def revoke(self, key: Key) -> str:
        if self.owners[key] not in self.people:
            return "Gone"
        if key in self.active:
            self.active.discard(key)
            self._forget(lambda number, each: each == key)
            owner = self.owners[key]
            self._close(lambda number, asker, request: asker == owner and not request.pinned & self.active)
        return ""

    # --- Posts ---

    def submit(self, number: Number, author: Person) -> str:
        if author not in self.members:
            return "NotAMember"
        self.submitted = number
        self.posts[number] = Post(author, self.joinings)
        return ""

    def encrypt(self, number: Number) -> str:
        post = self.posts.get(number)
        if post and post.state == "queued":
            keys = sorted(key for key in self.active if self._is_recipient(post, key))
            batches = tuple(tuple(keys[at : at + BATCH_SIZE]) for at in range(0, len(keys), BATCH_SIZE))
            self.posts[number] = replace(post, state="encrypting", batches=batches)
            if len(batches) <= 1:
                self.wrap(number, tuple(keys))
        return ""

    def wrap(self, number: Number, batch: tuple[Key, ...]) -> str:
        post = self.posts.get(number)
        if post and post.state == "encrypting" and (batch in post.batches or not post.batches):
            for key in batch:
                if self._is_recipient(post, key):
                    self.wrapped.setdefault((number, key), False)
            left = tuple(each for each in post.batches if each != batch)
            state = "encrypting" if left else "published"
            self.posts[number] = replace(post, batches=left, state=state)
        return ""

    def settle(self, found: Collection[tuple[Number, tuple[Key, ...]]]) -> None:
        """Which key is in which batch is left open: take it as it was found, if it may be so."""
        for number, post in self.posts.items():
            batches = tuple(sorted(batch for each, batch in found if each == number))
            sizes = sorted(map(len, batches)), sorted(map(len, post.batches))
            if sizes[0] == sizes[1] and sorted(sum(batches, ())) == sorted(sum(post.batches, ())):
                self.posts[number] = replace(post, batches=batches)

    def delete(self, number: Number) -> str:
        self.posts.pop(number, None)
        self._forget(lambda each, key: each == number)
        self.requests = {each: request for each, request in self.requests.items() if each[0] != number}
        return ""

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
            "NothingToAskFor": post.state == "queued" or all(self._has(number, {key}) for key in keys),
            "NobodyCanGrant": post.author == asker and not self._has(number, keys),
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
        wanted = [
            number
            for number in sorted(self.listed_for(asker) - self.readable_by(asker), reverse=True)
            if self.posts[number].joined_before < self.members[asker]
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

    def approve(self, number: Number, asker: Person, keys: tuple[Key, ...]) -> str:
        if self._state(number, asker) == "pending" and self.pinned(number, asker) != keys:
            return "WrongKeys"
        answer = self._answer(number, asker, "approved")
        if not answer:
            self.wrapped = {(number, key): True for key in keys} | self.wrapped
        return answer

    def reject(self, number: Number, asker: Person) -> str:
        return self._answer(number, asker, "rejected")

    def withdraw_grant(self, number: Number, asker: Person) -> str:
        lost = self._granted(number, asker)
        is_granted = self._state(number, asker) == "approved"
        if not lost and not is_granted:
            return "NothingGranted"
        self._forget(lambda each, key: (each, key) in lost)
        if is_granted:
            self._move(number, asker, "closed")
        return ""

    def report(self, number: Number, asker: Person, keys: tuple[Key, ...]) -> str:
        if asker not in self.people:
            return "Gone"
        if self._state(number, asker) != "approved":
            return f"AlreadyAnswered: {self._state(number, asker)}"
        lost = {each for each in self._granted(number, asker) if each[1] in keys}
        if not lost:
            return "NothingGranted"
        self._forget(lambda each, key: (each, key) in lost)
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

    def _granted(self, number: Number, asker: Person) -> set[tuple[Number, Key]]:
        return {
            each
            for each, is_granted in self.wrapped.items()
            if is_granted and each[0] == number and self.owners[each[1]] == asker
        }

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

    def _close(self, concerned: Callable[[Number, Person, Request], bool]) -> None:
        for (number, asker), request in self.requests.items():
            if request.state in {"pending", "approved"} and concerned(number, asker, request):
                self._move(number, asker, "closed")
