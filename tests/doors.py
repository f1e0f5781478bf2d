"""Every address of the site: who gets through with what, and how an answer tells what is there."""

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import Person

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer


JSON = "application/json"


HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


NEW_UID = str(uuid.UUID(int=7))


@dataclass(frozen=True)
class Door:
    """An address, who gets through with what, and what an ordinary member gets."""

    name: str
    verb: str
    entitled: str
    status: int
    to_bob: int
    # A form, or JSON where `is_json`; "{…}" is a value of the scene.
    body: Mapping[str, object] | None = None
    is_json: bool = False
    # Signed out: 401 for what only programs call, else the way to the sign-in.
    signed_out: int = 302

    def __str__(self) -> str:
        return f"{self.verb} {self.name}"


EDITED = {"name": "Climbers", "description": "", "joining": "invitation"}


DOORS = [
    Door("posts:group", "get", "bob", 200, 200),
    Door("posts:new", "get", "bob", 200, 200),
    Door(
        "posts:submit",
        "post",
        "bob",
        201,
        201,
        {"uid": NEW_UID, "title": "Hello", "draft": "{draft}"},
        is_json=True,
        signed_out=401,
    ),
    Door("posts:request_all", "post", "carol", 201, 422, {}, is_json=True, signed_out=401),
    Door("groups:edit", "get", "alice", 200, 404),
    Door("groups:edit", "post", "alice", 302, 404, EDITED),
    Door("groups:join", "post", "bob", 302, 302, {}),
    Door("groups:leave", "post", "bob", 302, 302, {}),
    Door("groups:members", "get", "bob", 200, 200),
    Door("groups:remove_member", "post", "alice", 302, 403, {}),
    Door("groups:change_role", "post", "alice", 302, 403, {"role": "moderator"}),
    Door("groups:create_invitation", "post", "alice", 200, 403, {}),
    Door("groups:revoke_invitation", "post", "alice", 302, 404, {}),
    Door("posts:post", "get", "bob", 200, 200),
    Door("posts:envelope", "get", "bob", 200, 200, signed_out=401),
    Door("posts:delete", "post", "alice", 302, 404, {}),
    Door("posts:retry", "post", "alice", 302, 404, {}),
    Door("posts:grants", "get", "alice", 200, 404),
    Door("posts:request_read", "post", "carol", 200, 422, {}, is_json=True, signed_out=401),
    Door("posts:read_request", "get", "alice", 200, 404, signed_out=401),
    Door("posts:approve_request", "post", "alice", 422, 404, {}, is_json=True, signed_out=401),
    Door("posts:reject_request", "post", "alice", 200, 404, {}, is_json=True, signed_out=401),
    Door("posts:mute_request", "post", "alice", 200, 404, {}, is_json=True, signed_out=401),
    # There is nothing to take back or to report yet, and only they are told so.
    Door("posts:withdraw_grant", "post", "alice", 409, 404, {}, is_json=True, signed_out=401),
    Door(
        "posts:report_request",
        "post",
        "carol",
        409,
        404,
        {"fingerprints": ["a" * 64]},
        is_json=True,
        signed_out=401,
    ),
    Door("posts:withdraw_request", "post", "carol", 200, 404, {}, is_json=True, signed_out=401),
    Door("posts:request_toast", "get", "alice", 200, 404),
    Door("posts:unmute", "post", "alice", 200, 404, {}, is_json=True, signed_out=401),
    Door("posts:revoke_key", "post", "alice", 302, 404, {}),
]


# What is there for everybody, or for everybody who is signed in, and shows each their own.
FOR_ALL = {
    "home": 200,
    "sealing_key": 200,
    "what_the_server_sees": 200,
    "healthz": 200,
    "readyz": None,
    "favicon": 302,
    "posts:unsubscribe": 404,
}


THEIR_OWN = {
    "groups:index": 302,
    "groups:new": 302,
    "groups:invitation": 302,
    "posts:requests": 302,
    "posts:requests_waiting": 401,
    "posts:requests_from": 401,
    "posts:request_preferences": 302,
    "posts:keys": 302,
    "accounts:welcome": 302,
}


# Those of Django's admin and of allauth: what they let through is tested beside our own settings of them.
NOT_OURS = {"admin/", "accounts/"}


DIRECTLY_BELOW = {"home", "sealing_key", "what_the_server_sees", "healthz", "readyz", "favicon"}


@dataclass
class Scene:
    """Alice's group with Bob in it, her post and Carol's request; and who has no business there."""

    people: dict[str, Person]
    values: dict[str, str]

    def address(self, name: str, *, of_nothing: bool = False) -> str:
        """The address of this name for the things of the scene, or for none."""
        values = NOTHING if of_nothing else self.values
        takes = parameters()[name]
        kind = "member" if name in {"groups:remove_member", "groups:change_role"} else "post"
        kind = "muted" if name in {"posts:unmute", "posts:requests_from"} else kind
        chosen = {"uid": values[kind]} if "uid" in takes else {}
        if "pk" in takes:
            chosen["pk"] = values["invitation" if name.startswith("groups:") else "request"]
        return reverse(name, kwargs=chosen | {key: values[key] for key in takes if key not in chosen})


NOTHING = {
    "slug": "nothing-here",
    "post": str(uuid.UUID(int=1)),
    "member": str(uuid.UUID(int=2)),
    "muted": str(uuid.UUID(int=3)),
    "invitation": "990000001",
    "request": "990000002",
    "fingerprint": "a" * 64,
    "token": "nothing",
}


def parameters() -> dict[str, set[str]]:
    """Every address of the site's own by name, with what it takes."""
    return {name: set(pattern.pattern.converters) for name, pattern in addresses(get_resolver().url_patterns)}


def addresses(
    patterns: Iterable[URLPattern | URLResolver], space: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every address by name, those of the same name or of none included."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", pattern
        elif str(pattern.pattern) not in NOT_OURS:
            yield from addresses(pattern.url_patterns, f"{space}{pattern.namespace}:")


def through(client: Client, door: Door, scene: Scene, *, of_nothing: bool = False) -> "Answer":
    """Come to a door as its own form or program does."""
    address = scene.address(door.name, of_nothing=of_nothing)
    if door.body is None:
        return client.get(address, headers={"accept": JSON if door.signed_out == 401 else HTML})
    body = {name: scene.values["draft"] if value == "{draft}" else value for name, value in door.body.items()}
    if door.is_json:
        return client.post(address, json.dumps(body), content_type=JSON, headers={"accept": JSON})
    return client.post(address, body, headers={"accept": HTML})


def seen(response: "Answer", address: str, scene: Scene) -> tuple[int, dict[str, str], str]:
    """All that tells one answer from another; what differs with every page and what was asked for are taken out."""
    text = response.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    headers = {
        name: value for name, value in response.headers.items() if name not in ("Expires", "Content-Length")
    }
    asked_for = [address, *sorted([*NOTHING.values(), *scene.values.values()], key=len, reverse=True)]
    for part in asked_for:
        text = text.replace(part, "*")
        headers = {name: value.replace(part, "*") for name, value in headers.items()}
    return response.status_code, headers, text
