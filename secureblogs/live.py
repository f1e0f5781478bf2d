"""Tell browsers that something changed, after commit. A message names a thing and never carries its content."""

import os
from collections.abc import Callable, Collection, Mapping
from functools import cache, partial
from typing import Protocol
from uuid import UUID

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from redis import Redis

from secureblogs.outbox import Outbox

# For the sockets themselves, never passed on to a browser: look again at what they listen to, or at their session.
MEMBERSHIPS_CHANGED = "memberships.changed"
SESSIONS_CHANGED = "sessions.changed"
# To one session's tabs: they pass it on and close.
SESSION_ENDED = "session.ended"
# To one tab, which fetches its page again.
NEWS_MISSED = "news.missed"

# So long it is remembered that something was told: longer than most pages take to open their socket.
REMEMBERED = 60_000  # milliseconds


class HasUid(Protocol):
    uid: UUID


def user_channel(user: HasUid) -> str:
    """The channel that every open tab of this user listens to."""
    return f"user.{user.uid.hex}"


def group_channel(group: HasUid) -> str:
    """The channel that every open tab of this group's members listens to."""
    return f"group.{group.uid.hex}"


def session_channel(session_key: str) -> str:
    """The channel of one session's tabs; its name does not give the session key away."""
    return f"session.{salted_hmac('secureblogs.live', session_key, algorithm='sha256').hexdigest()}"


def tell(
    channel: str, event: str, *, within: HasUid | None = None, **members: str | int | Callable[[], int]
) -> None:
    """After commit, send `{"type": event, **members}` to a channel; `within` a group, to its members only.

    A member that is a function is called after the commit: a count then holds what others committed meanwhile.
    """
    transaction.on_commit(partial(_publish, channel, event, within, members), robust=True)


def _publish(
    channel: str, event: str, within: HasUid | None, members: Mapping[str, str | int | Callable[[], int]]
) -> None:
    values = {name: value() if callable(value) else value for name, value in members.items()}
    message = {
        "type": "live.message",
        "event": {"type": event, **values},
        "within": within.uid.hex if within else "",
    }
    layer = get_channel_layer()
    assert layer is not None
    _outbox().put(partial(_send, channel, layer.serialize(message)))


def _send(channel: str, message: bytes) -> None:
    # The layer's own group_send needs an event loop, and a worker has none; a plain PUBLISH of the same
    # bytes works from any thread, and a Redis that hangs costs one second at most.
    with _redis().pipeline(transaction=False) as pipe:
        # In this order: who begins to listen between the two finds the one and hears the other.
        pipe.set(_memory(channel), 1, px=REMEMBERED)
        pipe.publish(f"{settings.LIVE_PREFIX}__group__{channel}", message)
        pipe.execute()


def was_told(channels: Collection[str], *, age: int) -> bool:
    """Whether anything was told on one of these channels in the last `age` milliseconds, as far as Redis remembers."""
    if age >= REMEMBERED:
        return True
    with _redis().pipeline(transaction=False) as pipe:
        for channel in channels:
            pipe.pttl(_memory(channel))
        # Negative where nothing is remembered.
        return any(left > REMEMBERED - age for left in pipe.execute())


def _memory(channel: str) -> str:
    return f"{settings.LIVE_PREFIX}__told__{channel}"


@cache
def _outbox() -> Outbox:
    return Outbox()


# A process that is forked has none of the threads that send later.
os.register_at_fork(after_in_child=_outbox.cache_clear)


@cache
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
