"""The web process: Daphne, which on SIGTERM first answers what it was asked. `python -m secureblogs.web`."""

import asyncio

from daphne.cli import CommandLineInterface
from daphne.http_protocol import WebRequest
from daphne.server import Server
from twisted.internet.defer import Deferred
from twisted.internet.tcp import Port

from secureblogs import body_limit

# Less than whoever sent the signal waits before it kills.
SECONDS_TO_ANSWER = 4
SECONDS_TO_WRITE = 0.1


class GracefulServer(Server):
    """Daphne cancels every request that it has not answered yet when it is told to stop."""

    def run(self) -> None:
        self.ports: list[Port] = []
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
        if unanswered := self._running(WebRequest):
            await asyncio.wait(unanswered, timeout=SECONDS_TO_ANSWER)
        # What was answered still has to leave.
        await asyncio.sleep(SECONDS_TO_WRITE)
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


class CommandLine(CommandLineInterface):
    """Daphne's own command line."""

    server_class = GracefulServer


if __name__ == "__main__":
    body_limit.set_up()
    CommandLine.entrypoint()
