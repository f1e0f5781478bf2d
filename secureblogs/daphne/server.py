"""The web process: Daphne, which on SIGTERM first answers what it was asked. `python -m secureblogs.daphne.server`."""

import asyncio
import gc
import sys
import time
from importlib import import_module

from daphne.endpoints import build_endpoint_description_strings
from daphne.http_protocol import WebRequest
from daphne.server import Server
from django.conf import settings
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.tcp import Port

from secureblogs.daphne import bodies, limits, requests, sockets

# Less than whoever sent the signal waits before it kills.
SECONDS_TO_ANSWER = 8
# A client that has just connected sends its request within so long, even on a busy machine.
SECONDS_TO_ARRIVE = 0.5
SECONDS_TO_SETTLE = 0.1
# A thread that computes a page lets the loop, which has a message to pass on, wait so long for its turn. Python's own
# 5 ms are as long as all the rest of a message's way.
SECONDS_OF_A_TURN = 0.0005


class GracefulServer(Server):
    """Daphne cancels every request that it has not answered yet when it is told to stop."""

    def run(self) -> None:
        self.ports: list[Port] = []
        sys.setswitchinterval(SECONDS_OF_A_TURN)
        spare_the_collector()
        trust_no_clock()
        super().run()

    def listen_success(self, port: Port) -> None:
        self.ports.append(port)
        super().listen_success(port)

    def kill_all_applications(self) -> Deferred[None]:
        """Called by Twisted, which ends when the result is there."""
        return Deferred.fromFuture(asyncio.ensure_future(self._finish()))

    async def _finish(self) -> None:
        for port in self.ports:
            stopped = port.stopListening()  # type: ignore[no-untyped-call]
            if isinstance(stopped, Deferred):
                await stopped.asFuture(asyncio.get_running_loop())
        deadline = asyncio.get_running_loop().time() + SECONDS_TO_ANSWER
        # A request may still be on its way on a connection that was accepted in the last moment.
        await asyncio.sleep(SECONDS_TO_ARRIVE)
        while unanswered := self._running(WebRequest):
            patience = deadline - asyncio.get_running_loop().time()
            if patience <= 0:
                break
            await asyncio.wait(unanswered, timeout=patience)
            # The answer still has to leave, and the next request may have come meanwhile.
            await asyncio.sleep(SECONDS_TO_SETTLE)
        running = self._running(object)
        for application in running:
            application.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _running(self, kind: type) -> list["asyncio.Future[None]"]:
        applications = [
            details["application_instance"]
            for protocol, details in self.connections.items()
            if isinstance(protocol, kind) and "application_instance" in details
        ]
        return [application for application in applications if not application.done()]


def spare_the_collector() -> None:
    """Keep Python's garbage collector from looking at the whole program again and again, while everybody waits.

    With a thousand sockets that took 50 to 200 ms each time.
    """
    # Otherwise the first request would load it.
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
    # It looks at old objects soon, too, as Python has it: when there are a quarter more. Closed sockets are such
    # garbage; looked at rarely, 20,000 refused ones had 70 MiB waiting, and like this 8.
    gc.set_threshold(2_000, 10, 0)


def trust_no_clock() -> None:
    """Have Twisted measure time by a clock that never jumps.

    It takes the clock of the day: when that is set back by an hour, what is due in a second waits for an hour, or is
    called again and again for as long, and the process answers nobody.
    """
    reactor.seconds = time.monotonic  # type: ignore[method-assign, misc]


def serve() -> None:
    """Serve HTTP and the WebSocket where the settings say, until a signal ends the process."""
    limits.raise_open_files()
    requests.set_up()
    bodies.set_up()
    sockets.set_up()
    # Before the first look at a setting: this module says where the settings stand.
    application = import_module("secureblogs.asgi").application
    GracefulServer(
        application,
        endpoints=build_endpoint_description_strings(host=settings.BIND, port=settings.PORT),
        server_name="",
        http_timeout=limits.SECONDS_FOR_A_REQUEST,
        # A socket may stay open for ever.
        websocket_timeout=-1,
        websocket_connect_timeout=limits.SECONDS_TO_CONNECT,
        websocket_handshake_timeout=limits.SECONDS_TO_CONNECT,
        websocket_max_message_size=limits.LONGEST_MESSAGE,
        websocket_max_frame_size=limits.LONGEST_MESSAGE,
        ping_interval=settings.PING_INTERVAL,
        ping_timeout=settings.PING_TIMEOUT,
        application_close_timeout=limits.SECONDS_TO_CLOSE,
    ).run()


if __name__ == "__main__":
    serve()
