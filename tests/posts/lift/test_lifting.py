"""A person's browser moves what is wrapped for their older account keys, a part at a time."""

import base64
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import SealedSeed, StoreObject
from groups.domain import members
from groups.models import Membership
from posts.lift import lifting
from posts.models import KeyBatch, Post, PostKey
from posts.publishing import fanout, posts
from posts.requests import answering, asking
from secureblogs.crypto import contexts
from secureblogs.crypto.account_keys import open_box
from secureblogs.crypto.documents import Document
from secureblogs.crypto.public_keys import load_public_key
from secureblogs.crypto.store_objects import open_object, seal_object
from secureblogs.crypto.wrapping import unwrap, wrap
from tests.account import text
from tests.accounts.keys.http import post as send
from tests.accounts.keys.test_store import DRAFT, PEOPLE, put
from tests.concurrently import meanwhile
from tests.pages import signed_in

LIFT = "/keys/lift.json"


@pytest.fixture
def moving(bobs, post, alice, group):
    """Two posts and an object of the store, wrapped and sealed under Bob's key before the newest."""
    alice.publish(group, title="Another")
    return bobs


def moved(bobs, part):
    """What the browser sends: everything opened and wrapped anew, as it would find it from the newest seed alone."""
    account, user = bobs.account, bobs.person.user
    links = {link["recipient"]: link for link in part["links"]}
    newest = account.newest
    known = {newest.fingerprint.hex(): newest}
    # From the newest key back along the links.
    for older in reversed(account.keys[:-1]):
        link = next(each for each in links.values() if each["generation"] == older.generation)
        holder = known[link["recipient"]]
        opened = open_box(
            base64.b64decode(link["box"]),
            holder.wrapping,
            user=user.uid,
            generation=older.generation,
            fingerprint=older.fingerprint,
            signing_key=older.signing.public,
        )
        known[older.fingerprint.hex()] = opened
    return {
        "fingerprint": newest.fingerprint.hex(),
        "wraps": [rewrapped(wrapped, known[wrapped["fingerprint"]], newest) for wrapped in part["wraps"]],
        "objects": [resealed(each, known, newest) for each in part["objects"]],
    }


def rewrapped(wrapped, older, newest):
    place = {"post": UUID(wrapped["post"]), "revision": wrapped["revision"]}
    context = contexts.wrapped_key(**place, fingerprint=older.fingerprint)
    content_key = unwrap(base64.b64decode(wrapped["wrapped_key"]), older.wrapping, context=context)
    context = contexts.wrapped_key(**place, fingerprint=newest.fingerprint)
    again = wrap(content_key, load_public_key("x-wing", newest.wrapping.spki), context=context)
    return {name: wrapped[name] for name in ("post", "revision", "fingerprint")} | {
        "wrapped_key": text(again)
    }


def resealed(stored, known, newest):
    older = next(key for key in known.values() if key.generation == stored["generation"])
    place = {"name": stored["name"], "version": stored["version"]}
    data = open_object(base64.b64decode(stored["sealed"]), account_key=older, **place)
    place["version"] += 1
    return {**place, "sealed": text(seal_object(data, account_key=newest, **place))}


def test_everything_is_moved_and_then_nothing_leads_to_the_older_key(moving, bob, browser, post):
    sealed = seal_object(b"people", account_key=moving.account.newest, name="people", version=1)
    put(browser, PEOPLE, sealed=sealed)
    assert says_so(browser, "/groups/") is False
    moving.replace()
    assert says_so(browser, "/groups/") is True
    part = browser.get(LIFT).json()
    assert (part["done"], part["total"], len(part["wraps"]), len(part["objects"])) == (0, 3, 2, 1)
    body = moved(moving, part)

    assert [send(browser, LIFT, body).json() for _ in range(2)] == [{"done": 3, "total": 3}] * 2

    assert says_so(browser, "/groups/") is False
    newest = moving.account.public_key
    assert set(PostKey.objects.filter(public_key__user=bob.user).values_list("public_key", flat=True)) == {
        newest.pk
    }
    assert bob.reads(post) is not None
    kept = StoreObject.objects.get()
    assert (kept.generation, kept.version) == (2, 2)
    assert (
        open_object(bytes(kept.sealed), account_key=moving.account.newest, name="people", version=2)
        == b"people"
    )
    assert not SealedSeed.objects.filter(generation=1).exists()
    assert browser.get(LIFT).json() | {"to": None} == {
        "done": 3,
        "total": 3,
        "to": None,
        "links": [],
        "wraps": [],
        "objects": [],
    }


def says_so(browser, address):
    """Whether a page has a browser that opens it go on with moving."""
    return "data-moving" in browser.get(address).content.decode()


def test_five_posts_are_stored_with_as_many_queries_as_two(moving, browser, alice, group):
    few = queries_to_move(moving, browser)
    # What led to the first key is gone with it.
    del moving.account.keys[0]
    for number in range(3):
        alice.publish(group, title=f"Further {number}")

    assert queries_to_move(moving, browser) == few
    assert not SealedSeed.objects.filter(generation__lt=3).exists()


def queries_to_move(moving, browser):
    """How often the database is asked to store what a replaced key leaves to be moved."""
    moving.replace()
    body = moved(moving, browser.get(LIFT).json())
    with CaptureQueriesContext(connection) as captured:
        assert send(browser, LIFT, body).status_code == 200
    return len(captured)


