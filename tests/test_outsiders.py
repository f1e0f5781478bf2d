"""Every address of the site, tried by everybody who should not get through.

First the entitled person gets the thing, so that it is known to be there. Then the others come to the same address and
to one of nothing at all: neither answer may differ from the other, whatever the verb and whatever they ask for.
"""

import base64
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.domain import open_sessions, users
from accounts.keys import admissions
from accounts.models import Admission, Offer, OpenSession, PublicKey
from groups.domain import groups, invitations, members, removals
from groups.models import Group, Invitation, Joining, KeptOut, Membership
from posts.models import Mute, Post, PostKey, ReadRequest, Revision, StoredFile
from posts.requests import asking, mutes
from tests.answers import Answer
from tests.cast import Person, make_person, sealed_draft
from tests.pages import signed_in
from tests.posts.comments.writing import comment_by
from tests.routes import (
    DIRECTLY_BELOW,
    FOR_ALL,
    HTML,
    JSON,
    NEW_UID,
    NOTHING,
    ROUTES,
    THEIR_OWN,
    Route,
    Scene,
    addresses,
    parameters,
    seen,
    through,
)

VERBS = ["get", "head", "post", "put", "patch", "delete", "options"]


@pytest.fixture
def scene(alice: Person, bob: Person, carol: Person, mallory: Person, group: Group) -> Scene:
    post, _ = alice.publish(group, files=1), alice.publish(group, title="Another that Carol may ask for")
    members.join(group, user=carol.user)
    muted = make_person("Mute")
    mutes.mute(alice.user, asker=muted.user)
    token, rita = invitations.create(group, by=alice.user), removed(group)
    request, _ = asking.ask(post, asker=carol.user)
    admission, _ = admissions.open_admission(alice.user, uuid.uuid4(), session="")
    open_sessions.note_use(alice.user, session_key="a" * 32, device="Firefox on Linux", address="192.0.2.1")
    return Scene(
        people={
            "alice": alice,
            "bob": bob,
            "carol": carol,
            "stranger": mallory,
            "removed": rita,
            "moderator elsewhere": moderator_elsewhere(),
            "site's moderator": staff(),
        },
        values={
            "slug": group.slug,
            "post": str(post.uid),
            "comment": str(comment_by(alice, post).uid),
            "member": str(bob.user.uid),
            "file": str(StoredFile.objects.get().uid),
            "number": "0",
            "muted": str(muted.user.uid),
            "kept out": str(rita.user.uid),
            "invitation": str(group.invitations.get().pk),
            "request": str(request.pk),
            "fingerprint": next(iter(alice.private_keys)),
            "token": token,
            "admission": str(admission.uid),
            "session": str(alice.user.open_sessions.get().uid),
            "name": "people",
            "provider_id": "provider",
            "draft": draft(bob, group),
        },
    )


OUTSIDERS = ["stranger", "removed", "moderator elsewhere", "site's moderator"]


def removed(group: Group) -> Person:
    """Somebody who read the post and is no longer a member."""
    person = make_person("Rita")
    membership = members.join(group, user=person.user)
    removals.remove(membership, by=Membership.objects.get(group=group, role="owner"))
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


def is_same(there: Answer, nowhere: Answer, route: Route, scene: Scene) -> bool:
    addresses = scene.address(route.name), scene.address(route.name, of_nothing=True)
    return seen(there, addresses[0], scene) == seen(nowhere, addresses[1], scene)


def draft(author: Person, group: Group) -> str:
    sealed = sealed_draft(author.user, group, uid=uuid.UUID(NEW_UID), title="Hello", body="World")
    return base64.b64encode(sealed).decode()


def test_every_address_of_the_site_is_tried_here():
    assert {route.name for route in ROUTES} | FOR_ALL.keys() | THEIR_OWN.keys() == parameters().keys()
    assert {name for name in parameters() if ":" not in name} == DIRECTLY_BELOW
    # A name is one address here, or the second one would hide behind the first.
    assert len(list(addresses(get_resolver().url_patterns))) == len(parameters())


