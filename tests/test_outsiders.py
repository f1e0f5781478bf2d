"""Every address of the site, tried by everybody who should not get through.

First the entitled person gets the thing, so that it is known to be there. Then the others come to the same address and
to one of nothing at all: neither answer may differ from the other, whatever the verb and whatever they ask for.
"""

import base64
import uuid
from typing import TYPE_CHECKING

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, include, path, reverse

from accounts.domain import users
from groups.domain import groups, invitations, members
from groups.models import Group, Joining, Membership
from posts.domain import mutes, read_requests
from posts.models import Post
from tests.cast import Person, make_person, sealed_draft
from tests.doors import (
    DIRECTLY_BELOW,
    DOORS,
    FOR_ALL,
    HTML,
    JSON,
    NEW_UID,
    NOTHING,
    THEIR_OWN,
    Door,
    Scene,
    addresses,
    parameters,
    seen,
    through,
)
from tests.moderation import browser_of

if TYPE_CHECKING:
    pass


VERBS = ["get", "head", "post", "put", "patch", "delete", "options"]


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
