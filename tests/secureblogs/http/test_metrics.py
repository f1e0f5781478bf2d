"""/metrics and the log for machines: what happened in a process, how things stand, and for whom."""

import json
import re
import time
import urllib.request
import uuid
from email.message import Message
from urllib.error import HTTPError

import pytest
from redis import Redis

from posts.models import Revision, State
from secureblogs.http import metrics
from secureblogs.workers import heartbeat, hints, redis
from tests.commands import BASE_DIR


def values(text: str) -> dict[str, float]:
    """Every value, by its name and labels."""
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


@pytest.fixture
def sampled(db):
    """Takes all samples."""
    return lambda: values(metrics.answer().content.decode())


@pytest.mark.usefixtures("empty_queues")
def test_what_waits_is_counted(sampled, post, monkeypatch):
    before = sampled()
    Revision.objects.update(state=State.FAILED)
    heartbeat.beat_lives()
    redis.client().delete(heartbeat.WORKER)
    now = time.time()
    for number, seconds in enumerate((90, 0)):
        monkeypatch.setattr(time, "time", lambda then=now - seconds: then)
        hints._send("accounts.send_mail", number)

    after = sampled()

    changed = {
        name: after[name] for name in after if name.startswith("secureblogs_") and after[name] != before[name]
    }
    assert changed.pop('secureblogs_queue_length{queue="mail"}') == 2
    assert changed.pop('secureblogs_queue_age_seconds{queue="mail"}') == pytest.approx(90)
    assert after['secureblogs_queue_age_seconds{queue="posts"}'] == 0
    assert changed.pop('secureblogs_posts{state="failed"}') == 1
    assert after['secureblogs_alive{process="beat"}'] == 1
    assert after['secureblogs_alive{process="worker"}'] == 0


def test_files_are_counted_by_their_size_and_every_name_is_described(sampled, alice):
    before = sampled()["secureblogs_files_bytes"]
    alice.upload(uuid.uuid4(), size=1096)

    assert sampled()["secureblogs_files_bytes"] - before == 1096
    assert sampled()["secureblogs_comments"] >= 0
    names = {re.findall(r"^\w+", each)[0] for each in sampled() if each.startswith("secureblogs_")}
    rows = re.findall(
        r"^\| (`secureblogs_.*?) \| ", (BASE_DIR / "docs" / "operate.md").read_text(), re.MULTILINE
    )
    described = set(re.findall(r"`(secureblogs_\w+)`", " ".join(rows)))
    assert {re.sub("_(bucket|count|sum|created)$", "", name) for name in names} <= described
    # These are there from a process's first request on.
    assert described - names <= {"secureblogs_request_seconds", "secureblogs_pool"}


def test_a_method_that_a_client_made_up_makes_no_label(sampled):
    metrics.count_request("BREW", 400, 0.2)

    assert sampled()['secureblogs_request_seconds_count{method="other",status="400"}'] == 1
    assert not any("BREW" in name for name in sampled())


def test_what_a_server_that_is_away_can_not_tell_is_left_out(sampled, settings, monkeypatch):
    monkeypatch.setattr("secureblogs.workers.redis.client", lambda: Redis.from_url("redis://localhost:1"))

    assert 'secureblogs_posts{state="failed"}' in sampled()
    assert 'secureblogs_alive{process="beat"}' not in sampled()


@pytest.mark.parametrize(
    ("address", "named", "found"),
    [
        ("10.1.2.3", ["10.0.0.0/8", "::1"], True),
        ("::1", ["10.0.0.0/8", "::1"], True),
        ("192.0.2.1", ["10.0.0.0/8", "::1"], False),
        ("10.1.2.3", [], False),
        ("unix", ["0.0.0.0/0"], False),
    ],
)
def test_it_is_for_those_whom_the_setting_names(settings, address, named, found):
    settings.METRICS_FROM = named

    assert metrics.is_for(address) == found


def test_others_find_nothing_and_the_log_is_for_machines(site):
    url = site.start_another_web(
        "watched", METRICS_FROM="127.0.0.1,::1", LOG_FORMAT="json", TRUSTED_PROXIES="1"
    )

    status, headers, body = fetch(f"{url}/metrics")
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/plain")
    assert values(body)['secureblogs_alive{process="worker"}'] == 1
    # A stranger comes by the proxy, which says so; where nobody is named, nobody finds it.
    assert fetch(f"{url}/metrics", {"X-Forwarded-For": "192.0.2.1"})[0] == 404
    assert fetch(f"{site.url}/metrics")[0] == 404

    _, headers, _ = fetch(f"{url}/join/secret/", {"X-Request-ID": "from-the-proxy"})
    assert headers["x-request-id"] == "from-the-proxy"
    made_up = fetch(f"{url}/", {"X-Request-ID": "x" * 65})[1]["x-request-id"]
    assert len(made_up) == 16
    site.kill("watched")
    lines = [
        json.loads(line) for line in (site.logs / "watched.log").read_text().splitlines() if line[0] == "{"
    ]
    (line,) = [line for line in lines if line["request_id"] == "from-the-proxy"]
    assert line["message"].startswith("GET /join/***/ 302 ")
    assert set(line) == {"time", "level", "logger", "message", "request_id"}
    assert [line["message"][:9] for line in lines if line["request_id"] == made_up] == ["GET / 200"]


def fetch(url: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
    class Staying(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object) -> None:
            """Follow no redirect."""

    try:
        with urllib.request.build_opener(Staying).open(
            urllib.request.Request(url, headers=headers or {})
        ) as answer:
            return answer.status, _lower(answer.headers), answer.read().decode()
    except HTTPError as error:
        return error.code, _lower(error.headers), error.read().decode()


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
