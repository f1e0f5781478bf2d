"""Every address of the site, tried by everybody who should not get through.

First the entitled person gets the thing, so that it is known to be there. Then the others come to the same address and
to one of nothing at all: neither answer may differ from the other, whatever the verb and whatever they ask for.
"""

import base64
import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, include, path, reverse

from accounts.domain import users
from groups.domain import groups, invitations, members
from groups.models import Group, Joining, Membership
from posts.domain import mutes, read_requests
from posts.models import Post
from tests.cast import Person, make_person, sealed_draft
from tests.moderation import browser_of

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

JSON = "application/json"
HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
VERBS = ["get", "head", "post", "put", "patch", "delete", "options"]
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


@pytest.fixture
def scene(alice: Person, bob: Person, carol: Person, mallory: Person, group: Group) -> Scene:
    post, _ = alice.publish(group), alice.publish(group, title="Another that Carol may ask for")
    members.join(group, user=carol.user)
    muted = make_person("Mute")
    mutes.mute(alice.user, asker=muted.user)
    token = invitations.create(group, by=alice.user)
    request, _ = read_requests.ask(post, asker=carol.user)
    return Scene(
        people={
            "alice": alice,
            "bob": bob,
            "carol": carol,
            "stranger": mallory,
            "removed": removed(group),
            "moderator elsewhere": moderator_elsewhere(),
            "site's moderator": staff(),
        },
        values={
            "slug": group.slug,
            "post": str(post.uid),
            "member": str(bob.user.uid),
            "muted": str(muted.user.uid),
            "invitation": str(group.invitations.get().pk),
            "request": str(request.pk),
            "fingerprint": next(iter(alice.private_keys)),
            "token": token,
            "draft": draft(bob, group),
        },
    )


OUTSIDERS = ["stranger", "removed", "moderator elsewhere", "site's moderator"]


def removed(group: Group) -> Person:
    """Somebody who read the post and is no longer a member."""
    person = make_person("Rita")
    membership = members.join(group, user=person.user)
    members.remove(membership, by=Membership.objects.get(group=group, role="owner"))
    return person


def moderator_elsewhere() -> Person:
    person = make_person("Eve")
    groups.create("Elsewhere", owner=person.user)
    return person


def staff() -> Person:
    """A moderator of the whole site, on its pages for people: there they are nobody."""
    person = make_person("Mona")
    person.user.is_staff = True
    person.user.save()
    return person


def draft(author: Person, group: Group) -> str:
    sealed = sealed_draft(author.user, group, uid=uuid.UUID(NEW_UID), title="Hello", body="World")
    return base64.b64encode(sealed).decode()


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


def test_every_address_of_the_site_is_tried_here() -> None:
    assert {door.name for door in DOORS} | FOR_ALL.keys() | THEIR_OWN.keys() == parameters().keys()
    assert {name for name in parameters() if ":" not in name} == DIRECTLY_BELOW
    # One name is one address here, or the second one would hide behind the first.
    assert len(list(addresses(get_resolver().url_patterns))) == len(parameters())


@pytest.mark.parametrize("name", ["secrets", None, "post"])
@pytest.mark.parametrize("app", ["posts", "another"])
def test_an_address_that_is_new_would_be_missed_here(name: str | None, app: str) -> None:
    known = list(addresses(get_resolver().url_patterns))
    new = path("secrets/<int:pk>/", lambda request, pk: HttpResponse(), name=name)

    patterns = [*get_resolver().url_patterns, path("", include(([new], app)))]

    assert [each for each, _ in addresses(patterns)] == [*(each for each, _ in known), f"{app}:{name}"]


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_the_entitled_get_through(door: Door, scene: Scene) -> None:
    response = through(browser_of(scene.people[door.entitled]), door, scene)

    assert response.status_code == door.status


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_an_ordinary_member_gets_what_members_get(door: Door, scene: Scene) -> None:
    response = through(browser_of(scene.people["bob"]), door, scene)

    assert response.status_code == door.to_bob


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_outsiders_find_nothing_and_the_same_nothing_everywhere(door: Door, scene: Scene) -> None:
    before = list(Post.objects.values_list("uid", "state"))
    for name in OUTSIDERS:
        client = browser_of(scene.people[name])
        there, nowhere = through(client, door, scene), through(client, door, scene, of_nothing=True)

        assert there.status_code == 404, name
        assert seen(there, scene.address(door.name), scene) == seen(
            nowhere, scene.address(door.name, of_nothing=True), scene
        ), name
    assert list(Post.objects.values_list("uid", "state")) == before


