"""A tab hears a heartbeat as long as its socket is open."""

import pytest

from tests.posts.live.test_consumers import opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio(loop_scope="module")]


async def test_every_tab_hears_it_again_and_again(alice, bob, settings):
    settings.HEARTBEAT_SECONDS = 0.2
    tabs = [await opened(person) for person in (alice, bob)]

    for tab in tabs * 2:
        assert await tab.receive_json_from(timeout=5) == {"type": "heartbeat"}
    for tab in tabs:
        await tab.disconnect()
