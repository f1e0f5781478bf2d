"""The calls that answer read requests, as programs and forms make them."""

import base64

import pytest

from accounts.domain import keys
from accounts.domain.locks import Gone
from groups.domain import members
from groups.models import Membership
from posts.models import PostKey, ReadRequest
from posts.publishing import deletions
from posts.requests import answering, asking, rewrapping
from secureblogs.crypto.documents import Document
from tests.pages import signed_in
from tests.posts.requests.calls import address, body_of, everything, post_json, state_of


def test_the_author_gets_all_that_the_browser_needs(read_request, post, alice, late):
    answer = signed_in(alice).get(f"/requests/{read_request.pk}.json")

    key, own = late.user.public_keys.get(), alice.user.public_keys.get()
    wrapped = PostKey.objects.get(revision=post.current, public_key=own).wrapped_key
    assert answer.status_code == 200
    assert answer.json() == {
        "v": 1,
        "request_id": read_request.pk,
        "state": "pending",
        "post": str(post.uid),
        "group": str(post.group.uid),
        "author": str(alice.user.uid),
        "revision": 1,
        "key_commitment": base64.b64encode(post.current.key_commitment or b"").decode(),
        "wrapped_keys": [
            {
                "fingerprint": own.fingerprint,
                "algorithm": "x-wing",
                "label": "Laptop",
                "wrapped_key": base64.b64encode(wrapped).decode(),
            }
        ],
        "asker": str(late.user.uid),
        "public_keys": [
            {
                "fingerprint": key.fingerprint,
                "algorithm": "x-wing",
                "public_key": key.pem,
                "kind": "own",
                "label": "Laptop",
                "generation": None,
                "signature": None,
            }
        ],
    }


def test_only_pinned_keys_that_are_still_active_are_wrapped_for(post, alice, late):
    tablet = late.add_key("Tablet")
    read_request, _ = asking.ask(post, asker=late.user)
    late.add_key("Phone")
    keys.revoke(tablet)

    answer = signed_in(alice).get(f"/requests/{read_request.pk}.json").json()

    assert [key["fingerprint"] for key in answer["public_keys"]] == [
        late.user.public_keys.get(label="Laptop").fingerprint
    ]


def test_what_a_browser_needs_for_a_post_that_was_just_deleted_is_not_there(read_request, post):
    read_request = ReadRequest.objects.with_people().get()
    deletions.delete(post)

    with pytest.raises(Gone):
        rewrapping.material(read_request)


def test_an_approval_lets_the_asker_read(read_request, post, alice, late):
    assert late.reads(post) is None

    answer = post_json(
        signed_in(alice), address(read_request, "approve"), body_of(alice.rewraps(read_request))
    )

    assert (answer.status_code, answer.json()) == (200, {"state": "approved"})
    assert late.reads(post) == Document("Hello", "World")


@pytest.mark.parametrize(
    ("what", "named"),
    [
        ("missing", "missing"),
        ("one not pinned", "unexpected"),
        ("one revoked", "unexpected"),
        ("too short", "wrong_size"),
        ("too long", "wrong_size"),
    ],
)
def test_a_forged_approval_is_named_and_changes_nothing(what, named, post, alice, late):
    revoked = late.add_key("Old phone")
    read_request, _ = asking.ask(post, asker=late.user)
    tablet = late.add_key("Tablet")
    good = alice.rewraps(read_request)
    keys.revoke(revoked)
    laptop = late.user.public_keys.get(label="Laptop").fingerprint
    assert set(good) == {laptop, revoked.fingerprint}
    wrapped, fingerprint = {
        "missing": ({}, laptop),
        "one not pinned": ({laptop: good[laptop], tablet.fingerprint: good[laptop]}, tablet.fingerprint),
        "one revoked": (good, revoked.fingerprint),
        "too short": ({laptop: good[laptop][:-1]}, laptop),
        "too long": ({laptop: good[laptop] + b"\0"}, laptop),
    }[what]
    before = everything()

    answer = post_json(signed_in(alice), address(read_request, "approve"), body_of(wrapped))

    found = answer.json()
    differences = {name: found[name] for name in ("missing", "unexpected", "wrong_size")}
    assert answer.status_code == 422
    assert differences == {"missing": [], "unexpected": [], "wrong_size": []} | {named: [fingerprint]}
    assert fingerprint in found["errors"]["wrapped_keys"][0]
    assert everything() == before