@pytest.mark.parametrize("door", {door.name: door for door in DOORS}.values(), ids=str)
def test_no_verb_tells_what_is_there_from_what_is_not(door: Door, scene: Scene) -> None:
    real, none = scene.address(door.name), scene.address(door.name, of_nothing=True)
    for client in [Client(), browser_of(scene.people["removed"])]:
        for verb in VERBS:
            for address, other in [(real, none), (real.rstrip("/"), none.rstrip("/"))]:
                for accepted in (HTML, JSON):
                    ask = getattr(client, verb)
                    there, nowhere = (ask(each, headers={"accept": accepted}) for each in (address, other))

                    assert there.status_code in {301, 302, 401, 404, 405}
                    assert seen(there, address, scene) == seen(nowhere, other, scene)


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_signed_out_it_is_the_sign_in_or_401(door: Door, scene: Scene) -> None:
    there, nowhere = through(Client(), door, scene), through(Client(), door, scene, of_nothing=True)

    assert there.status_code == door.signed_out
    if door.signed_out == 302:
        assert there["Location"].startswith("/accounts/login/?next=/")
    assert seen(there, scene.address(door.name), scene) == seen(
        nowhere, scene.address(door.name, of_nothing=True), scene
    )


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_who_was_deactivated_is_signed_out(door: Door, scene: Scene) -> None:
    client = browser_of(scene.people[door.entitled])
    users.deactivate(scene.people[door.entitled].user)

    assert through(client, door, scene).status_code == door.signed_out


@pytest.mark.parametrize(("name", "status"), {**FOR_ALL, **THEIR_OWN}.items())
def test_what_is_for_all_is_so_signed_out(name: str, status: int | None, scene: Scene) -> None:
    if status is not None:
        assert Client().get(scene.address(name)).status_code == status


def test_a_link_that_is_none_looks_signed_out_like_one_that_works(scene: Scene) -> None:
    works, none = scene.address("groups:invitation"), scene.address("groups:invitation", of_nothing=True)

    assert seen(Client().get(works), works, scene) == seen(Client().get(none), none, scene)
    assert browser_of(scene.people["stranger"]).get(works).status_code == 200
    assert browser_of(scene.people["stranger"]).get(none).status_code == 404


def test_nobody_learns_who_asks_somebody_else(scene: Scene) -> None:
    address = reverse("posts:requests_from", args=[scene.people["carol"].user.uid])
    assert browser_of(scene.people["alice"]).get(address).json() != {"request_ids": []}

    for name in ["bob", *OUTSIDERS]:
        assert browser_of(scene.people[name]).get(address).json() == {"request_ids": []}


def test_of_an_open_group_who_has_not_joined_sees_what_it_is_and_no_post(
    alice: Person, mallory: Person
) -> None:
    group = groups.create("Open air", owner=alice.user, description="We sing.", joining=Joining.ANYONE)
    post = alice.publish(group, title="Rehearsal")
    members_page = reverse("groups:members", args=[group.slug])
    alices, mallorys = browser_of(alice), browser_of(mallory)
    assert "Rehearsal" in alices.get(group.get_absolute_url()).content.decode()
    assert alices.get(members_page).status_code == 200

    page = mallorys.get(group.get_absolute_url())

    text = page.content.decode()
    assert page.status_code == 200
    assert [word in text for word in ("Open air", "We sing.", "1 member", "Rehearsal", "Alice")] == [
        *(True, True, True),
        *(False, False),
    ]
    for address in (
        members_page,
        reverse("posts:new", args=[group.slug]),
        post.get_absolute_url(),
        reverse("posts:envelope", args=[post.uid]),
    ):
        assert mallorys.get(address).status_code == 404
    assert mallorys.post(reverse("groups:leave", args=[group.slug])).status_code == 404


def test_what_a_stranger_has_is_in_no_list_of_theirs(scene: Scene) -> None:
    mallory, bob = browser_of(scene.people["stranger"]), browser_of(scene.people["bob"])
    assert "Walkers" in bob.get("/groups/").content.decode()
    assert "Hello" in bob.get("/").content.decode()

    for page in ("/", "/groups/", "/requests/", "/keys/"):
        text = mallory.get(page).content.decode()
        assert [word for word in ("Walkers", "Hello", scene.values["post"]) if word in text] == []
    there, nowhere = (f"/?before={uid}" for uid in (scene.values["post"], NOTHING["post"]))
    assert seen(mallory.get(there), there, scene) == seen(mallory.get(nowhere), nowhere, scene)
