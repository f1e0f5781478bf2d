"""Many open tabs, in a process of their own: `python -m tests.bench.listeners PORT TABS`.

On its input stands a session a line: the author's, who has one tab, and those of others, who share the rest.
Says `ready`, and then for each request that the author's tab hears of, when that was.
"""

import asyncio
import json
import sys
import time

from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol


class Tabs(WebSocketClientFactory):
    """Makes one tab."""

    number: int
    accepted: "asyncio.Future[None]"


class Tab(WebSocketClientProtocol):
    """Notes when a message arrives."""

    factory: Tabs

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        message = json.loads(payload)
        if "message" in message:
            self.factory.accepted.set_result(None)
        elif message["type"] == "read_request.created" and self.factory.number == 0:
            # This clock is the same in all processes of a machine.
            print(time.perf_counter(), flush=True)


async def main(port: int, tabs: int) -> None:
    author, *others = sys.stdin.read().split()
    await open_tab(port, author, 0)
    for first in range(1, tabs, len(others)):
        await asyncio.gather(*(open_tab(port, session, first) for session in others))
    print("ready", flush=True)
    await asyncio.Event().wait()


async def open_tab(port: int, session: str, number: int) -> None:
    address = f"http://localhost:{port}"
    factory = Tabs(
        f"ws://localhost:{port}/ws/post_request", origin=address, headers={"Cookie": f"sessionid={session}"}
    )
    factory.protocol, factory.number = Tab, number
    loop = asyncio.get_running_loop()
    factory.accepted = loop.create_future()
    await loop.create_connection(factory, "127.0.0.1", port)
    await asyncio.wait_for(factory.accepted, 60)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
