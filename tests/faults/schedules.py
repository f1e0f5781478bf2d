"""One seeded schedule: people work while faults happen, and a checker looks at the end."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection

from tests.faults import scenes
from tests.faults.checker import Checker
from tests.faults.history import Outcome
from tests.faults.nemesis import FAKED, FAULTS
from tests.faults.publications import Publications
from tests.faults.wishes import Wishes
from tests.faults.workload import Workload
from tests.faults.world import World


@dataclass
class Schedule:
    """A workload and its faults, drawn from a seed. `faults` names those that were caused."""

    world: World
    seed: int
    faults: list[str] = field(default_factory=list)
    _publications: Publications = field(default_factory=Publications)
    _listened_after: float = 0

    def run(self, *, number_of_faults: int) -> dict[str, object]:
        self.random = random.Random(self.seed)  # noqa: S311
        drawn = self._draw_faults(number_of_faults)
        self._prepare_clocks([kind for _, kind, _ in drawn])
        self._begin()
        with self.troubled(drawn):
            # The more faults, the longer they take.
            for _ in range(self.random.randint(8, 12) * number_of_faults // 2):
                self._workload.do_something()
                time.sleep(self.random.uniform(0, 0.2))
        self.world.end_faults()
        connection.close()
        began = time.monotonic()
        with self._publications.watched(self.world):
            self.world.wait_for_answers()
            self._listened_after = time.monotonic() - began
            self._wishes.send_again()
            self._publications.wait()
        self._workload.publish_again()
        return self._outcome()

    @contextmanager
    def troubled(self, drawn: list[tuple[float, str, float]]) -> Iterator[None]:
        """Cause the faults meanwhile, each a pause, a kind and its seconds; what one of them raises is raised here."""
        with ThreadPoolExecutor(1) as pool:
            caused = pool.submit(self._cause_faults, drawn)
            yield
            caused.result()

    def _draw_faults(self, number: int) -> list[tuple[float, str, float]]:
        kinds = self.random.sample(sorted(FAULTS), number)
        return [(self.random.uniform(0, 0.8), kind, self.random.uniform(0.1, 1.0)) for kind in kinds]

    def _prepare_clocks(self, kinds: list[str]) -> None:
        """So that a clock jumps while people are at it, and not while its process starts."""
        self.world.trust_clocks()
        self.world.fake_clocks(*{name for kind in kinds for name in FAKED.get(kind, ())})

    def _begin(self) -> None:
        """One post is published before anything happens."""
        self._scene = scenes.make(self.seed, port=self.world.site.port)
        self._wishes = Wishes(accepted=self._publications.accept)
        self._workload = Workload(self._scene, self._wishes, self.random)
        self._workload.publish_in(self._scene.large)
        with self._publications.watched(self.world):
            self._publications.wait()
        self._workload.begin()

    def _cause_faults(self, drawn: list[tuple[float, str, float]]) -> None:
        for pause, kind, seconds in drawn:
            time.sleep(pause)
            FAULTS[kind](self.world, seconds)
            self.faults.append(kind)

    def _outcome(self) -> dict[str, object]:
        checker = Checker(self._wishes.history, self._scene)
        checker.check()
        attempts = self._wishes.history.attempts
        outcomes = Counter(attempt.outcome.value for attempt in attempts)
        return {
            "seed": self.seed,
            "faults": self.faults,
            "posts": len(self._scene.posts),
            "answers": {outcome.value: outcomes[outcome.value] for outcome in Outcome},
            "done": Counter(attempt.kind for attempt in attempts if attempt.outcome is Outcome.DONE),
            "keys": self._scene.browsers.done,
            "left_while_sending": self._scene.sent.left,
            "expectations": dict(checker.expectations),
            # The slowest, in seconds after the faults or after its acceptance, whichever was later.
            "published_after": round(max(self._publications.seconds().values(), default=0), 1),
            # So long it took until a worker listened again: a busy machine starts Python in many seconds.
            "listened_after": round(self._listened_after, 1),
            "unpublished": len(self._publications.missing()),
            "wrong": self._never_answered() + self._publications.wrong() + checker.wrong,
        }

    def _never_answered(self) -> list[str]:
        last = self._wishes.history.attempts[-1:]
        return [f"{wish.kind} of {wish.who} is never answered: {last}" for wish in self._wishes.unanswered]
