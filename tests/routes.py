"""Every address of the site: who gets through with what, and how an answer tells what is there."""

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.answers import Answer
from tests.cast import Person

JSON = "application/json"

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"

NEW_UID = str(uuid.UUID(int=7))


@dataclass(frozen=True)
class Route:
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

SUBMISSION = {"uid": NEW_UID, "title": "Hello", "draft": "{draft}"}
SEALED_COMMENT = {"nonce": "A" * 16, "ciphertext": "A" * 1400, "key_commitment": f"{'A' * 43}="}
COMMENT = {"uid": NEW_UID, **SEALED_COMMENT}
EDITED_COMMENT = {"revision": 2, **SEALED_COMMENT}
REVISION = {"revision": 2, "title": "Hello", "draft": "{draft}"}
REPORT = {"fingerprints": ["a" * 64]}

ROUTES = [
    Route("posts:group", "get", "bob", 200, 200),
    Route("posts:new", "get", "bob", 200, 200),
    Route("posts:submit", "post", "bob", 201, 201, SUBMISSION, is_json=True, signed_out=401),
    Route("posts:take_group", "get", "bob", 200, 200),
    Route("posts:posts_of_group_to_take", "get", "bob", 200, 200, signed_out=401),
    Route("posts:ask_all", "post", "carol", 302, 302, {}),
    Route("groups:edit", "get", "alice", 200, 404),
    Route("groups:edit", "post", "alice", 302, 404, EDITED),
    Route("groups:hand_over", "post", "alice", 302, 404, {"to": "{member}"}),
    Route("groups:delete", "post", "alice", 302, 404, {}),
    Route("groups:join", "post", "bob", 302, 302, {}),
    Route("groups:leave", "post", "bob", 302, 302, {}),
    Route("groups:members", "get", "bob", 200, 200),
    Route("groups:remove_member", "post", "alice", 302, 403, {}),
    Route("groups:let_back_in", "post", "alice", 302, 403, {}),
    Route("groups:change_role", "post", "alice", 302, 403, {"role": "moderator"}),
    Route("groups:create_invitation", "post", "alice", 200, 403, {}),
    Route("groups:revoke_invitation", "post", "alice", 302, 404, {}),
    Route("posts:post", "get", "bob", 200, 200),
    Route("posts:envelope", "get", "bob", 200, 200, signed_out=401),
    Route("posts:comments", "get", "bob", 200, 200),
    Route("posts:comment", "get", "bob", 200, 200),
    Route("posts:write_comment", "post", "bob", 201, 201, COMMENT, is_json=True, signed_out=401),
    Route("posts:edit_comment", "post", "alice", 200, 404, EDITED_COMMENT, is_json=True, signed_out=401),
    Route("posts:delete_comment", "post", "alice", 200, 404, {}, is_json=True, signed_out=401),
    Route("posts:delete", "post", "alice", 302, 404, {}),
    Route("posts:retry", "post", "alice", 302, 404, {}),
    Route("posts:edit", "get", "alice", 200, 404),
    Route("posts:versions", "get", "alice", 200, 404),
    Route("posts:revise", "post", "alice", 201, 404, REVISION, is_json=True, signed_out=401),
    Route("posts:discard", "post", "alice", 302, 404, {}),
    Route("posts:grants", "get", "alice", 200, 404),
    Route("posts:ask", "post", "carol", 200, 422, {}, is_json=True, signed_out=401),
    Route("posts:request_material", "get", "alice", 200, 404, signed_out=401),
    Route("posts:approve_request", "post", "alice", 422, 404, {}, is_json=True, signed_out=401),
    Route("posts:reject_request", "post", "alice", 200, 404, {}, is_json=True, signed_out=401),
    Route("posts:mute_asker", "post", "alice", 302, 404, {}),
    Route("posts:withdraw_grant", "post", "alice", 302, 404, {}),
    # There is nothing to report yet, and only the asker is told so.
    Route("posts:report_request", "post", "carol", 409, 404, REPORT, is_json=True, signed_out=401),
    Route("posts:withdraw_request", "post", "carol", 302, 404, {}),
    Route("posts:request_toast", "get", "alice", 200, 404),
    Route("posts:unmute_asker", "post", "alice", 302, 404, {}),
    Route("posts:file", "get", "alice", 200, 404, signed_out=401),
    Route("posts:file_part", "get", "bob", 200, 200, signed_out=401),
    Route("groups:keys_of_person", "get", "alice", 200, 200, signed_out=401),
    Route("accounts:end_session", "post", "alice", 302, 404, {}),
    Route("accounts:admission", "get", "alice", 200, 404, signed_out=401),
    Route("accounts:offer_device", "post", "alice", 422, 404, {}, is_json=True, signed_out=401),
    Route("accounts:answer_offer", "post", "alice", 422, 404, {}, is_json=True, signed_out=401),
    Route("accounts:end_admission", "post", "alice", 200, 404, {}, is_json=True, signed_out=401),
    # The password first.
    Route("posts:export_key", "post", "alice", 403, 404, {}, is_json=True, signed_out=401),
    Route("posts:revoke_key", "post", "alice", 302, 404, {}),
]


