"""The one WebSocket of every tab. It only ever says that something changed; pages fetch it over HTTP."""

import asyncio
import re
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

from posts.audience import audience
from secureblogs import close_codes, gaps, live, socket_limits
from secureblogs.origins import Receive, Scope, Send

SESSION_ENDED_CODE = 4401
TOO_MUCH = close_codes.POLICY_VIOLATION
# The way of a handshake, by which a page is older than it says.
ON_THE_WAY = 500  # milliseconds
# A browser reconnects and fetches what it missed.
START_ANEW = close_codes.SERVICE_RESTART

# How many sockets of this process each person has open, by pk.
_open: Counter[int] = Counter()


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """Passes on what concerns the signed-in user, as long as their session and membership last."""

    async def dispatch(self, message: dict[str, object]) -> None:
        """To the method that is named as its type; the database is asked elsewhere."""
        # Channels would have a thread close old connections first, one thread for all sockets of the process.
        try:
            await getattr(self, get_handler_name(message))(message)
        except DatabaseError:
            # Nobody can say who may hear it.
            await self.close(START_ANEW)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """For as long as the socket is open, however it ends."""
        self.session_key = ""
        self.user = 0
        self.taken = 0
        self.channels: set[str] = set()
        try:
            await super().__call__(scope, receive, send)
        except RedisError:
            # Without Redis a socket hears nothing: it is refused, or closed. The browser tries again, and again.
            await send({"type": "websocket.close", "code": START_ANEW})
        finally:
            gaps.watch().remove(self.close_after_gap)
            if self.user:
                _open[self.user] -= 1
                if not _open[self.user]:
                    del _open[self.user]
            with suppress(RedisError):
                await self._listen(set())

    async def connect(self) -> None:
        began = time.monotonic()
        self.session_key = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME, "")
        # Accepted first: a browser shows no code for a socket that was closed before.
        await self.accept()
        gaps.watch().add(self.close_after_gap)
        if not self.session_key:
            await self.close(SESSION_ENDED_CODE)
            return
        # Listened to before looking, so that a log-out in between is not missed.
        await self._listen({live.session_channel(self.session_key)})
        arrival = await audience().arrivals.ask(self.session_key)
        if arrival is None:
            # Nothing ended that had begun here, so nothing is said before the code.
            await self.close(SESSION_ENDED_CODE)
        elif _open[arrival.user.pk] >= socket_limits.MOST_SOCKETS:
            await self.close(socket_limits.TOO_MANY_SOCKETS)
        else:
            self.user = arrival.user.pk
            _open[self.user] += 1
            await self._listen({*self.channels, live.user_channel(arrival.user)})
            if await self._follow_groups():
                await self.send_json({"message": "connection accepted"})
                if await self._has_missed_news(began):
                    await self.send_json({"type": live.NEWS_MISSED})

    async def close_after_gap(self) -> None:
        """Redis was away, and messages may have been lost with it."""
        await self.close(START_ANEW)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: object
    ) -> None:
        self.taken += 1
        if self.taken > socket_limits.MOST_MESSAGES:
            await self.close(TOO_MUCH)

    async def live_message(self, message: dict[str, object]) -> None:
        """A message of secureblogs.live: passed on if this socket may still have it."""
        event, within = message["event"], str(message["within"])
        assert isinstance(event, dict)
        if event["type"] == live.SESSION_ENDED:
            await self._end()
        elif event["type"] == live.MEMBERSHIPS_CHANGED:
            await self._follow_groups()
        else:
            place = (self.session_key, UUID(within) if within else None)
            # Asked for every event: the session or the membership may have ended since the handshake.
            may_hear = await audience().hearing.ask(place)
            if may_hear is None:
                await self._end()
            elif may_hear and event["type"] != live.SESSIONS_CHANGED:
                await self.send_json(event)

    async def _follow_groups(self) -> bool:
        """Listen to the groups of the person; False if the session is over."""
        arrival = await audience().arrivals.ask(self.session_key)
        if arrival is None:
            await self._end()
            return False
        kept = {channel for channel in self.channels if not channel.startswith("group.")}
        await self._listen(kept | set(arrival.channels))
        return True

    async def _has_missed_news(self, began: float) -> bool:
        """Whether something was told since the page was asked for, which says `?age=` milliseconds ago, if it does."""
        (age, *_) = parse_qs(self.scope["query_string"].decode("latin1")).get("age", [""])
        if not re.fullmatch(r"[0-9]{1,9}", age):
            return False
        elapsed = int((time.monotonic() - began) * 1000)
        return await asyncio.to_thread(live.was_told, self.channels, age=int(age) + elapsed + ON_THE_WAY)

    async def _end(self) -> None:
        await self.send_json({"type": live.SESSION_ENDED})
        await self.close(SESSION_ENDED_CODE)

    async def _listen(self, channels: set[str]) -> None:
        for channel in channels - self.channels:
            await self.channel_layer.group_add(channel, self.channel_name)
        for channel in self.channels - channels:
            await self.channel_layer.group_discard(channel, self.channel_name)
        self.channels = channels