@contextmanager
def undone() -> Iterator[None]:
    """Undo afterwards whatever happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def answers(scene: Scene, who: Callable[[Route], str]) -> dict[str, int]:
    """The status that each address answers to somebody who comes to no other one."""
    found = {}
    for route in ROUTES:
        with undone():
            found[str(route)] = through(signed_in(scene.people[who(route)]), route, scene).status_code
    return found


def everything() -> list[object]:
    """Every row that an outsider could have changed."""
    of_groups, of_accounts = (
        (Group, Membership, Invitation, KeptOut),
        (PublicKey, Admission, Offer, OpenSession),
    )
    models = (*of_groups, Post, Revision, PostKey, ReadRequest, Mute, StoredFile, *of_accounts)
    return [row for model in models for row in model.objects.order_by("pk").values_list()]


def test_the_entitled_get_through(scene):
    assert answers(scene, lambda route: route.entitled) == {str(route): route.status for route in ROUTES}


def test_an_ordinary_member_gets_what_members_get(scene):
    assert answers(scene, lambda route: "bob") == {str(route): route.to_bob for route in ROUTES}


def test_author_and_asker_each_reach_their_own_side_of_a_request(scene):
    sides = {"alice": "carol", "carol": "alice"}
    with_pk = [route for route in ROUTES if "pk" in parameters()[route.name]]
    of_requests = [route for route in with_pk if route.name.startswith("posts:")]
    assert {route.entitled for route in of_requests} == sides.keys()

    for route in of_requests:
        assert through(signed_in(scene.people[sides[route.entitled]]), route, scene).status_code == 404, route


@pytest.mark.parametrize("name", OUTSIDERS)
def test_outsiders_find_nothing_and_the_same_nothing_everywhere(name, scene):
    client, before = signed_in(scene.people[name]), everything()

    for route in ROUTES:
        there, nowhere = through(client, route, scene), through(client, route, scene, of_nothing=True)

        assert there.status_code == 404, route
        assert is_same(there, nowhere, route, scene), route
    assert everything() == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["", "removed"])
def test_no_verb_tells_what_is_there_from_what_is_not(name, scene):
    client = signed_in(scene.people[name]) if name else Client()
    for route in {route.name: route for route in ROUTES}.values():
        real, none = scene.address(route.name), scene.address(route.name, of_nothing=True)
        without_slash = real.rstrip("/"), none.rstrip("/")
        tried = [(verb, accepted, (real, none)) for verb in VERBS for accepted in (HTML, JSON)]
        for verb, accepted, pair in [*tried, ("get", HTML, without_slash), ("post", JSON, without_slash)]:
            there, nowhere = (getattr(client, verb)(each, headers={"accept": accepted}) for each in pair)

            assert there.status_code in {301, 302, 401, 404, 405}, (route, verb)
            assert seen(there, pair[0], scene) == seen(nowhere, pair[1], scene), (route, verb)


def test_what_changes_something_is_only_posted(scene):
    shown = {route.name for route in ROUTES if route.verb == "get"}
    entitled = {route.name: route.entitled for route in ROUTES if route.name not in shown}

    found = {name: signed_in(scene.people[who]).get(scene.address(name)) for name, who in entitled.items()}

    # The address of a new link stays in the browser: it leads back.
    expected = dict.fromkeys(entitled, 405) | {"groups:create_invitation": 302}
    assert {name: response.status_code for name, response in found.items()} == expected


def test_who_opens_what_is_only_posted_is_led_to_its_page_and_a_program_is_told(scene):
    posted = [route for route in ROUTES if route.verb == "post"]
    for route in posted:
        client, address = signed_in(scene.people[route.entitled]), scene.address(route.name)
        to_person = client.get(address, headers={"accept": HTML})
        if to_person.status_code != 405:
            continue
        to_program = client.get(address, headers={"accept": JSON})

        assert (to_program.status_code, to_program["Allow"], to_person["Allow"]) == (405, "POST", "POST"), (
            route
        )
        assert to_program.json() == {"errors": {"__all__": ["This address does not take GET."]}}, route
        way_on = to_person.context["way_on"]
        page = client.get(way_on, headers={"accept": HTML}, follow=True)
        assert (page.status_code, address.startswith(way_on)) == (200, True), route


def test_signed_out_it_is_the_sign_in_or_401(scene):
    for route in ROUTES:
        there, nowhere = through(Client(), route, scene), through(Client(), route, scene, of_nothing=True)

        assert there.status_code == route.signed_out, route
        assert route.signed_out == 401 or there["Location"].startswith("/accounts/login/?next=/"), route
        assert is_same(there, nowhere, route, scene), route


@pytest.mark.slow
def test_who_logs_in_again_comes_back_to_a_page(scene):
    for route in ROUTES:
        ask = getattr(Client(), route.verb)
        to_sign_in = ask(scene.address(route.name), headers={"accept": HTML})["Location"]

        with undone():
            client = signed_in(scene.people[route.entitled])
            page = client.get(unquote(to_sign_in.partition("?next=")[2]), follow=True)
        assert page.status_code == 200, route
        assert page.resolver_match.view_name != "home", route


def test_no_address_takes_a_call_of_the_page_of_somebody_else(scene):
    entitled = dict.fromkeys(THEIR_OWN, "alice") | {route.name: route.entitled for route in ROUTES}
    clients = {name: signed_in(person) for name, person in scene.people.items()}
    headers = {"X-Signed-In-As": str(scene.people["stranger"].user.uid), "accept": JSON}

    found = {
        (name, verb): clients[who].generic(verb, scene.address(name), headers=headers).status_code
        for name, who in entitled.items()
        for verb in ("GET", "POST", "PUT", "DELETE")
    }

    assert {call: status for call, status in found.items() if status != 409} == {}


def test_who_was_deactivated_is_signed_out(scene):
    clients = {name: signed_in(scene.people[name]) for name in ("alice", "bob", "carol")}
    for name in clients:
        users.deactivate(scene.people[name].user)

    found = {str(route): through(clients[route.entitled], route, scene).status_code for route in ROUTES}
    assert found == {str(route): route.signed_out for route in ROUTES}


def test_what_is_for_all_is_so_signed_out(scene):
    expected = {**FOR_ALL, **THEIR_OWN}
    assert {name: Client().get(scene.address(name)).status_code for name in expected} == expected


def test_a_link_that_is_none_looks_signed_out_like_one_that_works(scene):
    works, none = scene.address("groups:invitation"), scene.address("groups:invitation", of_nothing=True)

    assert seen(Client().get(works), works, scene) == seen(Client().get(none), none, scene)
    assert signed_in(scene.people["stranger"]).get(works).status_code == 200
    assert signed_in(scene.people["stranger"]).get(none).status_code == 404


@pytest.mark.parametrize("accepts", ["text/html", JSON])
def test_a_removed_member_comes_back_by_no_link(scene, accepts):
    rita, link = signed_in(scene.people["removed"]), scene.address("groups:invitation")
    assert signed_in(scene.people["stranger"]).get(link).status_code == 200

    answers = [ask(link, headers={"accept": accepts}) for ask in (rita.get, rita.post)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert [word in answers[0].text for word in ("Walkers", "We walk.", "Alice")] == [False] * 3
    assert rita.get(scene.address("posts:group")).status_code == 404


def test_nobody_learns_who_asks_somebody_else(scene):
    address = reverse("posts:requests_from", args=[scene.people["carol"].user.uid])
    assert signed_in(scene.people["alice"]).get(address).json() != {"request_ids": []}

    for name in ["bob", *OUTSIDERS]:
        assert signed_in(scene.people[name]).get(address).json() == {"request_ids": []}


def test_of_an_open_group_who_has_not_joined_sees_what_it_is_and_no_post(alice, mallory):
    group = groups.create("Open air", owner=alice.user, description="We sing.", joining=Joining.ANYONE)
    post = alice.publish(group, title="Rehearsal")
    members_page = reverse("groups:members", args=[group.slug])
    alices, mallorys = signed_in(alice), signed_in(mallory)
    assert "Rehearsal" in alices.get(group.get_absolute_url()).content.decode()
    assert alices.get(members_page).status_code == 200

    page = mallorys.get(group.get_absolute_url())

    text = page.content.decode()
    assert page.status_code == 200
    found = [word in text for word in ("Open air", "We sing.", "1 member", "Rehearsal", "Alice")]
    assert found == [True, True, True, False, False]
    to_write, envelope = reverse("posts:new", args=[group.slug]), reverse("posts:envelope", args=[post.uid])
    for address in (members_page, to_write, post.get_absolute_url(), envelope):
        assert mallorys.get(address).status_code == 404
    assert mallorys.post(reverse("groups:leave", args=[group.slug])).status_code == 404


def test_what_a_stranger_has_is_in_no_list_of_theirs(scene):
    mallory, bob = signed_in(scene.people["stranger"]), signed_in(scene.people["bob"])
    assert "Walkers" in bob.get("/groups/").content.decode()
    assert "Hello" in bob.get("/").content.decode()

    for page in ("/", "/groups/", "/requests/", "/keys/"):
        text = mallory.get(page).content.decode()
        assert [word for word in ("Walkers", "Hello", scene.values["post"]) if word in text] == []
    there, nowhere = (f"/?before={uid}" for uid in (scene.values["post"], NOTHING["post"]))
    assert seen(mallory.get(there), there, scene) == seen(mallory.get(nowhere), nowhere, scene)
