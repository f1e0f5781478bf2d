"""Who may hear what. The sockets of a process ask anew for every event, all of them together."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from accounts.domain import sessions
from accounts.models import User
from groups.models import Group, Membership
from secureblogs import live
from secureblogs.queries.batching import BatchLoader
from secureblogs.queries.bound import BoundQuery


@dataclass(frozen=True, slots=True)
class SocketPermissions:
    """The user of a socket, and the channels of the groups that they belong to."""

    user: User
    channels: list[str]


def permissions_of(session_keys: Collection[str]) -> dict[str, SocketPermissions]:
    """The permissions by session; a session that has ended is not among them."""
    users = sessions.users_of(session_keys)
    channels: dict[int, list[str]] = {user.pk: [] for user in users.values()}
    for user, uid in Membership.objects.filter(user__in=channels).values_list("user", "group__uid"):
        channels[user].append(live.group_channel(Group(uid=uid)))
    return {key: SocketPermissions(user, channels[user.pk]) for key, user in users.items()}


class Place(NamedTuple):
    """Where a socket hears an event, if it may.

    Its session, the pk of that session's owner at the handshake, and the group within which the event stays, if any.
    """

    session_key: str
    owner: int
    group: UUID | None


def hearing(places: Collection[Place]) -> dict[Place, bool]:
    """Whether the socket of a session may hear an event; a session that has ended is not among them."""
    owners = {place.session_key: place.owner for place in places}
    groups = {place.group for place in places if place.group}
    users, (found,) = sessions.users_still_in(owners, _members(owners.values(), groups))
    members = set(found)
    return {
        place: place.group is None or (place.owner, place.group) in members
        for place in places
        if place.session_key in users
    }


def _members(users: Collection[int], groups: Collection[UUID]) -> BoundQuery:
    # Every message waits for it, and Django takes 0.9 ms of processor time to compose it.
    return BoundQuery(
        "SELECT membership.user_id, uid FROM groups_membership AS membership"
        " JOIN groups_group ON groups_group.id = membership.group_id"
        " WHERE membership.user_id = ANY(%s) AND uid = ANY(%s)",
        [list(users), list(groups)],
    )


@dataclass(frozen=True)
class Audience:
    """The questions of all sockets of an event loop."""

    permissions: BatchLoader[str, SocketPermissions] = field(
        default_factory=lambda: BatchLoader(permissions_of)
    )
    hearing: BatchLoader[Place, bool] = field(default_factory=lambda: BatchLoader(hearing))


# One per event loop: a server process has one, tests have several.
_audiences: WeakKeyDictionary[asyncio.AbstractEventLoop, Audience] = WeakKeyDictionary()


def audience() -> Audience:
    """The audience of the running event loop."""
    return _audiences.setdefault(asyncio.get_running_loop(), Audience())
