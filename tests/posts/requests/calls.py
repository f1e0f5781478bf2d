"""Calls and pages of the tests about read requests."""

import base64
import json
from collections.abc import Mapping

from django.test import Client

from groups.models import Group
from posts.models import Post, PostKey, ReadRequest
from tests.answers import Answer
from tests.cast import Person
from tests.pages import Element, article, page, signed_in

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


def ask_address(post: Post) -> str:
    return f"/posts/{post.uid}/request_read/"


def address(read_request: ReadRequest, verb: str) -> str:
    return f"/requests/{read_request.pk}/{verb}/"


def state_of(read_request: ReadRequest) -> str:
    return ReadRequest.objects.get(pk=read_request.pk).state


def everything() -> list[object]:
    """All that an answer could change."""
    requests = ReadRequest.objects.order_by("pk").values_list(
        "pk", "state", "reason", "answered_at", "message"
    )
    keys = PostKey.objects.order_by("revision_id", "public_key_id").values_list(
        "revision_id", "public_key_id"
    )
    return [*requests, *keys]


def body_of(wrapped: Mapping[str, bytes]) -> dict[str, object]:
    """The JSON in which a browser sends wrapped keys."""
    return {
        "wrapped_keys": [
            {"fingerprint": fingerprint, "wrapped_key": base64.b64encode(key).decode()}
            for fingerprint, key in wrapped.items()
        ]
    }


def post_json(client: Client, address: str, body: object = None) -> Answer:
    """A program's call."""
    content = "" if body is None else json.dumps(body)
    return client.post(
        address, content, content_type="application/json", headers={"Accept": "application/json"}
    )


def post_form(client: Client, address: str, fields: Mapping[str, str] | None = None) -> Answer:
    """The fields that a browser sends of a form."""
    return client.post(address, fields or {}, headers={"Accept": HTML})


def requests_page(person: Person, query: str = "") -> Element:
    return page(signed_in(person).get(f"/requests/{query}"))


def toast(person: Person, read_request: ReadRequest) -> Element:
    shown = page(signed_in(person).get(f"/requests/{read_request.pk}/toast/"))
    # Scripts take nothing for a page of this site that has no announcer (static/js/lib/http.js).
    assert shown.one("div", id="announcer").text == ""
    return shown


def notice(person: Person, post: Post) -> Element:
    """The words in place of the text."""
    return article(person, post).one("div", class_="post__locked")


def ask_all_button(person: Person, group: Group) -> list[str]:
    shown = page(signed_in(person).get(f"/groups/{group.slug}/"))
    return [button.text for form in shown.all("form", class_="ask-all") for button in form.all("button")]


def refused(person: Person, post: Post, *, status: int = 422) -> str:
    """The sentence that answers a program that may not ask."""
    answer = post_json(signed_in(person), ask_address(post))
    assert answer.status_code == status
    (sentence,) = answer.json()["errors"]["__all__"]
    return str(sentence)
