"""Every two things that people and workers may do at the same moment: it is as if one had come after the other.

The first has done everything but the commit when the second begins, in a transaction of its own. Each pair is tried in
both orders, on the same scene. Where one waits, the second also begins in the middle of the first, between two of its
locks: then each could have what the other wants.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from pytest_django import DjangoDbBlocker

from accounts.keys import starting_over
from posts.comments import commenting
from posts.publishing import fanout
from tests.concurrently import looker, wait_until_done_or_blocked
from tests.posts.model import rules
from tests.posts.model.product import Product, expected
from tests.posts.model.rules import Rules, Step
from tests.posts.model.seeing import Seen
from tests.snapshot import Snapshot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# Cleo joins late. So does Dan, whose account is closed. Eve belongs to no group, and Fay was removed from this one. Gus
# has an account key, which he replaced.
NAMES = ["Ann", "Ben", "Cleo", "Dan", "Eve", "Fay", "Gus"]
ANN, BEN, CLEO, DAN, EVE, FAY, GUS = range(len(NAMES))
OWNERS = [ANN, BEN, CLEO, CLEO, DAN, EVE, FAY]
ANNS_KEY, BENS_KEY, CLEOS_KEY, CLEOS_OTHER_KEY, *_ = range(len(OWNERS))
BENS_NEW_KEY, NEW_KEY, GUS_FIRST, GUS_SECOND, GUS_THIRD, CLEOS_ACCOUNT, ANNS_ACCOUNT = range(
    len(OWNERS), len(OWNERS) + 7
)
BENS_KEYS, CLEOS_KEYS = (BENS_KEY, BENS_NEW_KEY), (CLEOS_KEY, CLEOS_OTHER_KEY)
# Posts by Ann that Cleo has asked for, was granted, may ask for; one by Ben, who mutes her; and two by Ann again, of
# which workers have one in batches and have not begun the other. Cleo was granted one more. An edit of the one that was
# asked for is queued, and one of the one that was granted is in its last batch, which has Cleo's keys.
ASKED, GRANTED, FREE, BENS, IN_BATCHES, QUEUED, NEW, CLEOS_NEW, GRANTED_TOO = range(9)
# Under the one that was granted Ben said something, and Cleo answered, and something else that nobody did.
SAID, ANSWER, ALONE, NEW_COMMENT = range(4)

# Of two batches that wait one has Cleo's keys.
STEPS: dict[str, tuple[int | str | tuple[int, ...], ...]] = {
    "join": (EVE,),
    "join, kept out": (FAY,),
    "join, who belongs": (CLEO,),
    "let_back_in": (FAY,),
    "leave, the author": (ANN,),
    "leave, the asker": (CLEO,),
    "remove": (CLEO,),
    "end_account, the author's": (ANN,),
    "end_account, the asker's": (CLEO,),
    "close_account, the author's": (ANN,),
    "close_account, the asker's": (CLEO,),
    "open_account": (DAN,),
    "add_key": (NEW_KEY, CLEO),
    "revoke": (CLEOS_KEY,),
    "find_unusable": (CLEOS_KEY,),
    "make_account": (CLEOS_ACCOUNT, CLEO),
    "make_account, the author's": (ANNS_ACCOUNT, ANN),
    "replace_account": (GUS_THIRD, GUS, GUS_SECOND),
    "start_over": (GUS_THIRD, GUS, GUS_SECOND),
    "change_list": (GUS, GUS_SECOND, 1, (0,)),
    "add_device": (GUS, GUS_SECOND, 1, (0,), 1),
    "lift": (GUS, GUS_SECOND),
    "submit, the author": (NEW, ANN),
    "submit, the asker": (CLEOS_NEW, CLEO),
    "encrypt": (QUEUED,),
    "wrap, for the asker": (IN_BATCHES, "hers"),
    "wrap, for others": (IN_BATCHES, "others"),
    "revise": (FREE, 2, ANN),
    "revise, as before": (ASKED, 2, ANN),
    "encrypt, an edit": (ASKED,),
    "wrap, an edit": (GRANTED, "hers"),
    "sweep": (),
    "delete, asked for": (ASKED,),
    "delete, in batches": (IN_BATCHES,),
    "delete, queued": (QUEUED,),
    "delete_group": (),
    "comment": (NEW_COMMENT, GRANTED, CLEO, -1),
    "comment, an answer": (NEW_COMMENT, GRANTED, BEN, ALONE),
    "edit_comment": (ANSWER, 2),
    "delete_comment": (SAID,),
    "delete_comment, an answer": (ANSWER,),
    "delete_comment, unanswered": (ALONE,),
    "ask": (FREE, CLEO),
    "ask, while muted": (BENS, CLEO),
    "ask, while it is encrypted": (IN_BATCHES, CLEO),
    "ask_all": (CLEO,),
    "withdraw": (ASKED, CLEO),
    "approve": (ASKED, CLEO, CLEOS_KEYS, 1),
    "approve, another's": (ASKED, BEN, BENS_KEYS, 1),
    "approve, while it is edited": (GRANTED, BEN, BENS_KEYS, 1),
    "reject": (ASKED, CLEO),
    "withdraw_grant": (GRANTED, CLEO),
    "report": (GRANTED, CLEO, CLEOS_KEYS),
    "mute": (ANN, CLEO),
    "unmute": (BEN, CLEO),
    "mark_seen": (ANN,),
}
# Both want memberships and requests, and only a lock of the second's has it take them in the order of the first: these
# meet between any two locks.
IN_ANOTHER_ORDER = ("close_account, the asker's", "delete_group")
LOCKING = re.compile(r"^\s*(UPDATE|DELETE)|FOR (NO KEY |KEY )?(UPDATE|SHARE)")
# Of these two nobody waits for the other: a large group's workers and readers would all stand in one line.
SIDE_BY_SIDE = [
    ("submit, the author", "submit, the asker"),
    ("approve", "approve, another's"),
    ("join", "wrap, for others"),
    ("add_key", "wrap, for others"),
    ("wrap, for others", "wrap, for others"),
    ("encrypt", "encrypt"),
    ("delete, in batches", "wrap, for others"),
    ("delete, queued", "encrypt"),
    ("delete_group", "encrypt"),
]


Execute = Callable[[str, object, bool, dict[str, object]], object]


@dataclass(frozen=True)
class Outcome:
    """The outcome of two steps: whether the second waited for the first, and how often that one locked something."""

    answers: tuple[str, str]
    seen: Seen
    waits: bool
    locks: int

    def differences(self, orders: list[tuple[tuple[str, str], Rules]]) -> list[list[str]]:
        """How it differs from each order of the two."""
        found = []
        for answers, end in orders:
            end.settle(self.seen["batches"])
            wanted = {"answers": answers, **expected(end)}
            is_so = {"answers": self.answers, **self.seen}
            found.append(
                [
                    f"{what}: {is_so[what]}, not {wanted[what]}"
                    for what in wanted
                    if is_so[what] != wanted[what]
                ]
            )
        return found


@dataclass
class Scene:
    """The rows that are there before each pair, and what the rules say of them."""

    product: Product
    model: Rules
    rows: Snapshot
    elsewhere: ThreadPoolExecutor
    blocked: Callable[[], int]

    def begin(self) -> Product:
        """The product with nothing done in it yet."""
        self.rows.put_back()
        known = (
            "keys",
            "posts",
            "uids",
            "requests",
            "secrets",
            "devices",
            "drafts",
            "said",
            "comments",
            "sealed",
        )
        return replace(self.product, **{name: copy(getattr(self.product, name)) for name in known})

    def step(self, name: str) -> Step:
        waiting = {number: post.batches for number, post in self.model.posts.items()}
        found = waiting.get(GRANTED if name == "wrap, an edit" else IN_BATCHES, ())
        batches = {"hers" if CLEOS_KEY in batch else "others": batch for batch in found}
        about = tuple(batches[each] if isinstance(each, str) else each for each in STEPS[name])
        return Step(name.partition(",")[0], about)

    def at_once(self, first: Step, second: Step, *, at: int | None = None) -> Outcome:
        """The second begins when the first has done all but the commit, or before its `at`th lock."""
        product, begun, locks = self.begin(), list[Future[str]](), count()

        def begin() -> None:
            begun.append(self.elsewhere.submit(product.take, second))
            wait_until_done_or_blocked(begun[0], self.blocked)

        def watch(
            execute: Execute, sql: str, params: object, many: bool, context: dict[str, object]
        ) -> object:
            if LOCKING.search(sql) and next(locks) == at:
                # What stands before it in a pipeline goes first: then its locks are held.
                with connection.connection.pipeline():
                    pass
                begin()
            return execute(sql, params, many, context)

        with transaction.atomic():
            with connection.execute_wrapper(watch):
                answer = product.take(first)
            if not begun:
                begin()
            waits = not begun[0].done()
        answers = answer, begun[0].result(timeout=20)
        return Outcome(answers, product.seen(), waits, next(locks))

    def in_turn(self, first: Step, second: Step) -> tuple[tuple[str, str], Rules]:
        """The rules' answers if one comes after the other, and the state then."""
        end = self.model.copy()
        return (end.take(first), end.take(second)), end


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        ThreadPoolExecutor(max_workers=1) as elsewhere,
        looker() as blocked,
    ):
        patch.setattr(fanout, "BATCH_SIZE", rules.BATCH_SIZE)
        patch.setattr(starting_over, "USED_LATELY", timedelta(0))
        patch.setattr(commenting, "MOST_A_MINUTE", 1000)
        # A request waits already: of two more at once only one finds room.
        patch.setattr(settings, "QUOTA_WAITING_REQUESTS", 2)
        patch.setattr(rules, "MOST_WAITING", 2)
        rows = Snapshot("scene")
        product, model = build()
        rows.take()
        yield Scene(product, model, rows, elsewhere, blocked)
        elsewhere.submit(connections.close_all).result()
        rows.forget()


