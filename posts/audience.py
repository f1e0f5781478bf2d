"""Who may hear what: asked anew for every event, of all sockets of a process together."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID
from weakref import WeakKeyDictionary

from accounts.domain import sessions
from accounts.models import User
from groups.models import Group, Membership
from secureblogs import live
from secureblogs.together import Together


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who opens a socket, and the channels of the groups that they belong to."""

    user: User
    channels: list[str]


def arrivals(session_keys: Collection[str]) -> dict[str, Arrival]:
    """By session; those that have ended are not there."""
    users = sessions.users_of(session_keys)
    channels: dict[int, list[str]] = {user.pk: [] for user in users.values()}
    for user, uid in Membership.objects.filter(user__in=channels).values_list("user", "group__uid"):
        channels[user].append(live.group_channel(Group(uid=uid)))
    return {key: Arrival(user, channels[user.pk]) for key, user in users.items()}


# A session, and the group that an event stays within, if it does.
Place = tuple[str, UUID | None]


def hearing(places: Collection[Place]) -> dict[Place, bool]:
    """Whether an event may be heard; of sessions that have ended nothing is there."""
    users = sessions.users_of({key for key, _ in places})
    groups = {group for _, group in places if group}
    members = _members(users.values(), groups) if groups else set()
    return {
        (key, group): group is None or (users[key].pk, group) in members
        for key, group in places
        if key in users
    }


def _members(users: Collection[User], groups: Collection[UUID]) -> set[tuple[int, UUID]]:
    memberships = Membership.objects.filter(user__in=users, group__uid__in=groups)
    return set(memberships.values_list("user", "group__uid"))


@dataclass(frozen=True)
class Audience:
    """The questions of all sockets of an event loop."""

    arrivals: Together[str, Arrival] = field(default_factory=lambda: Together(arrivals))
    hearing: Together[Place, bool] = field(default_factory=lambda: Together(hearing))


# One a loop, which in a server process is one; tests have several.
_audiences: WeakKeyDictionary[asyncio.AbstractEventLoop, Audience] = WeakKeyDictionary()


def audience() -> Audience:
    """Of the running event loop."""
    return _audiences.setdefault(asyncio.get_running_loop(), Audience())