def test_an_approval_of_a_request_to_another_author_finds_nothing_and_changes_nothing(
    read_request, post, alice, bob, late, group
):
    """Bob is an author here too, and can read what Carol asks for: he could wrap it rightly."""
    members.leave(Membership.objects.get(group=group, user=late.user))
    bobs = bob.publish(group)
    members.join(group, user=late.user)
    to_alice, to_bob = (asking.ask(each, asker=late.user)[0] for each in (post, bobs))
    forged, before = body_of(bob.rewraps(to_alice)), everything()

    answer = post_json(signed_in(bob), address(to_alice, "approve"), forged)

    assert answer.status_code == 404
    assert everything() == before
    assert (
        post_json(signed_in(bob), address(to_bob, "approve"), body_of(bob.rewraps(to_bob))).status_code == 200
    )
    assert post_json(signed_in(alice), address(to_alice, "approve"), forged).status_code == 200


def test_a_replayed_approval_is_409_and_changes_nothing_though_the_grant_was_taken_back(
    read_request, post, alice, late
):
    client, body = signed_in(alice), body_of(alice.rewraps(read_request))
    assert post_json(client, address(read_request, "approve"), body).status_code == 200
    answering.withdraw_grant(read_request)
    before = everything()

    answer = post_json(client, address(read_request, "approve"), body)

    assert (answer.status_code, answer.json()) == (409, {"state": "closed"})
    assert everything() == before
    assert late.reads(post) is None


def test_a_replayed_approval_names_the_keys_that_are_asked_for_now_and_changes_nothing(
    read_request, post, alice, late
):
    client, body = signed_in(alice), body_of(alice.rewraps(read_request))
    (old,) = late.private_keys
    assert post_json(client, address(read_request, "approve"), body).status_code == 200
    tablet = late.add_key("Tablet").fingerprint
    keys.revoke(late.user.public_keys.get(fingerprint=old))
    asking.ask(post, asker=late.user)
    before = everything()

    answer = post_json(client, address(read_request, "approve"), body)

    found = answer.json()
    assert (answer.status_code, found["missing"], found["unexpected"]) == (422, [tablet], [old])
    assert everything() == before


ENTRY = {"fingerprint": "0" * 64, "wrapped_key": "AAAA"}


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"wrapped_keys": None},
        {"wrapped_keys": {}},
        {"wrapped_keys": ["AAAA"]},
        {"wrapped_keys": [ENTRY | {"fingerprint": "0" * 63}]},
        {"wrapped_keys": [ENTRY | {"fingerprint": "A" * 64}]},
        {"wrapped_keys": [ENTRY | {"fingerprint": 1}]},
        {"wrapped_keys": [ENTRY | {"wrapped_key": 1}]},
        {"wrapped_keys": [ENTRY | {"wrapped_key": "not base64"}]},
        {"wrapped_keys": [ENTRY, ENTRY]},
    ],
)
def test_what_is_malformed_is_422_and_changes_nothing(body, read_request, alice):
    before = everything()

    answer = post_json(signed_in(alice), address(read_request, "approve"), body)

    assert answer.status_code == 422
    assert everything() == before


def test_the_wrapped_keys_of_another_request_do_not_open_this_one(read_request, post, alice, group, late):
    members.leave(Membership.objects.get(group=group, user=late.user))
    other = alice.publish(group, title="Other")
    members.join(group, user=late.user)
    first, _ = asking.ask(post, asker=late.user)
    second, _ = asking.ask(other, asker=late.user)
    # The server can't see it; the asker's browser does, and reports it.
    answering.approve(second, keys=alice.rewraps(first))

    fingerprint = late.user.public_keys.get().fingerprint
    answer = post_json(signed_in(late), address(second, "report"), {"fingerprints": [fingerprint]})

    assert (answer.status_code, answer.json()) == (200, {"state": "pending"})
    assert not PostKey.objects.filter(revision=other.current, public_key__user=late.user).exists()


@pytest.mark.parametrize("second", ["approve", "reject"])
@pytest.mark.parametrize("first", ["approve", "reject", "withdraw", "leave"])
def test_a_second_answer_is_409_with_the_state_and_changes_nothing(first, second, read_request, alice, late):
    client, body = signed_in(alice), body_of(alice.rewraps(read_request))
    if first == "withdraw":
        post_json(signed_in(late), address(read_request, "withdraw"))
    elif first == "leave":
        members.leave(Membership.objects.get(group=read_request.post.group, user=late.user))
        # Carol comes back and is a member again, but the request stays closed.
        members.join(read_request.post.group, user=late.user)
    else:
        assert post_json(client, address(read_request, first), body).status_code == 200
    before, state = everything(), state_of(read_request)

    answer = post_json(client, address(read_request, second), body)

    assert (answer.status_code, answer.json()) == (409, {"state": state})
    assert everything() == before