def build() -> tuple[Product, Rules]:
    """Come to the scene by the verbs of the model, which agrees."""
    model, product = Rules({*range(len(NAMES))}), Product.of(NAMES)

    def do(verb: str, *about: int | tuple[int, ...]) -> None:
        assert product.take(Step(verb, about)) == model.take(Step(verb, about)), verb
        product.look()
        model.settle(product.batches())

    for key, owner in enumerate(OWNERS):
        do("add_key", key, owner)
    do("make_account", GUS_FIRST, GUS)
    for person in (ANN, BEN, FAY, GUS):
        do("join", person)
    do("remove", FAY)
    for post in (ASKED, GRANTED, GRANTED_TOO, FREE, BENS):
        do("submit", post, BEN if post == BENS else ANN)
        do("encrypt", post)
    for post in (ASKED, GRANTED, FREE):
        for batch in model.posts[post].batches:
            do("wrap", post, batch)
    do("join", CLEO)
    do("join", DAN)
    do("submit", IN_BATCHES, ANN)
    do("encrypt", IN_BATCHES)
    do("wrap", IN_BATCHES, next(batch for batch in model.posts[IN_BATCHES].batches if ANNS_KEY in batch))
    do("submit", QUEUED, ANN)
    do("replace_account", GUS_SECOND, GUS, GUS_FIRST)
    do("add_key", BENS_NEW_KEY, BEN)
    do("ask", ASKED, BEN)
    for post in (GRANTED, GRANTED_TOO):
        do("ask", post, CLEO)
        do("approve", post, CLEO, CLEOS_KEYS, 1)
    do("comment", SAID, GRANTED, BEN, -1)
    do("comment", ANSWER, GRANTED, CLEO, SAID)
    do("comment", ALONE, GRANTED, BEN, -1)
    do("ask", ASKED, CLEO)
    do("mute", BEN, CLEO)
    do("ask", GRANTED, BEN)
    for post in (ASKED, GRANTED):
        do("revise", post, 2, ANN)
    do("encrypt", GRANTED)
    for batch in [batch for batch in model.posts[GRANTED].batches if CLEOS_KEY not in batch]:
        do("wrap", GRANTED, batch)
    do("close_account", DAN)
    assert product.seen() == expected(model)
    return product, model


@pytest.mark.parametrize("first", STEPS)
def test_it_is_as_if_one_had_come_after_the_other(first, scene):
    assert [words for second in STEPS for words in faults_of(scene, first, second)] == []


def faults_of(scene: Scene, first: str, second: str) -> list[str]:
    """The differences after both; nothing if either order explains it."""
    one, two = scene.step(first), scene.step(second)
    outcomes = [scene.at_once(one, two)]
    if outcomes[0].waits and outcomes[0].locks > 1:
        # Now in the middle of the first, between two of its locks: each time between others.
        places = range(1, outcomes[0].locks)
        if (first, second) != IN_ANOTHER_ORDER:
            places = places[(len(first) + len(second)) % len(places) :][:1]
        outcomes += [scene.at_once(one, two, at=place) for place in places]
    orders = [scene.in_turn(one, two), scene.in_turn(two, one)]
    orders[1] = orders[1][0][::-1], orders[1][1]
    return [
        f"{first} / {second}: {found}"
        for outcome in outcomes
        if [] not in (found := outcome.differences(orders))
    ]


@pytest.mark.parametrize(("first", "second"), SIDE_BY_SIDE)
def test_nobody_waits(first, second, scene):
    assert not scene.at_once(scene.step(first), scene.step(second)).waits
