"""The doctor on the queues of work."""

import time

import pytest

from secureblogs.running.doctor import queues
from secureblogs.running.doctor.queues import check_queues
from secureblogs.workers import hints
from tests.secureblogs.running.doctor.findings import found, words_of

pytestmark = pytest.mark.usefixtures("complete")


def test_a_long_queue_is_found(monkeypatch):
    monkeypatch.setattr(queues, "LONG", 1)
    for number in (1, 2):
        hints._send("accounts.send_mail", number)

    assert found() == ["2 pieces of work wait in the queue 'mail'."]


def test_work_that_nobody_does_is_found(monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 300)
    for number in (1, 2):
        hints._send("posts.wrap_batch", number)
    monkeypatch.setattr(time, "time", lambda: now)
    hints._send("accounts.send_mail", 1)

    words = "The next piece of work in the queue 'batches' has waited for 300 seconds."
    assert words_of(check_queues()) == [words]
