"""Calls of the tests about read requests."""

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.test import Client

from posts.models import PostKey, ReadRequest

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


def state_of(read_request: ReadRequest) -> str:
    return ReadRequest.objects.get(pk=read_request.pk).state


def everything() -> list[object]:
    """All that an answer could change."""
    requests = ReadRequest.objects.order_by("pk").values_list(
        "pk", "state", "reason", "answered_at", "message"
    )
    keys = PostKey.objects.order_by("post_id", "public_key_id").values_list("post_id", "public_key_id")
    return [*requests, *keys]


def body_of(wrapped: Mapping[str, bytes]) -> dict[str, object]:
    """The JSON in which a browser sends wrapped keys."""
    return {
        "wrapped_keys": [
            {"fingerprint": fingerprint, "wrapped_key": base64.b64encode(key).decode()}
            for fingerprint, key in wrapped.items()
        ]
    }


def post_json(client: Client, address: str, body: object = None) -> "Answer":
    """A program's call."""
    content = "" if body is None else json.dumps(body)
    return client.post(
        address, content, content_type="application/json", headers={"Accept": "application/json"}
    )


def post_form(client: Client, address: str, fields: Mapping[str, str] | None = None) -> "Answer":
    """What a browser sends of a form."""
    return client.post(address, fields or {}, headers={"Accept": HTML})
