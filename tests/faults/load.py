"""People who publish, ask and read for as long as a test wants."""

import http.client
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable

from groups.models import Group
from tests.crowd import Answer, Visitor
from tests.faults.people import Member

# Each, so that a slow machine keeps up.
SECONDS_BETWEEN = 0.2


class Load:
    """People who publish, ask and read until it stops. A balancer stands before two web processes, so to speak:
    where nobody listens the other one is asked."""

    def __init__(self, ports: list[int]) -> None:
        self.ports = ports
        self.answers: Counter[str] = Counter()
        self.published: list[uuid.UUID] = []
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def go_on(self, what: str, send: Callable[[int], Answer | None]) -> None:
        """Do it again and again, in a thread."""
        thread = threading.Thread(target=self._repeat, args=(what, send))
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, what: str, send: Callable[[int], Answer | None]) -> None:
        turn = 0
        while not self._stopped.is_set():
            turn += 1
            for port in (self.ports[turn % 2], self.ports[(turn + 1) % 2]):
                try:
                    answer = send(port)
                except ConnectionRefusedError:
                    continue
                except (OSError, http.client.HTTPException) as error:
                    self.answers[f"{what}: {error!r}"] += 1
                else:
                    if answer is None:
                        return
                    self.answers[f"{what}: {answer.status}"] += 1
                break
            else:
                self.answers[f"{what}: nobody listens"] += 1
            time.sleep(SECONDS_BETWEEN)


def publish(load: Load, author: Member, group: Group) -> None:
    cookies = Session(author)

    def send(port: int) -> Answer:
        uid = uuid.uuid4()
        answer = cookies.on(port, lambda visitor: visitor.publish(group, uid=uid))
        if answer.status == 201:
            load.published.append(uid)
        return answer

    load.go_on("publish", send)


def read(load: Load, reader: Member, uid: uuid.UUID) -> None:
    cookies = Session(reader)
    load.go_on("read", lambda port: cookies.on(port, lambda visitor: visitor.get(f"/posts/{uid}/")))


def ask(load: Load, asker: Member, posts: list[uuid.UUID]) -> None:
    cookies, left = Session(asker), list(posts)

    def send(port: int) -> Answer | None:
        if not left:
            return None
        answer = cookies.on(port, lambda visitor: visitor.post(f"/posts/{left[0]}/request_read/", {}))
        if answer.status == 201:
            left.pop(0)
        return answer

    load.go_on("ask", send)


class Session:
    """Somebody who is signed in once, with a new connection for each request."""

    def __init__(self, member: Member) -> None:
        self.visitor = member.visitor()

    def on(self, port: int, send: Callable[[Visitor], Answer]) -> Answer:
        self.visitor.go_to(port)
        try:
            return send(self.visitor)
        finally:
            self.visitor.close()
