"""The oracle: what has to be there after a history, told without looking at the product.

Where an answer was lost, two worlds are possible, and every later answer has to fit into one of them. What all possible
worlds agree on is certain.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tests.faults.history import Attempt, Outcome


@dataclass(frozen=True)
class World:
    """How one person stands to one post."""

    is_member: bool
    is_submitted: bool = False
    # A member at that moment, and ever since.
    is_recipient: bool = False
    request: str = ""
    is_granted: bool = False

    @property
    def has_keys(self) -> bool:
        """Whether each of the person's active keys has its wrapped key."""
        return self.is_recipient or self.is_granted


class Contradiction(Exception):
    """No order of events explains what was answered."""


def possible_worlds(is_member: bool, history: Iterable[Attempt]) -> set[World]:
    """The worlds in which all these answers could have been given."""
    worlds = {World(is_member)}
    for attempt in history:
        before = worlds
        worlds = {after for world in before for after in _possible(world, attempt)}
        if not worlds:
            states = " or ".join(sorted(map(str, before)))
            raise Contradiction(f"{attempt}, and before it there was {states}")
    return worlds


def _possible(world: World, attempt: Attempt) -> list[World]:
    done = _done(world, attempt)
    if attempt.outcome is Outcome.REFUSED:
        return [world] if _may_be_refused(world, attempt) else []
    if attempt.outcome is Outcome.UNKNOWN:
        return [world] if done is None else [world, done]
    return [] if done is None or not _fits(world, attempt) else [done]


def _done(world: World, attempt: Attempt) -> World | None:
    """The world afterwards; None where it can't be done."""
    match attempt.kind:
        case "publish":
            if world.is_submitted:
                return world
            return replace(world, is_submitted=True, is_recipient=world.is_member)
        case "join":
            return replace(world, is_member=True)
        case "leave":
            return _left(world) if world.is_member else None
        case "ask":
            return replace(world, request="pending") if _may_ask(world) else None
        case "approve":
            return replace(world, request="approved", is_granted=True) if _waits(world) else None
        case "reject":
            return replace(world, request="rejected") if _waits(world) else None
    raise ValueError(attempt.kind)


def _left(world: World) -> World:
    request = "closed" if world.request in {"pending", "approved"} else world.request
    return replace(world, is_member=False, is_recipient=False, is_granted=False, request=request)


def _may_ask(world: World) -> bool:
    # Nobody asks again within days of a refusal, nor for what they were granted.
    return world.is_member and world.is_submitted and world.request not in {"approved", "rejected"}


def _waits(world: World) -> bool:
    return world.is_member and world.request == "pending"


def _fits(world: World, attempt: Attempt) -> bool:
    """Whether the answer tells new from old rightly."""
    match attempt.kind:
        case "publish":
            return attempt.is_new is not world.is_submitted
        case "ask":
            return attempt.is_new is (world.request != "pending")
    return True


def _may_be_refused(world: World, attempt: Attempt) -> bool:
    match attempt.kind:
        case "leave":
            return not world.is_member
        case "ask":
            # While workers are at it nobody knows whether there is something to ask for.
            return not _waits(world)
        case "approve" | "reject":
            return not _waits(world)
    # Neither a post of its author nor joining an open group is ever refused.
    return False
