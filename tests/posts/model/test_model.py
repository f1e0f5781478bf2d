"""Whatever people do with posts and requests, one after the other or at the same moment: product and rules agree.

A run takes the same ways each time. For other and more ways: `EXAMPLES=1000 pytest tests/posts/model/test_model.py`.
"""

import os
from datetime import timedelta
from threading import Barrier

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from accounts.keys import chain, keyholders, starting_over
from accounts.models import User
from posts.comments import commenting
from posts.models import Post
from posts.publishing import fanout
from posts.requests import obstacles
from secureblogs.queries.compiled import CompiledQuery
from tests.concurrently import concurrently, looker, wait_until_done_or_blocked
from tests.posts.model import rules
from tests.posts.model.product import Product, expected, expected_by
from tests.posts.model.proposals import may_meet, proposed
from tests.posts.model.rules import Rules, Step

NAMES = ["Ann", "Ben", "Cleo", "Dan"]
EXAMPLES = int(os.environ.get("EXAMPLES") or 0)

# Which of the steps that are possible, and about what.
which = st.integers(0, 999)
choices = st.integers(0, 99)


class OneAfterTheOther(RuleBasedStateMachine):
    """Each step is done by the product and in the rules; both say the same, and then everything is the same."""

    @initialize()
    def begin(self) -> None:
        self.model = Rules(set(range(len(NAMES))))
        self.product = Product.of(NAMES)
        # Two authors, one who comes late and one who may: from here on every step can matter.
        for person in self.model.people:
            self.do(Step("add_key", (person, person)))
        for person in (0, 1):
            self.do(Step("join", (person,)))
        for person in (0, 1):
            self.do(Step("submit", (person, person)))
            self.do(Step("encrypt", (person,)))
        self.do(Step("join", (2,)))
        self.everything_agrees()

    @rule(which=which, choice=choices)
    def take(self, which: int, choice: int) -> None:
        if step := proposed(self.model, which, choice):
            self.do(step)
            self.everything_agrees()

    def do(self, step: Step) -> None:
        allowed, answer = self.model.take(step), self.product.take(step)
        note(f"    {step}: {answer or 'done'}")
        assert answer == allowed, step
        self.product.look()
        self.model.settle(self.product.batches())

    def everything_agrees(self) -> None:
        assert self.product.seen() == expected(self.model)
        for person in self.model.people:
            assert self.product.seen_by(person) == expected_by(self.model, person), NAMES[person]


class AtTheSameMoment(OneAfterTheOther):
    """Now and then two steps in two transactions at once: it is as if one had come after the other."""

    @rule(first=which, second=which, choice=choices, other=choices)
    def take_two(self, first: int, second: int, choice: int, other: int) -> None:
        one, two = proposed(self.model, first, choice), proposed(self.model, second, other)
        if one is None or two is None or not may_meet(one, two):
            return
        steps = one, two
        answers = self.both(*steps)
        self.product.look()
        happened = f"{one}: {answers[0] or 'done'}, and meanwhile {two}: {answers[1] or 'done'}"
        note(f"    {happened}")
        seen = self.product.seen()
        orders = [self.in_order(steps, order) for order in ((0, 1), (1, 0))]
        fitting = [end for said, end in orders if said == answers and expected(end) == seen]
        assert fitting, f"{happened}\nfound {seen}\n" + "\n".join(
            f"or    {expected(end)}, {said}" for said, end in orders
        )
        self.model = fitting[0]
        self.everything_agrees()

    def both(self, first: Step, second: Step) -> tuple[str, str]:
        """The first has done everything but the commit when the second comes."""
        with concurrently() as run, looker() as blocked:
            with transaction.atomic():
                answer = self.product.take(first)
                later = run(self.product.take, second)
                wait_until_done_or_blocked(later, blocked)
            return answer, later.result()

    def in_order(self, steps: tuple[Step, Step], order: tuple[int, int]) -> tuple[tuple[str, str], Rules]:
        end = self.model.copy()
        said = {number: end.take(steps[number]) for number in order}
        end.settle(self.product.batches())
        return (said[0], said[1]), end


class ByChance(AtTheSameMoment):
    """The same, but what comes first is chance: not for runs that have to go the same way each time."""

    def both(self, first: Step, second: Step) -> tuple[str, str]:
        barrier = Barrier(2, timeout=10)

        def begin(step: Step) -> str:
            barrier.wait()
            return self.product.take(step)

        with concurrently() as run:
            both = [run(begin, step) for step in (first, second)]
            return both[0].result(), both[1].result()


MACHINES = [OneAfterTheOther, AtTheSameMoment, *([ByChance] if EXAMPLES else [])]


# What fails is first made as short as it can be, which takes longer than to find it.
@pytest.mark.timeout(900)
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.__name__)
def test_the_database_never_disagrees_with_the_model(
    machine: type[OneAfterTheOther], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "BATCH_SIZE", rules.BATCH_SIZE)
    monkeypatch.setattr(django_settings, "QUOTA_WAITING_REQUESTS", rules.MOST_WAITING)
    monkeypatch.setattr(obstacles, "MOST_TIMES", rules.MOST_TIMES)
    # What is compiled keeps the number that it was compiled with.
    monkeypatch.setattr(obstacles, "_NOW", CompiledQuery(obstacles._now, Post, User))
    # Nobody waits for three days, and a key is replaced as often as it comes.
    monkeypatch.setattr(starting_over, "USED_LATELY", timedelta(0))
    monkeypatch.setattr(chain, "MOST_A_DAY", 1000)
    monkeypatch.setattr(keyholders, "MOST_ADDED_A_DAY", 1000)
    monkeypatch.setattr(commenting, "MOST_A_MINUTE", 1000)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES or 10,
            stateful_step_count=25,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # What fails by chance does not fail again.
            phases=[Phase.generate] if machine is ByChance else [Phase.generate, Phase.shrink],
        ),
    )
