"""Editing over HTTP: what a client sends and is told, and what an author's pages show of it."""

import base64
import json

from django.test import Client

from groups.domain import groups, members
from posts.models import Failure, Post, Revision, State
from posts.publishing import posts
from posts.requests import asking
from tests.cast import Person, finish, sealed_draft
from tests.pages import article, page, signed_in

JSON = "application/json"


def body_of(author: Person, post: Post, *, number: int = 2, text: str = "Moon") -> dict[str, object]:
    draft = sealed_draft(author.user, post.group, uid=post.uid, title="Hello", body=text, revision=number)
    return {"revision": number, "title": "Hello", "draft": base64.b64encode(draft).decode(), "files": []}


def send(client: Client, post: Post, body: object) -> tuple[int, dict[str, object]]:
    answer = client.post(f"/posts/{post.uid}/revisions/", json.dumps(body), content_type=JSON)
    return answer.status_code, answer.json()


def test_a_client_sends_the_next_revision_and_is_told_of_any_other(alice, bob, post):
    client, body = signed_in(alice), body_of(alice, post)
    wrong = [{**body, "revision": number} for number in (0, -1, "2", True, None, 2**31)]
    assert [send(client, post, each)[0] for each in wrong] == [422] * len(wrong)
    assert send(client, post, {**body, "author": str(bob.user.uid)})[0] == 409
    assert not Revision.objects.filter(number=2).exists()

    address = post.get_absolute_url()
    taken = {"uid": str(post.uid), "revision": 2, "address": address, "state": "queued"}
    assert send(client, post, body) == (201, taken)
    # The answer was lost; another tab was slower; somebody was faster than a script thought.
    assert send(client, post, body) == (200, taken)
    assert send(client, post, body_of(alice, post, text="Sun")) == (409, {"revision": 2, "state": "queued"})
    assert send(client, post, body_of(alice, post, number=5)) == (409, {"revision": 2, "state": "queued"})
    groups.lock(post.group)
    assert send(client, post, body_of(alice, post, text="Sun"))[0] == 422


def test_while_an_edit_is_on_its_way_only_its_author_sees_it(alice, bob, post):
    edit = alice.revise(post, title="Hello again")
    states = {}
    for state in (State.QUEUED, State.ENCRYPTING):
        seen = article(alice, post)
        states[seen["data-edit"]] = seen["data-revision"], seen["data-state"]
        assert (article(bob, post).get("data-edit"), article(bob, post)["data-revision"]) == (None, "1")
        if state == State.QUEUED:
            posts.encrypt(edit.pk)
    assert states == dict.fromkeys(["queued", "encrypting"], ("1", "published"))

    finish(edit)

    for person in (alice, bob):
        seen = article(person, post)
        assert (seen["data-revision"], seen.get("data-edit")) == ("2", None)
        assert seen.one("h1").text == "Hello again"
        assert "Edited" in seen.one("div", class_="facts").text


def test_a_failed_edit_is_tried_again_or_discarded(alice, bob, post):
    edit, client = alice.revise(post), signed_in(alice)
    fail = Revision.objects.filter(pk=edit.pk)
    fail.update(state=State.FAILED, failure=Failure.KEPT_FAILING)
    seen = article(alice, post)
    assert seen["data-edit"] == "failed"
    assert [button.text for button in seen.one("div", class_="post__state").all("button")] == [
        "Try again",
        "Discard this edit",
    ]
    assert page(client.get(f"/posts/{post.uid}/edit/")).all("post-editor") == []

    client.post(f"/posts/{post.uid}/retry/")
    assert fail.get().state == State.QUEUED
    # A second click, and one from an old page, change nothing.
    client.post(f"/posts/{post.uid}/retry/")
    client.post(f"/posts/{post.uid}/revisions/discard/")
    assert fail.get().state == State.QUEUED
    fail.update(state=State.FAILED, failure=Failure.NOT_A_DOCUMENT)
    client.post(f"/posts/{post.uid}/revisions/discard/")

    assert not fail.exists()
    assert article(alice, post).get("data-edit") is None
    assert len(page(client.get(f"/posts/{post.uid}/edit/")).all("post-editor")) == 1


def test_only_the_author_finds_earlier_versions_with_a_key_to_each(alice, bob, post):
    first, client = Revision.objects.get(post=post), signed_in(alice)
    address = f"/posts/{post.uid}/versions/"
    assert page(client.get(address)).all("post-version") == []
    alice.edit(alice.edit(post, title="Second"), title="Third")
    shown = page(client.get(address))

    versions = [each["data-version"] for each in shown.all("li") if each.get("data-version")]
    assert versions == ["2", "1"]
    assert shown.one("decrypted-post")["data-revision"] == "2"
    for asked, number in (("1", "1"), ("3", "2"), ("x", "2"), ("1" * 5_000, "2")):
        chosen = page(client.get(f"{address}?version={asked}"))
        assert chosen.one("decrypted-post")["data-revision"] == number
    assert first.wrapped_keys.count() == 1
    links = {link.text for link in article(alice, post).all("a")}
    assert {"Edit", "Earlier versions"} <= links
    assert not {"Edit", "Earlier versions"} & {link.text for link in article(bob, post).all("a")}


def test_an_answer_names_the_revision_that_it_is_for(alice, carol, post):
    members.join(post.group, user=carol.user)
    read_request, _ = asking.ask(post, asker=carol.user)
    alice.edit(post)
    client, address = signed_in(alice), f"/requests/{read_request.pk}/approve/"
    keys = [
        {"fingerprint": mark, "wrapped_key": base64.b64encode(key).decode()}
        for mark, key in alice.rewraps(read_request).items()
    ]

    def approve(**revision: object) -> tuple[int, object]:
        answer = client.post(address, json.dumps({"wrapped_keys": keys, **revision}), content_type=JSON)
        return answer.status_code, answer.json()

    assert client.get(f"/requests/{read_request.pk}.json").json()["revision"] == 2
    assert approve() == approve(revision=1) == approve(revision=3) == (409, {"revision": 2})
    assert approve(revision="2")[0] == 422
    assert approve(revision=2) == (200, {"state": "approved"})
