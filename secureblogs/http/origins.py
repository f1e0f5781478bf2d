"""Only pages of this very site may open the WebSocket."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from channels.security.websocket import WebsocketDenier
from django.conf import settings

Scope = dict[str, object]
Send = Callable[[Mapping[str, object]], Awaitable[None]]
Receive = Callable[[], Awaitable[Mapping[str, object]]]


class Application(Protocol):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


DEFAULT_PORTS = {"http": 80, "https": 443}
# Nothing else is an origin: a name and a password before the host are none, nor is anything behind the port.
_ORIGIN = re.compile(r"(https?)://([\w.-]+|\[[\da-fA-F:.]+\])(?::(\d{1,5}))?", re.ASCII)


class SameOrigin:
    """Refuses a handshake whose Origin is missing or differs from the site in scheme, host or port.

    Channels' own validator ignores ports and accepts `*`, so it is not used.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = _is_same_origin(dict(scope["headers"]))  # type: ignore[call-overload]
        application: Application = self.application if allowed else WebsocketDenier()
        await application(scope, receive, send)


def _is_same_origin(headers: dict[bytes, bytes]) -> bool:
    origin = _parse(headers.get(b"origin", b"").decode("latin1"))
    if origin is None:
        return False
    if origin == _parse(settings.SITE_URL):
        return True
    # Without TLS the site is also reached by its other names, 127.0.0.1 say: page and socket have to agree.
    host = headers.get(b"host", b"").decode("latin1")
    return (
        not settings.IS_HTTPS and origin[1] in settings.ALLOWED_HOSTS and origin == _parse(f"http://{host}")
    )


def _parse(url: str) -> tuple[str, str, int] | None:
    parts = _ORIGIN.fullmatch(url)
    if parts is None:
        return None
    scheme, host, port = parts.groups()
    return scheme, host.lower(), int(port or DEFAULT_PORTS[scheme])
