"""One client without a session sends a flood, so that a test sees who else is still answered.

`python -m tests.floods signing-up 8000 95` keeps so many requests in hand until it is ended.
"""

import asyncio
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from tests.commands import BASE_DIR

PASSWORD = "correct horse battery staple"
ADDRESSES = {"signing-up": "/accounts/signup/", "logging-in": "/accounts/login/"}
# What is asked for, without a form.
ASKED = {"asking whether it serves": "/healthz"}


@contextmanager
def flood(kind: str, *, port: int, at_once: int) -> Iterator[None]:
    """While the block runs, a process of its own sends so many requests at once and, answered, sends the next."""
    command = [sys.executable, "-m", "tests.floods", kind, str(port), str(at_once)]
    with subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE) as sending:
        assert sending.stdout is not None
        try:
            # The first requests are on their way.
            assert sending.stdout.readline()
            yield
        finally:
            sending.kill()


async def send(kind: str, port: int, at_once: int) -> None:
    """Send for ever."""
    token = await token_of(port)
    numbers = itertools.count()
    async with asyncio.TaskGroup() as senders:
        for _ in range(at_once):
            senders.create_task(send_for_ever(kind, port, token, numbers))
        await asyncio.sleep(0.5)
        print("sending", flush=True)


async def send_for_ever(kind: str, port: int, token: str, numbers: Iterator[int]) -> None:
    while True:
        try:
            reader, writer = await asyncio.open_connection("localhost", port)
            while True:
                writer.write(request_of(kind, port, token, next(numbers)))
                await answer(reader)
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.1)


async def token_of(port: int) -> str:
    """The CSRF token of a visitor."""
    reader, writer = await asyncio.open_connection("localhost", port)
    writer.write(f"GET /accounts/login/ HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
    head = await answer(reader)
    writer.close()
    token = re.search(r"csrftoken=(\w+)", head)
    assert token
    return token[1]


def request_of(kind: str, port: int, token: str, number: int) -> bytes:
    """A form: the next person who signs up, or the next guess of a password. Or a question."""
    if kind in ASKED:
        return f"GET {ASKED[kind]} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode()
    fields = {"csrfmiddlewaretoken": token}
    if kind == "signing-up":
        fields |= {"name": f"Sender {number}", "email": f"sender{number}@example.org", "password1": PASSWORD}
    else:
        fields |= {"login": f"nobody{number}@example.org", "password": PASSWORD}
    body = urlencode(fields)
    return (
        f"POST {ADDRESSES[kind]} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: csrftoken={token}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def answer(reader: asyncio.StreamReader) -> str:
    """The head of an answer, whose body is read, too."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    if length := re.search(r"content-length: (\d+)", head, re.IGNORECASE):
        await reader.readexactly(int(length[1]))
    return head


if __name__ == "__main__":
    asyncio.run(send(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
