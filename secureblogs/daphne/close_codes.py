"""Close codes that belong to servers, which Daphne's WebSocket library refuses to send for an application.

Autobahn takes 1000 and private codes only, and raises for 1008 ('policy violation') and 1012 ('service restart'): the
socket then stays open, or ends with 1011 and a traceback. RFC 6455 gives both to servers, and browsers know them.
"""

from daphne.ws_protocol import WebSocketProtocol

POLICY_VIOLATION = 1008
SERVICE_RESTART = 1012
OF_SERVERS = {POLICY_VIOLATION, SERVICE_RESTART}

_close_as_daphne_does = WebSocketProtocol.serverClose


def allow() -> None:
    """Let the applications of this process close with these codes, too."""
    WebSocketProtocol.serverClose = _close


def _close(socket: WebSocketProtocol, code: int | None = None) -> None:
    if code in OF_SERVERS:
        socket.sendCloseFrame(code=code, reasonUtf8=None, isReply=False)
    else:
        _close_as_daphne_does(socket, code)