def test_it_goes_on_where_it_stopped_and_over_two_replaced_keys(moving, browser, monkeypatch):
    monkeypatch.setattr(lifting, "MOST_WRAPS", 1)
    moving.replace()
    moving.replace()

    seen = []
    for _ in range(3):
        body = moved(moving, part) if (part := browser.get(LIFT).json())["links"] else moved_nothing(moving)
        seen.append((len(body["wraps"]), send(browser, LIFT, body).json()))

    assert seen == [(1, {"done": 1, "total": 2}), (1, {"done": 2, "total": 2}), (0, {"done": 2, "total": 2})]
    assert list(SealedSeed.objects.values_list("generation", flat=True)) == [3]


def test_a_part_has_objects_up_to_a_size(moving, browser, monkeypatch):
    for path in (PEOPLE, DRAFT):
        put(browser, path, sealed=bytes(100))
    assert (lifting.MOST_WRAPS, lifting.MOST_BYTES) == (200, 4 << 20)
    monkeypatch.setattr(lifting, "MOST_BYTES", 150)
    moving.replace()

    assert [each["name"] for each in browser.get(LIFT).json()["objects"]] == ["people"]


def moved_nothing(bobs):
    return {"fingerprint": bobs.account.newest.fingerprint.hex(), "wraps": []}


def test_what_does_not_open_is_deleted(moving, browser, bob, post):
    moving.replace()
    body = moved(moving, browser.get(LIFT).json())
    failed = [{name: wrap[name] for name in ("post", "revision", "fingerprint")} for wrap in body["wraps"]]

    answer = send(browser, LIFT, {**moved_nothing(moving), "failed": failed})

    assert answer.json() == {"done": 2, "total": 2}
    assert not PostKey.objects.filter(public_key__user=bob.user).exists()


@pytest.mark.parametrize(
    "change",
    [{"revision": 2}, {"post": "00000000-0000-0000-0000-000000000001"}, {"fingerprint": "a" * 64}],
)
def test_what_is_no_row_of_the_person_s_is_passed_over(moving, browser, post, change):
    moving.replace()
    body = moved(moving, browser.get(LIFT).json())
    body["wraps"] = [{**wrap, **change} for wrap in body["wraps"]]

    assert send(browser, LIFT, body).json() == {"done": 0, "total": 2}
    assert SealedSeed.objects.filter(generation=1).exists()


def test_for_an_older_key_nothing_is_moved(moving, browser):
    moving.replace()
    body = moved(moving, browser.get(LIFT).json())
    moving.replace()

    assert send(browser, LIFT, body).status_code == 409
    assert browser.get(LIFT).json()["total"] == 2


def test_a_batch_that_still_names_the_older_key_keeps_what_leads_there(
    moving, alice, group, browser, monkeypatch
):
    monkeypatch.setattr(fanout, "BATCH_SIZE", 1)
    waiting = alice.submit(group)
    posts.encrypt(waiting.current.pk)
    moving.replace()
    body = moved(moving, browser.get(LIFT).json())

    send(browser, LIFT, body)
    assert SealedSeed.objects.filter(generation=1).exists()

    for batch in KeyBatch.objects.all():
        fanout.wrap_batch(batch.pk)
    send(browser, LIFT, moved_nothing(moving))
    assert not SealedSeed.objects.filter(generation=1).exists()


def test_a_removed_member_gets_nothing_moved(moving, browser, bob, group):
    moving.replace()
    body = moved(moving, browser.get(LIFT).json())
    members.leave(Membership.objects.get(group=group, user=bob.user))

    assert send(browser, LIFT, body).json() == {"done": 2, "total": 2}
    assert not PostKey.objects.filter(public_key__user=bob.user).exists()


@pytest.mark.django_db(transaction=True)
def test_a_grant_that_is_taken_back_at_this_moment_is_not_moved(carols, carol, alice, group):
    post = alice.publish(group)
    members.join(group, user=carol.user)
    read_request, _ = asking.ask(post, asker=carol.user)
    answering.approve(read_request, keys=alice.rewraps(read_request))
    carols.replace()
    browser = signed_in(carol)
    body = moved(carols, browser.get(LIFT).json())

    lifted = meanwhile(lambda: answering.withdraw_grant(read_request), lambda: send(browser, LIFT, body))

    assert lifted.result().json() == {"done": 1, "total": 1}
    assert not PostKey.objects.filter(public_key__user=carol.user).exists()


@pytest.mark.django_db(transaction=True)
def test_an_edit_is_for_a_reader_whose_browser_moves_what_it_replaces_at_this_moment(
    moving, bob, alice, browser, post
):
    moving.replace()
    body = moved(moving, browser.get(LIFT).json())
    edit = alice.revise(post)
    posts.encrypt(edit.pk)
    (batch,) = KeyBatch.objects.filter(revision=edit)

    wrapped = meanwhile(lambda: send(browser, LIFT, body), lambda: fanout.wrap_batch(batch.pk))

    wrapped.result()
    assert bob.reads(Post.objects.get(pk=post.pk)) == Document("Hello", "Moon")


def test_a_wrapped_key_has_its_size(moving, browser):
    moving.replace()
    body = moved(moving, browser.get(LIFT).json())
    body["wraps"][0]["wrapped_key"] = text(bytes(1167))

    assert send(browser, LIFT, body).status_code == 422


def test_who_has_no_account_key_has_nothing_to_move(alice, post, client):
    client.force_login(alice.user)

    part = client.get(LIFT).json()
    assert (part["total"], part["to"], part["wraps"]) == (0, None, [])
    assert client.post(LIFT, {"fingerprint": "a" * 64}, content_type="application/json").status_code == 409
    assert Post.objects.count() == 1
