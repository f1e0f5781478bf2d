"""Who may open the WebSocket: only pages of this very site."""

from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings

Scope = dict[str, object]
Send = Callable[[dict[str, object]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, object]]]


class Application(Protocol):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


DEFAULT_PORTS = {"http": 80, "https": 443}


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
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.path or parts.query or parts.fragment:
        return None
    return parts.scheme, parts.hostname, port or DEFAULT_PORTS[parts.scheme]
