"""One seeded schedule: what people do while faults happen, and what the model says has to be there in the end."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection

from accounts.models import PublicKey
from groups.models import Group, Membership
from posts.models import KeyBatch, Post, PostKey, ReadRequest, SealedDraft, State
from tests.crowd import Answer, submission
from tests.faults import people
from tests.faults.kinds import KINDS
from tests.faults.people import Member
from tests.faults.world import World

MEMBERS, KEYS_EACH, LATE = 5, 250, 2
SECONDS_TO_PUBLISH = 10


@dataclass
class Step:
    """Something that a person did: sent at `began`, answered for sure at `ended`, counted in steps."""

    kind: str
    who: str
    what: str
    began: int
    ended: int | None = None
    refused: bool = False
    last: str = ""


@dataclass
class Submitted:
    """A post that was sent."""

    uid: uuid.UUID
    group: Group
    author: Member
    body: dict[str, str]


@dataclass
class Schedule:
    """What happens, drawn from a seed, and what came of it."""

    world: World
    seed: int
    steps: list[Step] = field(default_factory=list)
    posts: list[Submitted] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _open: list[tuple[Step, Callable[[], Answer]]] = field(default_factory=list)
    _clock: int = 0

    def run(self, *, number_of_faults: int) -> dict[str, object]:
        self.random = random.Random(self.seed)  # noqa: S311
        self._make_people()
        faults = threading.Thread(target=self._cause_faults, args=(self._draw_faults(number_of_faults),))
        faults.start()
        for _ in range(self.random.randint(8, 12)):
            self._do_something()
            time.sleep(self.random.uniform(0, 0.2))
        faults.join()
        self.world.heal()
        connection.close()
        healed = time.monotonic()
        self._finish_open_steps()
        seconds = self._wait_until_published(healed)
        self._compare()
        return {
            "seed": self.seed,
            "faults": self.faults,
            "posts": len(self.posts),
            "steps": len(self.steps),
            "published_after": round(seconds, 1),
            "wrong": self.wrong,
        }

    def _make_people(self) -> None:
        port, name = self.world.site.port, f"s{self.seed}-{uuid.uuid4().hex[:6]}"
        self.members = [people.make(f"{name}-m{n}", keys=KEYS_EACH, port=port) for n in range(MEMBERS)]
        self.late = [people.make(f"{name}-c{n}", keys=2, port=port) for n in range(LATE)]
        self.large = people.make_group(f"{name}-large", self.members)
        self.small = people.make_group(f"{name}-small", self.members[:1])

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
        kinds = [self._publish, self._publish, self._join, self._leave, self._revoke, self._ask, self._answer]
        self.random.choice(kinds if self.posts else [self._publish])()

    def _publish(self) -> None:
        author, group = self.members[0], self.random.choice([self.large, self.large, self.small])
        uid = uuid.uuid4()
        body = submission(author.user, group, title=f"Post {len(self.posts)}", uid=uid)
        self.posts.append(Submitted(uid, group, author, body))
        self._send("publish", author, str(uid), f"/groups/{group.slug}/posts/", body)

    def _join(self) -> None:
        self._send("join", self.random.choice(self.late), "", f"/groups/{self.large.slug}/join/", {})

    def _leave(self) -> None:
        # The author stays, and others do not come back: whoever does is `late`.
        who = self.random.choice(self.members[3:] + self.late)
        self._send("leave", who, "", f"/groups/{self.large.slug}/leave/", {})

    def _revoke(self) -> None:
        who = self.random.choice(self.members)
        key = self.random.choice(people.PUBLIC_KEYS[1:KEYS_EACH]).fingerprint.hex()
        self._send("revoke", who, key, f"/keys/{key}/revoke/", {})

    def _ask(self) -> None:
        who, post = self.random.choice(self.late), self.random.choice(self.posts)
        self._send("ask", who, str(post.uid), f"/posts/{post.uid}/request_read/", {})

    def _answer(self) -> None:
        who, post = self.random.choice(self.late), self.random.choice(self.posts)
        is_yes = self.random.random() < 0.7
        self._perform(
            Step("approve" if is_yes else "reject", who.user.name, str(post.uid), self._tick()),
            lambda: self._answer_to(who, post, is_yes=is_yes),
        )

    def _answer_to(self, asker: Member, post: Submitted, *, is_yes: bool) -> Answer:
        asked = ReadRequest.objects.filter(post__uid=post.uid, asker=asker.user).first()
        if asked is None:
            return Answer(404, b"")
        visitor = post.author.visitor()
        if not is_yes:
            return visitor.post(f"/requests/{asked.pk}/reject/", {})
        material = visitor.get(f"/requests/{asked.pk}.json")
        if material.status != 200 or not material.json()["wrapped_keys"]:
            return Answer(material.status if material.status >= 500 else 404, b"")
        row = Post.objects.select_related("group", "author").get(uid=post.uid)
        return visitor.post(
            f"/requests/{asked.pk}/approve/", {"wrapped_keys": people.rewraps(material.json(), row)}
        )

    def _send(self, kind: str, who: Member, what: str, path: str, body: dict[str, str]) -> None:
        self._perform(Step(kind, who.user.name, what, self._tick()), lambda: who.visitor().post(path, body))

    def _perform(self, step: Step, send: Callable[[], Answer]) -> None:
        self.steps.append(step)
        if not self._try(step, send):
            self._open.append((step, send))

    def _try(self, step: Step, send: Callable[[], Answer]) -> bool:
        try:
            answer = send()
        except Exception as error:  # Whatever it was, it was no answer.
            connection.close()
            step.last = repr(error)
            return False
        status = answer.status
        if status >= 500:
            step.last = f"{status} {answer.body[-300:]!r}"
            return False
        step.ended = self._tick()
        # Sent again after a lost answer, an approval is 409, and leaving 404.
        step.refused = status >= 400
        return True

    def _finish_open_steps(self) -> None:
        deadline = time.monotonic() + 30
        while self._open and time.monotonic() < deadline:
            self.world.keep_running()
            self._open = [(step, send) for step, send in self._open if not self._try(step, send)]
        self.wrong += [f"{step.kind} of {step.who} is never answered: {step.last}" for step, _ in self._open]

    def _tick(self) -> int:
        self._clock += 1
        return self._clock

    # What must be there in the end

    def _wait_until_published(self, healed: float) -> float:
        uids = [post.uid for post in self.posts]
        while time.monotonic() - healed < SECONDS_TO_PUBLISH:
            if Post.objects.filter(uid__in=uids, state=State.PUBLISHED).count() == len(uids):
                break
            self.world.keep_running()
            time.sleep(0.05)
        return time.monotonic() - healed

    def _compare(self) -> None:
        for submitted in self.posts:
            post = Post.objects.select_related("group", "author").filter(uid=submitted.uid).first()
            if post is None or post.state != State.PUBLISHED:
                state = "lost" if post is None else f"{post.state} {post.failure}"
                self.wrong.append(f"post {submitted.uid} is {state}")
            else:
                self._compare_keys(post)
        rows = (
            SealedDraft.objects.count()
            + KeyBatch.objects.count()
            + ReadRequest.objects.filter(state="pending", public_keys=None).count()
        )
        if rows:
            self.wrong.append(f"{rows} rows of unfinished work are left")
        self._compare_answers()

    def _compare_keys(self, post: Post) -> None:
        submitted = next(step for step in self.steps if step.kind == "publish" and step.what == str(post.uid))
        found = dict(PostKey.objects.filter(post=post).values_list("public_key", "wrapped_key"))
        everybody = self.members + self.late if post.group == self.large else self.members[:1]
        for member in everybody:
            for key in PublicKey.objects.filter(user=member.user):
                expected = self._expected(member, key, post, submitted)
                if expected is not None and expected != (key.pk in found):
                    word = "misses" if expected else "must not have"
                    self.wrong.append(f"{member.user.name} {word} a wrapped key of {post.title}")
        # All of them are made in the same way: a few of each post are opened.
        some = PublicKey.objects.filter(pk__in=self.random.sample(sorted(found), min(5, len(found))))
        for key in some:
            if not people.opens(bytes(found[key.pk]), key.fingerprint, post):
                self.wrong.append(f"a wrapped key of {post.title} does not open it")
        extra = set(found) - set(
            PublicKey.objects.filter(user__in=[m.user for m in everybody]).values_list("pk", flat=True)
        )
        self.wrong += [f"a stranger has a wrapped key of {post.title}"] * len(extra)

    def _expected(self, member: Member, key: PublicKey, post: Post, submitted: Step) -> bool | None:
        """Whether the model demands or forbids a wrapped key; None where both are right."""
        name = member.user.name
        is_late = member in self.late
        if key.revoked_at is not None:
            return False
        if not Membership.objects.filter(group=post.group, user=member.user).exists():
            return False
        left = [step for step in self.steps if (step.kind, step.who) == ("leave", name)]
        granted = [
            step
            for step in self.steps
            if (step.kind, step.who, step.what) == ("approve", name, str(post.uid))
        ]
        if not is_late:
            return True
        if granted:
            sure = [step for step in granted if not step.refused and step.ended is not None]
            return (
                True if sure and not any(step.ended > sure[-1].began for step in left if step.ended) else None
            )
        joined = [step for step in self.steps if (step.kind, step.who) == ("join", name) and not step.refused]
        assert submitted.ended is not None
        if all(step.began > submitted.ended for step in joined):
            return False
        if not left and any(step.ended < submitted.began for step in joined if step.ended):
            return True
        return None

    def _compare_answers(self) -> None:
        """What was answered with success is there; the last one of each request counts."""
        last: dict[tuple[str, str], Step] = {}
        for step in sorted(self.steps, key=lambda step: step.ended or 0):
            if step.kind in {"ask", "approve", "reject"} and not step.refused and step.ended is not None:
                last[step.who, step.what] = step
        states = {"ask": {"pending"}, "approve": {"approved"}, "reject": {"rejected"}}
        for (who, uid), step in last.items():
            asked = ReadRequest.objects.filter(post__uid=uid, asker__name=who).first()
            # Leaving closes what waits and what was granted.
            allowed = states[step.kind] | {"closed"}
            if any(other.kind in {"approve", "reject"} and other.refused for other in self.steps):
                # One of them was sent again after its answer was lost, and had been done the first time.
                allowed |= {"approved", "rejected"}
            if asked is None or asked.state not in allowed:
                self.wrong.append(f"{step.kind} of {who} was answered and is {asked and asked.state}")
        for (who, uid), step in last.items():
            if step.kind == "ask" and not ReadRequest.objects.filter(post__uid=uid, asker__name=who).exists():
                self.wrong.append(f"the request of {who} is lost")
