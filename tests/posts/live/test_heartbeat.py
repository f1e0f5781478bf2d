"""A tab hears a heartbeat as long as its socket is open."""

import pytest

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.slow
async def test_every_tab_hears_it_again_and_again(tabs, alice, bob, settings):
    settings.HEARTBEAT_SECONDS = 0.2
    await tabs.open(alice=alice, bob=bob)

    for tab in [*tabs.tabs.values()] * 2:
        assert await tab.receive_json_from(timeout=5) == {"type": "heartbeat"}
