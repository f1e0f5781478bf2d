"""Every process is replaced, one after the other, while people go on."""

import http.client
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable

from groups.models import Group
from tests.crowd import Answer, Visitor
from tests.faults.people import Member
from tests.faults.posts import every_key_of, is_published, make_group, unfinished, wait_for, wrapped
from tests.faults.world import World
from tests.site import free_port

POSTS_BEFORE = 30
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


def test_a_rolling_restart_under_load_loses_no_request_and_no_post(world, visit):
    group, members = make_group(world, members=3, keys=150)
    _, latecomers = make_group(world, members=1, keys=1)
    author, carol = visit(members[0]), visit(latecomers[0])
    old = [uuid.uuid4() for _ in range(POSTS_BEFORE)]
    for uid in old:
        assert author.publish(group, uid=uid).status == 201
    assert carol.post(f"/groups/{group.slug}/join/", {}).status == 302
    wait_for(lambda: all(map(is_published, old)), seconds=30)
    load = Load([world.site.port, second_web(world)])
    world.site.start("worker 2", process="worker")

    publish(load, members[0], group)
    read(load, members[1], old[0])
    ask(load, latecomers[0], old)
    for name in ("web", "web 2", "worker", "worker 2"):
        replace(world, name, load.ports)
    # On a slow machine all processes are new before the last post was asked for.
    wait_for(lambda: load.answers["ask: 201"] == len(old), seconds=30)
    load.stop()
    for name in ("web 2", "worker 2"):
        world.kill(name, signal.SIGTERM)

    # A slow machine has more posts in hand than an author may have: that is said, and nothing is lost.
    assert set(load.answers) - {"publish: 429"} == {"publish: 201", "read: 200", "ask: 201"}
    assert load.answers["publish: 201"] == len(load.published)
    wait_for(lambda: all(map(is_published, load.published)), seconds=30)
    everybody = every_key_of([*members, *latecomers])
    assert all(wrapped(uid) == everybody for uid in load.published)
    assert unfinished(group) == 0


def second_web(world: World) -> int:
    port = free_port()
    world.site.start("web 2", process="web", PORT=str(port))
    wait_for(lambda: _answers(port), seconds=30)
    return port


def replace(world: World, name: str, ports: list[int]) -> None:
    process = world.site.processes[name]
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    kind = name.split()[0]
    if kind == "web":
        port = ports[0 if name == "web" else 1]
        world.site.start(name, process="web", PORT=str(port))
        wait_for(lambda: _answers(port), seconds=30)
    else:
        world.site.start(name, process=kind)
        world.wait_for_answers()


def publish(load: Load, author: Member, group: Group) -> None:
    cookies = Session(author)

    def send(port: int) -> Answer:
        uid = uuid.uuid4()
        answer = cookies.on(port, lambda visitor: visitor.publish(group, uid=uid))
        if answer.status != 429:
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


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
