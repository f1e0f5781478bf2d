"""The calls that answer read requests, as programs and forms make them."""

import base64

import pytest
from django.test import Client

from accounts.domain import keys
from groups.domain import members
from groups.models import Group, Membership, Role
from posts.domain import answers, mutes, read_requests
from posts.models import Mute, Post, PostKey, ReadRequest, RequestState
from secureblogs.crypto.documents import Document
from tests.cast import Person
from tests.posts.asking import body_of, everything, post_form, post_json, state_of
from tests.posts.pages import signed_in


def address(read_request: ReadRequest, verb: str) -> str:
    return f"/requests/{read_request.pk}/{verb}/"


def test_the_author_gets_all_that_the_browser_needs(
    read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    answer = signed_in(alice).get(f"/requests/{read_request.pk}.json")

    key, own = late.user.public_keys.get(), alice.user.public_keys.get()
    wrapped = PostKey.objects.get(post=post, public_key=own).wrapped_key
    assert answer.status_code == 200
    assert answer.json() == {
        "v": 1,
        "request_id": read_request.pk,
        "state": "pending",
        "post": str(post.uid),
        "group": str(post.group.uid),
        "author": str(alice.user.uid),
        "revision": 1,
        "key_commitment": base64.b64encode(post.key_commitment or b"").decode(),
        "wrapped_keys": [
            {
                "fingerprint": own.fingerprint,
                "algorithm": "x-wing",
                "label": "Laptop",
                "wrapped_key": base64.b64encode(wrapped).decode(),
            }
        ],
        "public_keys": [{"fingerprint": key.fingerprint, "algorithm": "x-wing", "public_key": key.pem}],
    }


def test_only_pinned_keys_that_are_still_active_are_wrapped_for(
    post: Post, alice: Person, late: Person
) -> None:
    tablet = late.add_key("Tablet")
    read_request, _ = read_requests.ask(post, asker=late.user)
    late.add_key("Phone")
    keys.revoke(tablet)

    answer = signed_in(alice).get(f"/requests/{read_request.pk}.json").json()

    assert [key["fingerprint"] for key in answer["public_keys"]] == [
        late.user.public_keys.get(label="Laptop").fingerprint
    ]


def test_an_approval_lets_the_asker_read(
    read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
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
def test_a_forged_approval_is_named_and_changes_nothing(
    what: str, named: str, post: Post, alice: Person, late: Person
) -> None:
    revoked = late.add_key("Old phone")
    read_request, _ = read_requests.ask(post, asker=late.user)
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
    read_request: ReadRequest, post: Post, alice: Person, bob: Person, late: Person, group: Group
) -> None:
    """Bob is an author here too, and can read what Carol asks for: he could wrap it rightly."""
    members.leave(Membership.objects.get(group=group, user=late.user))
    bobs = bob.publish(group)
    members.join(group, user=late.user)
    to_alice, to_bob = (read_requests.ask(each, asker=late.user)[0] for each in (post, bobs))
    forged, before = body_of(bob.rewraps(to_alice)), everything()

    answer = post_json(signed_in(bob), address(to_alice, "approve"), forged)

    assert answer.status_code == 404
    assert everything() == before
    assert (
        post_json(signed_in(bob), address(to_bob, "approve"), body_of(bob.rewraps(to_bob))).status_code == 200
    )
    assert post_json(signed_in(alice), address(to_alice, "approve"), forged).status_code == 200


def test_a_replayed_approval_is_409_and_changes_nothing_though_the_grant_was_taken_back(
    read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    client, body = signed_in(alice), body_of(alice.rewraps(read_request))
    assert post_json(client, address(read_request, "approve"), body).status_code == 200
    answers.withdraw_grant(read_request)
    before = everything()

    answer = post_json(client, address(read_request, "approve"), body)

    assert (answer.status_code, answer.json()) == (409, {"state": "closed"})
    assert everything() == before
    assert late.reads(post) is None


def test_a_replayed_approval_names_the_keys_that_are_asked_for_now_and_changes_nothing(
    read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    client, body = signed_in(alice), body_of(alice.rewraps(read_request))
    (old,) = late.private_keys
    assert post_json(client, address(read_request, "approve"), body).status_code == 200
    tablet = late.add_key("Tablet").fingerprint
    keys.revoke(late.user.public_keys.get(fingerprint=old))
    read_requests.ask(post, asker=late.user)
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
def test_what_is_malformed_is_422_and_changes_nothing(
    body: object, read_request: ReadRequest, alice: Person
) -> None:
    before = everything()

    answer = post_json(signed_in(alice), address(read_request, "approve"), body)

    assert answer.status_code == 422
    assert everything() == before


def test_the_wrapped_keys_of_another_request_do_not_open_this_one(
    read_request: ReadRequest, post: Post, alice: Person, group: Group, late: Person
) -> None:
    members.leave(Membership.objects.get(group=group, user=late.user))
    other = alice.publish(group, title="Other")
    members.join(group, user=late.user)
    first, _ = read_requests.ask(post, asker=late.user)
    second, _ = read_requests.ask(other, asker=late.user)
    # The server can't see it; the asker's browser does, and reports it.
    answers.approve(second, keys=alice.rewraps(first))

    fingerprint = late.user.public_keys.get().fingerprint
    answer = post_json(signed_in(late), address(second, "report"), {"fingerprints": [fingerprint]})

    assert (answer.status_code, answer.json()) == (200, {"state": "pending"})
    assert not PostKey.objects.filter(post=other, public_key__user=late.user).exists()


@pytest.mark.parametrize("second", ["approve", "reject"])
@pytest.mark.parametrize("first", ["approve", "reject", "withdraw", "leave"])
def test_a_second_answer_is_409_with_the_state_and_changes_nothing(
    first: str, second: str, read_request: ReadRequest, alice: Person, late: Person
) -> None:
    client, body = signed_in(alice), body_of(alice.rewraps(read_request))
    if first == "withdraw":
        post_json(signed_in(late), address(read_request, "withdraw"))
    elif first == "leave":
        members.leave(Membership.objects.get(group=read_request.post.group, user=late.user))
        # Who comes back is a member again, but the request stays closed.
        members.join(read_request.post.group, user=late.user)
    else:
        assert post_json(client, address(read_request, first), body).status_code == 200
    before, state = everything(), state_of(read_request)

    answer = post_json(client, address(read_request, second), body)

    assert (answer.status_code, answer.json()) == (409, {"state": state})
    assert everything() == before


def test_a_refusal_carries_its_reason(read_request: ReadRequest, alice: Person) -> None:
    answer = post_json(signed_in(alice), address(read_request, "reject"), {"reason": "It is about you."})

    assert (answer.status_code, answer.json()) == (200, {"state": "rejected"})
    assert ReadRequest.objects.get().reason == "It is about you."


def test_a_refusal_as_a_form_leads_back_to_the_list(read_request: ReadRequest, alice: Person) -> None:
    answer = post_form(signed_in(alice), address(read_request, "reject"), {"reason": "No."})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/requests/")
    assert ReadRequest.objects.get().reason == "No."


@pytest.mark.parametrize("reason", ["x" * 201, "\x00", "a\u202eb", 7, ["a"], "\ud800"])
def test_a_reason_that_is_none_is_refused(reason: object, read_request: ReadRequest, alice: Person) -> None:
    answer = post_json(signed_in(alice), address(read_request, "reject"), {"reason": reason})

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["reason"]
    assert state_of(read_request) == RequestState.PENDING


def test_who_is_muted_is_refused_and_hears_no_reason(
    read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    answer = post_json(signed_in(alice), address(read_request, "mute"))

    assert (answer.status_code, answer.json()) == (200, {"muted": str(late.user.uid)})
    again = post_json(signed_in(late), f"/posts/{post.uid}/request_read/")
    assert (again.status_code, again.json()) == (422, {"errors": {"__all__": ["Not now."]}})

    answer = post_json(signed_in(alice), f"/requests/muted/{late.user.uid}/unmute/")

    assert answer.status_code == 200
    assert not Mute.objects.exists()


def test_a_grant_can_be_withdrawn_once(
    read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    assert late.reads(post) is not None
    client = signed_in(alice)

    answer = post_json(client, address(read_request, "withdraw_grant"))

    assert (answer.status_code, answer.json()) == (200, {"state": "closed"})
    assert late.reads(post) is None
    assert post_json(client, address(read_request, "withdraw_grant")).status_code == 409


def test_withdrawing_a_grant_leaves_what_was_wrapped_when_it_was_published(
    post: Post, alice: Person, bob: Person
) -> None:
    bob.add_key("Tablet")
    read_request, _ = read_requests.ask(post, asker=bob.user)
    answers.approve(read_request, keys=alice.rewraps(read_request))
    assert PostKey.objects.filter(public_key__user=bob.user).count() == 2

    answers.withdraw_grant(read_request)

    assert [key.public_key.label for key in PostKey.objects.filter(public_key__user=bob.user)] == ["Laptop"]


def test_a_grant_can_be_withdrawn_while_the_asker_asks_for_another_key(
    read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    late.add_key("Tablet")
    read_requests.ask(post, asker=late.user)

    answers.withdraw_grant(read_request)

    assert (late.reads(post), state_of(read_request)) == (None, RequestState.PENDING)


def test_a_report_names_only_what_was_granted(
    read_request: ReadRequest, post: Post, alice: Person, bob: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    stranger = bob.user.public_keys.get().fingerprint
    before = everything()

    answer = post_json(signed_in(late), address(read_request, "report"), {"fingerprints": [stranger]})

    assert answer.status_code == 422
    assert everything() == before


def test_who_is_muted_cannot_come_back_by_a_report(
    read_request: ReadRequest, alice: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    mutes.mute(alice.user, asker=late.user)
    fingerprint = late.user.public_keys.get().fingerprint

    answer = post_json(signed_in(late), address(read_request, "report"), {"fingerprints": [fingerprint]})

    assert answer.json() == {"state": "closed"}


def test_a_report_to_an_author_who_has_left_closes_the_request(
    read_request: ReadRequest, alice: Person, late: Person, group: Group
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    members.change_role(Membership.objects.get(group=group, user=late.user), role=Role.OWNER)
    members.leave(Membership.objects.get(group=group, user=alice.user))
    fingerprint = late.user.public_keys.get().fingerprint

    answer = post_json(signed_in(late), address(read_request, "report"), {"fingerprints": [fingerprint]})

    assert answer.json() == {"state": "closed"}


ADDRESSES = [
    ("get", "/requests/{pk}.json"),
    ("get", "/requests/{pk}/toast/"),
    ("post", "/requests/{pk}/approve/"),
    ("post", "/requests/{pk}/reject/"),
    ("post", "/requests/{pk}/withdraw/"),
    ("post", "/requests/{pk}/mute/"),
    ("post", "/requests/{pk}/withdraw_grant/"),
    ("post", "/requests/{pk}/report/"),
    ("post", "/requests/muted/{asker}/unmute/"),
    ("post", "/posts/{post}/request_read/"),
    ("post", "/groups/{slug}/request_read/"),
    ("get", "/posts/{post}/grants/"),
]
OF_ANY_MEMBER = {"/posts/{post}/request_read/", "/groups/{slug}/request_read/"}
OF_THE_ASKER = {"/requests/{pk}/withdraw/", "/requests/{pk}/report/"}


def call(client: Client, method: str, address: str) -> int:
    accept = {"Accept": "application/json"}
    if method == "get":
        return client.get(address, headers=accept).status_code
    return client.post(address, "{}", content_type="application/json", headers=accept).status_code


@pytest.mark.parametrize(("method", "pattern"), ADDRESSES)
@pytest.mark.parametrize("who", ["outsider", "ordinary member"])
def test_others_find_nothing_at_any_address(
    who: str, method: str, pattern: str, read_request: ReadRequest, alice: Person, bob: Person,
    late: Person, mallory: Person, post: Post, group: Group,
) -> None:  # fmt: skip
    Mute.objects.create(author=alice.user, asker=late.user)
    address = pattern.format(pk=read_request.pk, asker=late.user.uid, post=post.uid, slug=group.slug)
    other = mallory if who == "outsider" else bob
    before = everything()

    found = call(signed_in(other), method, address)

    # Any member may ask, of course; Bob can read it already.
    assert found == (422 if who == "ordinary member" and pattern in OF_ANY_MEMBER else 404)
    nowhere = pattern.format(pk=10**9, asker=group.uid, post=group.uid, slug="no-such-group")
    assert call(signed_in(other), method, nowhere) == 404
    assert everything() == before
    # There was something: it is there for the one whom it concerns.
    owner = late if pattern in OF_THE_ASKER else alice
    assert call(signed_in(owner), method, address) != 404


@pytest.mark.parametrize(("method", "pattern"), ADDRESSES)
@pytest.mark.parametrize("exists", [True, False])
def test_signed_out_everything_is_401_or_the_sign_in_whether_it_exists_or_not(
    exists: bool, method: str, pattern: str, read_request: ReadRequest, late: Person, post: Post, group: Group
) -> None:
    values = {"pk": read_request.pk, "asker": late.user.uid, "post": post.uid, "slug": group.slug}
    if not exists:
        values = {"pk": 10**9, "asker": group.uid, "post": group.uid, "slug": "no-such-group"}
    is_page = pattern.endswith(("toast/", "grants/"))

    assert call(Client(), method, pattern.format(**values)) == (302 if is_page else 401)


def test_only_the_asker_and_the_author_reach_a_request_and_each_only_their_side(
    read_request: ReadRequest, alice: Person, late: Person
) -> None:
    carols, alices = signed_in(late), signed_in(alice)
    before = everything()

    for verb in ("approve", "reject", "mute", "withdraw_grant"):
        assert call(carols, "post", address(read_request, verb)) == 404
    for verb in ("withdraw", "report"):
        assert call(alices, "post", address(read_request, verb)) == 404
    assert call(carols, "get", f"/requests/{read_request.pk}.json") == 404
    assert everything() == before


@pytest.mark.parametrize(("method", "pattern"), [entry for entry in ADDRESSES if entry[0] == "post"])
def test_nothing_that_changes_something_answers_a_get(
    method: str, pattern: str, read_request: ReadRequest, alice: Person, post: Post, group: Group
) -> None:
    address = pattern.format(pk=read_request.pk, asker=alice.user.uid, post=post.uid, slug=group.slug)

    assert signed_in(alice).get(address).status_code == 405


def test_a_former_member_finds_nothing_any_more(
    read_request: ReadRequest, alice: Person, late: Person, group: Group
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    members.leave(Membership.objects.get(group=group, user=late.user))

    assert call(signed_in(late), "post", address(read_request, "withdraw")) == 404
    assert call(signed_in(alice), "get", f"/requests/{read_request.pk}.json") == 404
    assert state_of(read_request) == RequestState.CLOSED
