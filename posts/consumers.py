"""The one WebSocket of every tab. It only ever says that something changed; pages fetch it over HTTP."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar
from uuid import UUID

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db import connections

from accounts.domain import sessions
from accounts.models import User
from groups.models import Group
from secureblogs import close_codes, gaps, live

SESSION_ENDED_CODE = 4401
TOO_MUCH = close_codes.POLICY_VIOLATION
# A browser reconnects and fetches what it missed.
LOST_REDIS = close_codes.SERVICE_RESTART
# What a client may send before its socket is closed: the socket takes no commands.
MOST_MESSAGES_TAKEN = 100

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run database code for one event. Without a context of its own all sockets of the process take turns."""
    async with ThreadSensitiveContext():
        return await sync_to_async(_closing)(function, *args, **kwargs)


def _closing(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    # The thread ends with its context, so its connection has to go back to the pool here and now.
    try:
        return function(*args, **kwargs)
    finally:
        connections.close_all()


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """Passes on what concerns the signed-in user, as long as their session and membership last."""

    async def connect(self) -> None:
        self.session_key: str = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME, "")
        self.taken = 0
        self.channels: set[str] = set()
        # Accepted first: a browser shows no code for a socket that was closed before.
        await self.accept()
        gaps.watch().add(self.close_after_gap)
        # Listened to before looking, so that a log-out in between is not missed.
        await self._listen({live.session_channel(self.session_key)})
        user = await in_thread(sessions.user_of, self.session_key)
        if user is None:
            # Nothing ended that had begun here, so nothing is said before the code.
            await self.close(SESSION_ENDED_CODE)
            return
        await self._listen({*self.channels, live.user_channel(user)})
        await self._follow_groups(user)
        await self.send_json({"message": "connection accepted"})

    async def disconnect(self, code: int) -> None:
        gaps.watch().remove(self.close_after_gap)
        await self._listen(set())

    async def close_after_gap(self) -> None:
        """Redis was away, and messages may have been lost with it."""
        await self.close(LOST_REDIS)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: object
    ) -> None:
        self.taken += 1
        if self.taken > MOST_MESSAGES_TAKEN:
            await self.close(TOO_MUCH)

    async def live_message(self, message: dict[str, object]) -> None:
        """A message of secureblogs.live: passed on if this socket may still have it."""
        event, within = message["event"], str(message["within"])
        assert isinstance(event, dict)
        if event["type"] == live.SESSION_ENDED:
            await self._end()
            return
        user = await self._current_user()
        if user is None:
            return
        if event["type"] == live.MEMBERSHIPS_CHANGED:
            await self._follow_groups(user)
        elif event["type"] == live.SESSIONS_CHANGED:
            pass  # The session was looked at above; that was all.
        elif not within or await in_thread(_is_member, user, UUID(within)):
            await self.send_json(event)

    async def _current_user(self) -> User | None:
        # The scope is a snapshot of the handshake; the session may have ended since.
        user = await in_thread(sessions.user_of, self.session_key)
        if user is None:
            await self._end()
        return user

    async def _end(self) -> None:
        await self.send_json({"type": live.SESSION_ENDED})
        await self.close(SESSION_ENDED_CODE)

    async def _follow_groups(self, user: User) -> None:
        groups = await in_thread(_groups_of, user)
        kept = {channel for channel in self.channels if not channel.startswith("group.")}
        await self._listen(kept | {live.group_channel(group) for group in groups})

    async def _listen(self, channels: set[str]) -> None:
        for channel in channels - self.channels:
            await self.channel_layer.group_add(channel, self.channel_name)
        for channel in self.channels - channels:
            await self.channel_layer.group_discard(channel, self.channel_name)
        self.channels = channels


def _groups_of(user: User) -> list[Group]:
    return list(Group.objects.of_member(user))


def _is_member(user: User, group_uid: UUID) -> bool:
    return Group.objects.of_member(user).filter(uid=group_uid).exists()
