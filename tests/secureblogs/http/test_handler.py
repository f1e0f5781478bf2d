"""Requests in threads: each in one of its own, and what happens when there is none left."""

import re
import threading
from collections.abc import Callable

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpRequest, HttpResponse
from django.urls import path

from secureblogs.http import handler, metrics
from secureblogs.http.handler import ThreadHandler
from secureblogs.http.known_sessions import SIGNED_IN
from secureblogs.urls import urlpatterns as site_urlpatterns
from tests.cast import session_of
from tests.posts.live.tabs import in_thread
from tests.secureblogs.http.test_security import HEADERS

may_end = threading.Event()


def hangs(request: HttpRequest) -> HttpResponse:
    assert may_end.wait(10)
    return HttpResponse()


def thread(request: HttpRequest) -> HttpResponse:
    request.seen.append(threading.get_ident())  # type: ignore[attr-defined]
    return HttpResponse(" ".join(map(str, request.seen)))  # type: ignore[attr-defined]


def notes_thread(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.seen = [threading.get_ident()]  # type: ignore[attr-defined]
        return get_response(request)

    return answer


urlpatterns = [*site_urlpatterns, path("hangs/", hangs), path("thread/", thread)]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def nobody_hangs():
    may_end.clear()
    yield
    may_end.set()


def scope_of(address: str, *, session: str = "", client: str = "192.0.2.1") -> dict[str, object]:
    return {
        "type": "http",
        "client": (client, 1),
        "method": "GET",
        "path": address,
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"cookie", f"sessionid={session}".encode())],
    }


async def ask(application: ThreadHandler, address: str) -> ApplicationCommunicator:
    return await send(application, scope_of(address))


async def send(application: ThreadHandler, scope: dict[str, object]) -> ApplicationCommunicator:
    asked = ApplicationCommunicator(application, scope)
    await asked.send_input({"type": "http.request"})
    return asked


async def answer(asked: ApplicationCommunicator) -> tuple[int, dict[str, str], bytes]:
    start, body = await asked.receive_output(5), await asked.receive_output(5)
    await asked.wait(5)
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, body["body"]


async def test_middlewares_and_view_run_in_one_thread(settings):
    settings.MIDDLEWARE = [f"{__name__}.notes_thread", *settings.MIDDLEWARE, f"{__name__}.notes_thread"]
    _, _, seen = await answer(await ask(ThreadHandler(threads=1), "/thread/"))

    assert len(set(seen.split())) == 1
    assert seen != str(threading.get_ident()).encode()


async def test_with_no_thread_left_a_request_waits_and_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(handler, "SECONDS_TO_WAIT", 0.2)
    application = ThreadHandler(threads=1)
    first = await ask(application, "/hangs/")
    second = await ask(application, "/thread/")

    status, headers, body = await answer(second)

    assert (status, headers.pop("Retry-After")) == (503, "5")
    assert b"<h1>Not just now</h1>" in body
    assert {name: value for name, value in headers.items() if name in HEADERS} == HEADERS
    may_end.set()
    assert (await answer(first))[0] == 200


async def test_with_no_thread_left_the_process_still_says_that_it_serves():
    application = ThreadHandler(threads=1)
    hanging = await ask(application, "/hangs/")

    status, _, body = await answer(await ask(application, "/healthz"))

    assert (status, body) == (200, b"ok")
    may_end.set()
    assert (await answer(hanging))[0] == 200


async def test_prometheus_learns_how_many_threads_are_busy_and_how_many_requests_wait(settings, monkeypatch):
    settings.METRICS_FROM = ["127.0.0.1"]
    # Nothing is asked of PostgreSQL, to which each thread would keep a connection.
    monkeypatch.setattr(metrics, "_samples", [])
    application = ThreadHandler(threads=3)
    hanging = [await ask(application, "/hangs/") for _ in range(2)]

    found = [_pool_of(await answer(await send(application, scope_of("/metrics", client="127.0.0.1"))))]
    hanging += [await ask(application, "/hangs/") for _ in range(3)]
    asked = await send(application, scope_of("/metrics", client="127.0.0.1"))
    # It answers as soon as a thread is free, and tells how things stood before.
    assert await asked.receive_nothing()
    may_end.set()
    found.append(_pool_of(await answer(asked)))

    assert found == [{"free": 1, "busy": 2, "waiting": 0}, {"free": 0, "busy": 3, "waiting": 2}]
    assert [(await answer(each))[0] for each in hanging] == [200] * 5


def _pool_of(answered: tuple[int, dict[str, str], bytes]) -> dict[str, float]:
    lines = re.findall(r'^secureblogs_pool{state="(\w+)"} (\S+)$', answered[2].decode(), re.MULTILINE)
    return {state: float(number) for state, number in lines}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("address", "whose", "noted"),
    [("/groups/", "alice", True), ("/groups/", "nobody", False), ("/sealing-key.json", "alice", None)],
)
async def test_it_notes_whether_somebody_was_signed_in_where_something_has_asked(
    alice, address, whose, noted
):
    session = await in_thread(session_of, alice.user) if whose == "alice" else "made-up"
    scope = scope_of(address, session=session)

    await answer(await send(ThreadHandler(threads=1), scope))

    assert scope.get(SIGNED_IN) is noted
