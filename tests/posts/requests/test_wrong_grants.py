"""Grants that open nothing, for somebody with two devices."""

from accounts.domain import keys
from posts.requests import answering, asking
from secureblogs.crypto.documents import Document
from tests.pages import signed_in
from tests.posts.requests.calls import post_json, state_of


def test_what_is_granted_again_replaces_what_was_wrong_on_every_device(post, late, alice):
    late.add_key("Tablet")
    read_request, _ = asking.ask(post, asker=late.user)
    right = alice.rewraps(read_request)
    answering.approve(read_request, keys={fingerprint: bytes(len(key)) for fingerprint, key in right.items()})
    laptop = late.user.public_keys.order_by("pk")[0]
    answering.report_wrong(read_request, fingerprints=[laptop.fingerprint])

    answering.approve(read_request, keys=right)

    assert late.reads(post) == Document("Hello", "World")
    del late.private_keys[laptop.fingerprint]
    assert late.reads(post) == Document("Hello", "World")


def test_longer_lists_than_anybody_has_keys_are_refused_unread(post, late, alice):
    read_request, _ = asking.ask(post, asker=late.user)
    many = [{"fingerprint": f"{number:064x}", "wrapped_key": "AAAA"} for number in range(101)]
    address = f"/requests/{read_request.pk}"

    approval = post_json(signed_in(alice), f"{address}/approve/", {"wrapped_keys": many})
    report = post_json(
        signed_in(late), f"{address}/report/", {"fingerprints": [entry["fingerprint"] for entry in many]}
    )

    assert (approval.status_code, approval.json()) == (
        422,
        {"errors": {"wrapped_keys": ["This must be a list of wrapped keys, of 100 at most."]}},
    )
    assert (report.status_code, report.json()) == (
        422,
        {"errors": {"fingerprints": ["This must be a list of fingerprints, of 100 at most."]}},
    )
    assert state_of(read_request) == "pending"


def test_a_key_that_is_found_unusable_closes_what_was_asked_or_granted_with_it_alone(post, late, alice):
    laptop, tablet = late.user.public_keys.get(), late.add_key("Tablet")
    read_request, _ = asking.ask(post, asker=late.user)
    keys.mark_unusable(laptop.pk)
    assert state_of(read_request) == "pending"
    answering.approve(read_request, keys=alice.rewraps(read_request))

    keys.mark_unusable(tablet.pk)

    assert state_of(read_request) == "closed"
    late.add_key("New")
    _, is_new = asking.ask(post, asker=late.user)
    assert is_new