# Addresses for everybody, and for everybody who is signed in, which show each their own.
FOR_ALL = {
    "home": 200,
    "sealing_key": 200,
    "what_the_server_sees": 200,
    "favicon": 302,
    # A site on localhost names a mailbox of its machine.
    "security_txt": 200,
    # Its token is the doctor's own.
    "mirror": 404,
    "posts:unsubscribe": 404,
    # The settings of the tests name no provider.
    "accounts:log_in_by_provider": 405,
    "openid_connect_callback": 404,
    "accounts:wait_for_confirmation": 200,
    "accounts:wait_for_reset": 200,
}

THEIR_OWN = {
    "groups:index": 302,
    "groups:new": 302,
    "posts:write": 302,
    "posts:drafts": 302,
    "groups:invitation": 302,
    "posts:requests": 302,
    "posts:requests_waiting": 401,
    "posts:requests_from": 401,
    "posts:request_preferences": 302,
    "posts:keys": 302,
    "accounts:welcome": 302,
    "accounts:add_browser": 302,
    "accounts:replace_key": 302,
    "accounts:add_browser_to": 302,
    "accounts:account_keys": 401,
    "accounts:public_keys": 401,
    "accounts:replace_account_key": 401,
    "accounts:stop_starting_over": 401,
    "accounts:put_off_banner": 302,
    "accounts:change_keyholders": 401,
    "accounts:note_device_used": 401,
    "accounts:open_admission": 401,
    "accounts:admission_waiting": 401,
    "accounts:store": 401,
    "accounts:store_object": 401,
    "accounts:name": 302,
    "accounts:set_password": 302,
    "accounts:sessions": 302,
    "accounts:end_other_sessions": 302,
    "posts:lift": 401,
    "posts:announce_file": 401,
    "accounts:provider": 302,
    "accounts:connect_provider": 302,
    "accounts:disconnect_provider": 302,
    "accounts:confirm_by_provider": 302,
    "posts:data": 302,
    "posts:download": 302,
    "posts:delete_account": 302,
    "posts:search": 302,
    "posts:readable_posts": 401,
    "posts:readable_contents": 401,
    "posts:take_all": 302,
    "posts:posts_to_take": 401,
    "posts:readable_comments": 401,
}


# The addresses of Django's admin and of allauth: other tests try them beside our own settings of them.
NOT_OURS = {"admin/", "accounts/", "accounts/2fa/"}

DIRECTLY_BELOW = {
    "home",
    "sealing_key",
    "what_the_server_sees",
    "favicon",
    "security_txt",
    "mirror",
    "openid_connect_callback",
}


OF_COMMENTS = {"posts:comment", "posts:edit_comment", "posts:delete_comment"}


@dataclass
class Scene:
    """Alice's group with Bob in it, her post and Carol's request; and who has no business there."""

    people: dict[str, Person]
    values: dict[str, str]

    def address(self, name: str, *, of_nothing: bool = False) -> str:
        """The address of this name for the things of the scene, or for none."""
        values = NOTHING if of_nothing else self.values
        takes = parameters()[name]
        of_members = {"groups:remove_member", "groups:change_role", "groups:keys_of_person"}
        kind = "member" if name in of_members else "post"
        kind = "comment" if name in OF_COMMENTS else kind
        kind = "admission" if name.startswith("accounts:") else kind
        kind = "kept out" if name == "groups:let_back_in" else kind
        kind = "file" if name.startswith("posts:file") else kind
        kind = "muted" if name in {"posts:unmute_asker", "posts:requests_from"} else kind
        chosen = {"uid": values[kind]} if "uid" in takes else {}
        if "pk" in takes:
            chosen["pk"] = values["invitation" if name.startswith("groups:") else "request"]
        return reverse(name, kwargs=chosen | {key: values[key] for key in takes if key not in chosen})


NOTHING = {
    "slug": "nothing-here",
    "post": str(uuid.UUID(int=1)),
    "comment": str(uuid.UUID(int=8)),
    "member": str(uuid.UUID(int=2)),
    "file": str(uuid.UUID(int=8)),
    "number": "0",
    "muted": str(uuid.UUID(int=3)),
    "kept out": str(uuid.UUID(int=4)),
    "invitation": "990000001",
    "request": "990000002",
    "fingerprint": "a" * 64,
    "token": "nothing",
    "admission": str(uuid.UUID(int=5)),
    "session": str(uuid.UUID(int=6)),
    "name": "nothing",
    "provider_id": "nothing",
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


def through(client: Client, route: Route, scene: Scene, *, of_nothing: bool = False) -> Answer:
    """Ask a route as its own form or program does."""
    address = scene.address(route.name, of_nothing=of_nothing)
    if route.body is None:
        return client.get(address, headers={"accept": JSON if route.signed_out == 401 else HTML})
    body = {name: scene.values.get(str(value)[1:-1], value) for name, value in route.body.items()}
    if route.is_json:
        return client.post(address, json.dumps(body), content_type=JSON, headers={"accept": JSON})
    return client.post(address, body, headers={"accept": HTML})


def seen(response: Answer, address: str, scene: Scene) -> tuple[int, dict[str, str], str]:
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
