"""The WebSocket: who may open it, what it says, and when it ends. Real Redis, real sessions."""

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from redis import Redis

from groups.domain import members
from groups.models import Membership
from posts.publishing import posts
from secureblogs import live
from tests.cast import session_of
from tests.posts.live.tabs import ORIGIN, closing_code, in_thread, socket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "http://evil.example",
        ORIGIN + "9",
        ORIGIN.replace("http://", "https://"),
        ORIGIN.replace("localhost", "localhost.evil.example"),
        ORIGIN + "/",
        ORIGIN + "?",
        ORIGIN + "#",
        ORIGIN.replace("http://", "http://user@"),
        ORIGIN.replace("http://", "http://user:password@"),
        ORIGIN.replace("http://", "http://@"),
        ORIGIN.replace("http://", "http:// "),
        "http://[",
    ],
)
async def test_another_origin_is_refused_in_the_handshake(origin, alice):
    session_key = await in_thread(session_of, alice.user)
    good = socket(session_key)
    assert await good.connect() == (True, None)
    await good.disconnect()

    connected, _ = await socket(session_key, origin=origin).connect()

    assert connected is False


@pytest.mark.parametrize("session_key", ["", "0123456789abcdefghijklmnopqrstuv"])
async def test_without_a_session_it_is_accepted_and_closed_with_4401(session_key, db):
    communicator = socket(session_key)
    assert await communicator.connect() == (True, None)

    assert await closing_code(communicator) == 4401


async def test_a_page_never_hears_what_is_for_somebody_else_who_logged_in_in_its_browser(tabs, alice, bob):
    bobs_session = await in_thread(session_of, bob.user)
    await tabs.add("bob", bob, socket(bobs_session, query=f"signed_in_as={bob.user.uid}"))
    alices_page = socket(bobs_session, query=f"signed_in_as={alice.user.uid}")
    assert await alices_page.connect() == (True, None)

    assert await alices_page.receive_json_from() == {"type": "session.ended", "reason": "somebody_else"}
    assert await closing_code(alices_page) == 4401


async def test_a_published_post_is_told_to_author_and_member_and_to_nobody_else(
    tabs, alice, bob, mallory, group
):
    await tabs.open(alice=alice, bob=bob, mallory=mallory)

    post = await in_thread(alice.publish, group)

    told = [{"type": "post.published", "post_id": str(post.uid), "group": group.slug}]
    await tabs.hear(alice=told, bob=told)


async def test_a_failed_post_is_told_to_its_author_alone(tabs, alice, bob, group):
    await tabs.open(alice=alice, bob=bob)
    post = await in_thread(alice.submit, group, sealed_title="Another")

    await in_thread(posts.encrypt, post.current.pk)

    await tabs.hear(alice=[{"type": "post.failed", "post_id": str(post.uid), "group": group.slug}])


async def test_what_was_undone_is_told_to_nobody(tabs, alice):
    await tabs.open(alice=alice)

    def tell(number: int, *, is_undone: bool = False) -> None:
        with transaction.atomic():
            live.publish(live.user_channel(alice.user), "test", number=number)
            transaction.set_rollback(is_undone)

    await in_thread(tell, 1, is_undone=True)
    await in_thread(tell, 2)

    await tabs.hear(alice=[{"type": "test", "number": 2}])


async def test_who_joins_while_the_tab_is_open_hears_of_the_next_post(tabs, carol, alice, group):
    await tabs.open(carol=carol)
    await in_thread(members.join, group, user=carol.user)
    # By then the tab follows the group.
    await tabs.hear()

    post = await in_thread(alice.publish, group)

    await tabs.hear(carol=[{"type": "post.published", "post_id": str(post.uid), "group": group.slug}])


async def test_a_removed_member_hears_nothing_more(tabs, bob, alice, group):
    await tabs.open(bob=bob)
    post = await in_thread(alice.publish, group)
    await tabs.hear(bob=[{"type": "post.published", "post_id": str(post.uid), "group": group.slug}])

    # Straight in the database, so that no message tells the socket to let go of the group's channel.
    await in_thread(Membership.objects.filter(group=group, user=bob.user).delete)
    await in_thread(alice.publish, group)

    await tabs.hear()


async def test_a_log_out_ends_that_sessions_tabs_and_no_others(tabs, alice):
    session_key = await in_thread(session_of, alice.user)
    await tabs.add("first", alice, socket(session_key))
    await tabs.open(other=alice)

    def log_out() -> None:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session_key
        client.logout()

    await in_thread(log_out)

    await tabs.ends("first", {"type": "session.ended"})
    await tabs.hear()


async def test_what_a_client_sends_is_ignored_and_too_much_closes(tabs, alice):
    await tabs.open(alice=alice)
    tab = tabs.tabs["alice"]
    await tab.send_to(text_data="not json")
    await tab.send_to(bytes_data=b"\x00\xff")
    await tabs.hear()

    for _ in range(200):
        await tab.send_to(text_data='{"type": "live.message"}')

    await tabs.ends("alice", code=1008)


@pytest.mark.slow
async def test_after_losing_redis_every_socket_starts_anew_and_hears_again(tabs, alice, group):
    await tabs.open(alice=alice)

    def cut_every_connection() -> None:
        with Redis.from_url(settings.REDIS_URL) as redis:
            for kind in ("pubsub", "normal"):
                redis.client_kill_filter(_type=kind, skipme=True)

    await in_thread(cut_every_connection)
    await tabs.ends("alice", code=1012)

    await tabs.open(again=alice)
    post = await in_thread(alice.publish, group)
    await tabs.hear(again=[{"type": "post.published", "post_id": str(post.uid), "group": group.slug}])
