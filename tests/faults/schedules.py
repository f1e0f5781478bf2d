"""One seeded schedule: what people do while faults happen, and what came of it."""

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import Error, connection

from groups.models import Group
from posts.models import Post, ReadRequest, State
from tests.crowd import Answer, submission
from tests.faults import people
from tests.faults.comparison import Comparison
from tests.faults.history import Attempt, History, Outcome
from tests.faults.kinds import KINDS
from tests.faults.people import Member
from tests.faults.world import World

MEMBERS, KEYS_EACH, LATE, LATE_KEYS = 5, 250, 2, 2
SECONDS_TO_PUBLISH = 10

# None where nothing was sent, since there is nothing to do, or nobody listened.
Send = Callable[[], Answer | None]


@dataclass
class Wish:
    """Something that a person wants done, and tries again until it is answered."""

    kind: str
    who: str
    what: str
    send: Send


@dataclass
class Schedule:
    """What happens, drawn from a seed."""

    world: World
    seed: int
    faults: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _history: History = field(default_factory=lambda: History([]))
    _posts: dict[str, Group] = field(default_factory=dict)
    _publish_again: list[Wish] = field(default_factory=list)
    _unanswered: list[Wish] = field(default_factory=list)

    def run(self, *, number_of_faults: int) -> dict[str, object]:
        self.random = random.Random(self.seed)  # noqa: S311
        self.world.trust_clocks()
        self.world.wait_for_answers()
        self._make_people()
        self._begin()
        faults = threading.Thread(target=self._cause_faults, args=(self._draw_faults(number_of_faults),))
        faults.start()
        for _ in range(self.random.randint(8, 12)):
            self._do_something()
            time.sleep(self.random.uniform(0, 0.2))
        faults.join()
        self.world.heal()
        connection.close()
        healed = time.monotonic()
        self._try_again()
        seconds = self._wait_until_published(healed)
        # Whoever sends a post again that is there makes no second one.
        for wish in self._publish_again:
            self._try(wish)
        return self._outcome(seconds)

    def _outcome(self, seconds: float) -> dict[str, object]:
        comparison = Comparison(
            history=self._history,
            members=self.members,
            strangers=self.late,
            large=self.large,
            small=self.small,
            posts=self._posts,
        )
        comparison.compare()
        outcomes = [attempt.outcome for attempt in self._history.attempts]
        return {
            "seed": self.seed,
            "faults": self.faults,
            "posts": len(self._posts),
            "answers": {outcome.value: outcomes.count(outcome) for outcome in Outcome},
            "done": Counter(each.kind for each in self._history.attempts if each.outcome is Outcome.DONE),
            "expectations": dict(comparison.expectations),
            "published_after": round(seconds, 1),
            "wrong": self.wrong + comparison.wrong,
        }

    def _make_people(self) -> None:
        port, name = self.world.site.port, f"s{self.seed}-{uuid.uuid4().hex[:6]}"
        self.members = [people.make(f"{name}-m{n}", keys=KEYS_EACH, port=port) for n in range(MEMBERS)]
        self.late = [people.make(f"{name}-c{n}", keys=LATE_KEYS, port=port) for n in range(LATE)]
        self.large = people.make_group(f"{name}-large", self.members)
        self.small = people.make_group(f"{name}-small", self.members[:1])

    def _begin(self) -> None:
        """One post is there and somebody has asked for it, so that there is something to answer from the first."""
        self._publish_in(self.large)
        self._wait_until_published(time.monotonic())
        first, (uid,) = self.late[0], self._posts
        self._wish("join", first, "", f"/groups/{self.large.slug}/join/", {})
        self._wish("ask", first, uid, f"/posts/{uid}/request_read/", {})

    def _draw_faults(self, number: int) -> list[tuple[float, str, float]]:
        kinds = self.random.sample(sorted(KINDS), number)
        return [(self.random.uniform(0, 0.8), kind, self.random.uniform(0.1, 1.0)) for kind in kinds]

    def _cause_faults(self, drawn: list[tuple[float, str, float]]) -> None:
        for pause, kind, seconds in drawn:
            time.sleep(pause)
            self.faults.append(kind)
            KINDS[kind](self.world, seconds)

    # What people do

    def _do_something(self) -> None:
        kinds = [self._publish, self._publish, self._join, self._leave, self._leave, self._revoke]
        kinds += [self._ask, self._ask, self._answer, self._answer]
        self.random.choice(kinds)()

    def _publish(self) -> None:
        self._publish_in(self.random.choice([self.large, self.large, self.small]))

    def _publish_in(self, group: Group) -> None:
        author, uid = self.members[0], uuid.uuid4()
        body = submission(author.user, group, title=f"Post {len(self._posts)}", uid=uid)
        self._posts[str(uid)] = group
        wish = self._wish("publish", author, str(uid), f"/groups/{group.slug}/posts/", body)
        self._publish_again.append(wish)

    def _join(self) -> None:
        self._wish("join", self.random.choice(self.late), "", f"/groups/{self.large.slug}/join/", {})

    def _leave(self) -> None:
        # The author stays, and others do not come back: whoever does is `late`.
        who = self.random.choice(self.members[3:] + self.late)
        self._wish("leave", who, "", f"/groups/{self.large.slug}/leave/", {})

    def _revoke(self) -> None:
        # The first key of each stays, to answer and to be granted for.
        who = self.random.choice(self.members + self.late)
        key = self.random.choice(people.PUBLIC_KEYS[1 : LATE_KEYS if who in self.late else KEYS_EACH])
        fingerprint = key.fingerprint.hex()
        self._wish("revoke", who, fingerprint, f"/keys/{fingerprint}/revoke/", {})

    def _ask(self) -> None:
        who, uid = self.random.choice(self.late), self.random.choice(list(self._posts))
        self._wish("ask", who, uid, f"/posts/{uid}/request_read/", {})

    def _answer(self) -> None:
        who, uid = self.random.choice(self.late), self.random.choice(list(self._posts))
        kind = "approve" if self.random.random() < 0.7 else "reject"
        self._first_try(Wish(kind, who.user.name, uid, lambda: self._answer_to(who, uid, kind)))

    def _answer_to(self, asker: Member, uid: str, kind: str) -> Answer | None:
        asked = ReadRequest.objects.filter(post__uid=uid, asker=asker.user).first()
        if asked is None:
            return None
        visitor = self.members[0].visitor()
        if kind == "reject":
            return visitor.post(f"/requests/{asked.pk}/reject/", {})
        material = visitor.get(f"/requests/{asked.pk}.json")
        if material.status >= 500:
            return material
        if material.status != 200 or not material.json()["wrapped_keys"]:
            return None
        post = Post.objects.select_related("group", "author").get(uid=uid)
        return visitor.post(
            f"/requests/{asked.pk}/approve/", {"wrapped_keys": people.rewraps(material.json(), post)}
        )

    def _wish(self, kind: str, who: Member, what: str, path: str, body: dict[str, str]) -> Wish:
        wish = Wish(kind, who.user.name, what, lambda: who.visitor().post(path, body))
        self._first_try(wish)
        return wish

    def _first_try(self, wish: Wish) -> None:
        if not self._try(wish):
            self._unanswered.append(wish)

    def _try(self, wish: Wish) -> bool:
        """Whether it was answered."""
        try:
            answer = wish.send()
        except (ConnectionRefusedError, Error):
            # Nobody listened, or there was no session to come with: it was not sent.
            connection.close()
            return False
        except Exception as error:  # Whatever it was, it was no answer.
            self._note(wish, Outcome.UNKNOWN, words=repr(error))
            return False
        if answer is None:
            return True
        words = f"{answer.status} {answer.body[:200]!r}" if answer.status >= 400 else str(answer.status)
        if answer.status >= 500:
            self._note(wish, Outcome.UNKNOWN, words=words)
            return False
        outcome = Outcome.REFUSED if answer.status >= 400 else Outcome.DONE
        self._note(wish, outcome, words=words, is_new=answer.status == 201)
        return True

    def _note(self, wish: Wish, outcome: Outcome, *, words: str, is_new: bool = False) -> None:
        self._history.attempts.append(Attempt(wish.kind, wish.who, wish.what, outcome, is_new, words))

    def _try_again(self) -> None:
        deadline = time.monotonic() + 30
        while self._unanswered and time.monotonic() < deadline:
            self.world.keep_running()
            self._unanswered = [wish for wish in self._unanswered if not self._try(wish)]
        last = self._history.attempts[-1:]
        self.wrong += [f"{wish.kind} of {wish.who} is never answered: {last}" for wish in self._unanswered]

    def _wait_until_published(self, healed: float) -> float:
        while time.monotonic() - healed < SECONDS_TO_PUBLISH:
            published = Post.objects.filter(uid__in=list(self._posts), state=State.PUBLISHED)
            if published.count() == len(self._posts):
                break
            self.world.keep_running()
            time.sleep(0.05)
        return time.monotonic() - healed
