"""A proxy that can swallow: WebSockets through it stay open, and bring nothing any more."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class SwallowingProxy:
    """Passes bytes on to a web process. After `swallow` the WebSockets that are open then look so for ever."""

    def __init__(self, url: str) -> None:
        target = urlsplit(url)
        self._target = (str(target.hostname), int(target.port or 80))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._swallowing = threading.Event()
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def swallow(self) -> None:
        self._swallowing.set()
        self._swallowing = threading.Event()

    def close(self) -> None:
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in (self._listener, *self._sockets):
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                self._sockets += [client, server]
                for source, sink in ((client, server), (server, client)):
                    ends = (source, sink, self._swallowing)
                    self._threads.append(threading.Thread(target=_pass_on, args=ends, daemon=True))
                    self._threads[-1].start()


def _pass_on(source: socket.socket, sink: socket.socket, swallowing: threading.Event) -> None:
    is_websocket = False
    with suppress(OSError):
        while data := source.recv(65_536):
            is_websocket = is_websocket or b"upgrade: websocket" in data.lower()
            if not (is_websocket and swallowing.is_set()):
                sink.sendall(data)
        if not (is_websocket and swallowing.is_set()):
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def swallowing_proxy(url: str) -> Iterator[SwallowingProxy]:
    proxy = SwallowingProxy(url)
    try:
        yield proxy
    finally:
        proxy.close()
