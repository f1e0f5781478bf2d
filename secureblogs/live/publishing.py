"""Tell browsers that something changed, after commit. A message names a thing and never carries its content."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Protocol
from uuid import UUID

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from redis import RedisError

from secureblogs.live import losses
from secureblogs.workers import redis

logger = logging.getLogger(__name__)

# Sockets pass these on to no browser: they look again at what they listen to, or at their session.
MEMBERSHIPS_CHANGED = "memberships.changed"
SESSIONS_CHANGED = "sessions.changed"
# To one session's tabs: they pass it on and close.
SESSION_ENDED = "session.ended"
# To tabs whose pages are older than what there is to see: they fetch them again.
NEWS_MISSED = "news.missed"
# To every tab, again and again.
HEARTBEAT = "heartbeat"

# Redis remembers so long that something was told: longer than most pages take to open their socket.
REMEMBERED = 60_000  # milliseconds

Message = Mapping[str, object]
Members = Mapping[str, str | int]


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


def publish(
    channel: str,
    event: str,
    *,
    within: HasUid | None = None,
    but: str = "",
    each: Sequence[Members] = ({},),
    **members: str | int | Callable[[], int],
) -> None:
    """After commit, send `{"type": event, **members}` to a channel; `within` a group, to its members only.

    It sends one message for `each` of these further members, all of them at once. The tabs of the session with the key
    `but` are left out: they know it already.

    A member that is a function is called after the commit: a count then holds what others committed meanwhile.
    """
    transaction.on_commit(partial(_publish, channel, event, within, but, each, members), robust=True)


def _publish(
    channel: str,
    event: str,
    within: HasUid | None,
    but: str,
    each: Sequence[Members],
    members: Mapping[str, str | int | Callable[[], int]],
) -> None:
    values = {name: value() if callable(value) else value for name, value in members.items()}
    messages = [_message({"type": event, **values, **more}, within, but) for more in each]
    if redis.is_away():
        losses.losses.note(channel, _tell_missed)
        return
    try:
        _send([channel], *messages)
    except redis.AWAY:
        redis.note_away()
        losses.losses.note(channel, _tell_missed)
    except RedisError as error:
        # Redis has answered, and would say the same again.
        logger.warning("A live message was not sent: %s", type(error).__name__)


def _tell_missed(channels: Collection[str]) -> None:
    _send(channels, _message({"type": NEWS_MISSED}))


def _message(event: Mapping[str, str | int], within: HasUid | None = None, but: str = "") -> Message:
    return {
        "type": "live.message",
        "event": event,
        "within": within.uid.hex if within else "",
        "but": session_channel(but) if but else "",
    }


def _send(channels: Collection[str], *messages: Message) -> None:
    layer = get_channel_layer()
    assert layer is not None
    # The layer's own group_send needs an event loop, and a worker has none; a plain PUBLISH of the same bytes works
    # from any thread.
    encoded = [layer.serialize(message) for message in messages]
    with redis.client().pipeline(transaction=False) as pipe:
        for channel in channels:
            # SET before PUBLISH: a tab that subscribes in between sees the key.
            pipe.set(_memory(channel), 1, px=REMEMBERED)
            for data in encoded:
                pipe.publish(f"{settings.LIVE_PREFIX}__group__{channel}", data)
        pipe.execute()


def was_told(channels: Collection[str], *, age: int) -> bool:
    """Whether anything was told on one of these channels in the last `age` milliseconds, as far as Redis remembers."""
    if age >= REMEMBERED:
        return True
    with redis.client().pipeline(transaction=False) as pipe:
        for channel in channels:
            pipe.pttl(_memory(channel))
        # Redis answers with a negative number where it remembers nothing.
        return any(left > REMEMBERED - age for left in pipe.execute())


def _memory(channel: str) -> str:
    return f"{settings.LIVE_PREFIX}__told__{channel}"
