"""A key that an author granted and that does not open the post."""

import base64
import json
import uuid

from playwright.sync_api import Route, expect

from secureblogs.crypto import contexts, wrapping
from secureblogs.crypto.contents import new_content_key
from secureblogs.crypto.public_keys import load_public_key, read_public_key
from tests.browser.seen import approve, ask, card, reads, sees_waiting, toasts, told


def test_a_wrong_key_is_shown_reported_and_asked_for_again(archive):
    alice, carol, post = archive.alice, archive.carol, archive.posts[0]
    alice.stay("/requests/")
    of_carol = ask(carol, post)
    material = alice.context.request.get(f"{alice.url}/requests/{of_carol}.json").json()
    (pinned,) = material["public_keys"]
    public_key = read_public_key(pinned["public_key"])
    place = contexts.wrapped_key(
        post=uuid.UUID(material["post"]), revision=material["revision"], fingerprint=public_key.fingerprint
    )
    recipient = load_public_key(public_key.algorithm, public_key.der)
    # Rightly wrapped, for the right reader and the right post; only that it is the key of nothing.
    wrong = wrapping.wrap(new_content_key(), recipient, context=place)

    def exchange(route: Route) -> None:
        body = json.loads(route.request.post_data or "")
        assert [entry["fingerprint"] for entry in body["wrapped_keys"]] == [pinned["fingerprint"]]
        body["wrapped_keys"][0]["wrapped_key"] = base64.b64encode(wrong).decode()
        route.continue_(post_data=body)

    alice.page.route(f"**/requests/{of_carol}/approve/", exchange)
    approve(alice, of_carol)

    expect(carol.page.locator(".post__locked")).to_contain_text(
        "The key that you were given does not open this post. Alice was told, and asked for another one."
    )
    expect(carol.article).to_have_attribute("data-request-state", "pending")
    expect(carol.article).to_have_attribute("data-access", "no-key")
    envelope = carol.context.request.get(f"{carol.url}{post}envelope.json").json()
    assert envelope["wrapped_keys"] == []
    expect(toasts(alice).last).to_contain_text(
        "The key that you granted Carol does not open “First winter” in Old days."
    )
    expect(card(alice, of_carol)).to_have_attribute("data-request-state", "pending")
    expect(card(alice, of_carol)).to_contain_text(
        "The key that was granted did not open the post in their browser. It is deleted; approving wraps a new one."
    )
    sees_waiting(alice, 1)
    assert told(carol, "read_request.approved") == [of_carol]
    assert told(alice, "read_request.created") == [of_carol, of_carol]

    alice.page.unroute(f"**/requests/{of_carol}/approve/")
    approve(alice, of_carol)
    reads(carol, "Snow up to the windows.")
    sees_waiting(alice, 0)
