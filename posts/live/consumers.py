"""The one WebSocket of every tab. The server says there that something changed; pages fetch it over HTTP."""

import asyncio
import json
import time
from collections import Counter
from contextlib import suppress
from urllib.parse import parse_qs
from uuid import UUID

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db import Error as DatabaseError
from redis import RedisError

from posts.live.audience import Place, audience
from secureblogs import live
from secureblogs.daphne import close_codes, limits
from secureblogs.http.numbers import number_in
from secureblogs.http.origins import Receive, Scope, Send
from secureblogs.live import reconnects
from secureblogs.live.heartbeat import heartbeat

SESSION_ENDED_CODE = 4401
SOMEBODY_ELSE = "somebody_else"
# What a tab is told of the end of its session, where that is known.
WHY = ("reason", "number")
# The message that says why may come so much later than another one, which already finds the session ended.
SECONDS_FOR_THE_REASON = 1
TOO_MUCH = close_codes.POLICY_VIOLATION
# A handshake takes about so long, and by that a page is older than it says.
ON_THE_WAY = 500  # milliseconds
# A browser reconnects and fetches what it missed.
START_ANEW = close_codes.SERVICE_RESTART

HEARTBEAT = json.dumps({"type": live.HEARTBEAT})

# How many sockets of this process each person has open, by pk.
_open: Counter[int] = Counter()


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """Passes on what concerns the signed-in user, as long as their session and membership last."""

    ending: asyncio.Task[None] | None = None

    async def dispatch(self, message: dict[str, object]) -> None:
        """Call the method that bears the name of the message's type."""
        # Channels would have one thread close old connections first, for all sockets of the process. This one asks the
        # database in other threads.
        try:
            await getattr(self, get_handler_name(message))(message)
        except DatabaseError:
            # Without the database nobody can say who may hear it.
            await self.close(START_ANEW)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the socket for as long as it is open, and clean up however it ends."""
        self.session_key = ""
        self.user = 0
        self.taken = 0
        self.channels: set[str] = set()
        self.is_over = False
        try:
            await super().__call__(scope, receive, send)
        except RedisError:
            # Without Redis a socket hears nothing, so the server closes it. The browser tries again, and again.
            await send({"type": "websocket.close", "code": START_ANEW})
        finally:
            reconnects.watch().remove(self.close_after_gap)
            heartbeat().remove(self.beat)
            if self.ending:
                self.ending.cancel()
            if self.user:
                _open[self.user] -= 1
                if not _open[self.user]:
                    del _open[self.user]
            with suppress(RedisError):
                await self._listen(set())

    async def connect(self) -> None:
        began = time.monotonic()
        self.session_key = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME, "")
        # A browser shows no code for a socket that was closed before it was accepted.
        await self.accept()
        reconnects.watch().add(self.close_after_gap)
        if not self.session_key:
            await self.close(SESSION_ENDED_CODE)
            return
        # The socket listens before it looks, so that it does not miss a log-out in between.
        await self._listen({live.session_channel(self.session_key)})
        permissions = await audience().permissions.load(self.session_key)
        if permissions is None:
            # No session began here that could end, so the server says nothing before the code.
            await self.close(SESSION_ENDED_CODE)
        elif self._parameter("signed_in_as") not in ("", str(permissions.user.uid)):
            # The browser has the session of somebody else by now, whose messages are not for this page.
            await self._end(reason=SOMEBODY_ELSE)
        elif _open[permissions.user.pk] >= limits.MOST_SOCKETS:
            await self.close(limits.TOO_MANY_SOCKETS)
        else:
            self.user = permissions.user.pk
            _open[self.user] += 1
            await self._listen({*self.channels, live.user_channel(permissions.user)})
            if await self._follow_groups():
                await self.send_json({"message": "connection accepted"})
                heartbeat().add(self.beat)
                if await self._has_missed_news(began):
                    await self.send_json({"type": live.NEWS_MISSED})

    async def beat(self) -> None:
        await self.send(HEARTBEAT)

    async def close_after_gap(self) -> None:
        """Close the socket: Redis was away, and messages may have been lost with it."""
        await self.close(START_ANEW)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: object
    ) -> None:
        self.taken += 1
        if self.taken > limits.MOST_MESSAGES:
            await self.close(TOO_MUCH)

    async def live_message(self, message: dict[str, object]) -> None:
        """Pass a message of secureblogs.live on, if this socket may still have it."""
        event, within = message["event"], str(message["within"])
        assert isinstance(event, dict)
        if event["type"] == live.SESSION_ENDED:
            await self._end()
        elif event["type"] == live.MEMBERSHIPS_CHANGED:
            await self._follow_groups()
        elif event["type"] == live.NEWS_MISSED:
            # What was lost may have been about the session or its groups, too.
            if await self._follow_groups():
                await self.send_json(event)
        elif message.get("but") != live.session_channel(self.session_key):
            place = Place(self.session_key, self.user, UUID(within) if within else None)
            # The session or the membership may have ended since the handshake, so this asks for every event.
            may_hear = await audience().hearing.load(place)
            if may_hear is None and event["type"] == live.SESSIONS_CHANGED:
                await self._end(**{name: event[name] for name in WHY if event.get(name)})
            elif may_hear is None:
                self._end_in_a_moment()
            elif may_hear and event["type"] != live.SESSIONS_CHANGED:
                await self.send_json(event)

    async def _follow_groups(self) -> bool:
        """Listen to the groups of the person; False if the session is over."""
        permissions = await audience().permissions.load(self.session_key)
        if permissions is None:
            self._end_in_a_moment()
            return False
        kept = {channel for channel in self.channels if not channel.startswith("group.")}
        await self._listen(kept | set(permissions.channels))
        return True

    async def _has_missed_news(self, began: float) -> bool:
        """Whether something was told since the page was asked for, which says `?age=` milliseconds ago, if it does."""
        age = number_in(self._parameter("age"))
        if age is None:
            return False
        elapsed = int((time.monotonic() - began) * 1000)
        return await asyncio.to_thread(live.was_told, self.channels, age=age + elapsed + ON_THE_WAY)

    def _parameter(self, name: str) -> str:
        """A parameter of the socket's address, empty if there is none."""
        parameters: dict[str, list[str]] = parse_qs(self.scope["query_string"].decode("latin1"))
        return parameters.get(name, [""])[0]

    def _end_in_a_moment(self) -> None:
        """End it, unless the message that says why does so first."""
        self.ending = self.ending or asyncio.create_task(self._end_later())

    async def _end_later(self) -> None:
        await asyncio.sleep(SECONDS_FOR_THE_REASON)
        await self._end()

    async def _end(self, **why: object) -> None:
        if not self.is_over:
            self.is_over = True
            await self.send_json({"type": live.SESSION_ENDED, **why})
            await self.close(SESSION_ENDED_CODE)

    async def _listen(self, channels: set[str]) -> None:
        for channel in channels - self.channels:
            await self.channel_layer.group_add(channel, self.channel_name)
        for channel in self.channels - channels:
            await self.channel_layer.group_discard(channel, self.channel_name)
        self.channels = channels
