"""The pages of members: the list, joining, leaving, removing, appointing."""

import uuid

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client

from accounts.domain import keys
from groups.domain import groups, invitations, members
from groups.models import Group, Membership, Role
from posts.models import Post
from tests.cast import Person, make_person
from tests.elsewhere import elsewhere, wait_until_blocked
from tests.groups.conftest import Browser
from tests.groups.page import Page

MEMBERS = "/groups/walkers/members/"


def roles(group: Group) -> dict[str, str]:
    return dict(group.memberships.values_list("user__name", "role"))


def of(person: Person, action: str) -> str:
    return f"{MEMBERS}{person.user.uid}/{action}/"


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_member_sees_who_belongs_and_no_controls(
    group: Group, bob: Person, dora: Person, browser_of: Browser
) -> None:
    bob.add_key("Phone")
    dora.user.public_keys.all().delete()
    since = group.memberships.first().joined_at.strftime("%-d %B %Y")  # type: ignore[union-attr]

    response = browser_of(bob).get(MEMBERS)

    page = Page(response)
    assert [
        (row.membership.user.name, row.membership.role, row.membership.key_count)
        for row in response.context["rows"]
    ] == [
        ("Alice", Role.OWNER, 1),
        ("Bob", Role.MEMBER, 2),
        ("Dora", Role.MODERATOR, 0),
    ]
    assert page.text == (
        "Members Walkers · 3 members · by invitation Members Name Role Keys Since "
        f"Alice Owner 1 {since} Bob · you Member 2 {since} Dora Moderator No key yet {since}"
    )
    assert (page.links, page.buttons) == ({"Walkers": "/groups/walkers/"}, [])


def test_revoked_keys_do_not_count(group: Group, bob: Person, browser_of: Browser) -> None:
    for key in bob.user.public_keys.all():
        keys.revoke(key)

    response = browser_of(bob).get(MEMBERS)

    assert [row.membership.key_count for row in response.context["rows"]] == [1, 0]


def test_an_owner_can_invite_appoint_and_remove(
    group: Group, alice: Person, dora: Person, browser_of: Browser
) -> None:
    browser = browser_of(alice)
    of_dora = ("Make owner", "Make member", "Remove")

    # Nothing for Alice herself: the last owner stays one.
    assert Page(browser.get(MEMBERS)).buttons == [
        "Create invitation link",
        *("Make moderator", "Make owner", "Remove"),  # Bob
        *of_dora,
    ]
    members.change_role(group.memberships.get(user__name="Bob"), role=Role.OWNER)
    assert Page(browser.get(MEMBERS)).buttons == [
        "Create invitation link",
        *("Make moderator", "Make member"),  # Alice herself
        *("Make moderator", "Make member", "Remove"),  # Bob
        *of_dora,
    ]


def test_a_moderator_can_invite_and_remove_ordinary_members_and_make_moderators_of_them(
    group: Group, bob: Person, dora: Person, browser_of: Browser
) -> None:
    response = browser_of(dora).get(MEMBERS)

    assert Page(response).buttons == ["Create invitation link", "Make moderator", "Remove"]
    assert [row.membership.user for row in response.context["rows"] if row.can_remove] == [bob.user]


def test_removing_asks_first_and_names_what_is_lost(group: Group, alice: Person, browser_of: Browser) -> None:
    html = browser_of(alice).get(MEMBERS).content.decode()

    dialog = " ".join(html.split("<dialog")[1].split("</dialog>")[0].split())
    assert ">Remove Bob?</h2>" in dialog
    assert (
        "They lose access to the group and every post: the keys wrapped for them are deleted. "
        "If they come back, they have to ask for each post."
    ) in dialog


def test_where_a_removed_member_could_come_back_the_question_says_so(
    group: Group, alice: Person, browser_of: Browser
) -> None:
    invitations.create(group, by=alice.user)

    html = browser_of(alice).get(MEMBERS).content.decode()

    assert "an invitation link still works, they can come back." in html


def test_anyone_joins_an_open_group(open_group: Group, carol: Person, browser_of: Browser) -> None:
    browser = browser_of(carol)

    response = browser.post("/groups/readers/join/")

    assert (response.status_code, response["Location"]) == (302, "/groups/readers/")
    assert roles(open_group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER, "Carol": Role.MEMBER}
    assert Page(browser.get("/groups/readers/")).buttons == ["Leave"]


def test_joining_again_is_harmless(open_group: Group, alice: Person, browser_of: Browser) -> None:
    response = browser_of(alice).post("/groups/readers/join/")

    assert response["Location"] == "/groups/readers/"
    assert roles(open_group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_nobody_joins_a_locked_group(open_group: Group, carol: Person, browser_of: Browser) -> None:
    groups.lock(open_group)

    response = browser_of(carol).post("/groups/readers/join/")

    assert response["Location"] == "/groups/readers/"
    assert said(response) == ["The group is locked: nobody can join it for now."]
    assert roles(open_group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_a_member_leaves(group: Group, post: Post, bob: Person, browser_of: Browser) -> None:
    browser = browser_of(bob)

    response = browser.post("/groups/walkers/leave/")

    assert (response.status_code, response["Location"]) == (302, "/groups/")
    assert said(response) == ["You left Walkers."]
    assert browser.get("/groups/walkers/").status_code == 404
    assert bob.reads(post) is None


def test_the_last_owner_is_told_why_they_cannot_leave(
    group: Group, alice: Person, browser_of: Browser
) -> None:
    response = browser_of(alice).post("/groups/walkers/leave/", follow=True)

    assert response.redirect_chain == [(MEMBERS, 302)]
    assert "You are the only owner: make somebody else one first." in Page(response).text
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_the_last_owner_is_told_why_they_cannot_be_unmade(
    group: Group, alice: Person, browser_of: Browser
) -> None:
    response = browser_of(alice).post(of(alice, "role"), {"role": "member"}, follow=True)

    assert response.redirect_chain == [(MEMBERS, 302)]
    assert "A group needs an owner. Make somebody else an owner first." in Page(response).text
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_a_moderator_removes_a_member(
    group: Group, post: Post, bob: Person, dora: Person, browser_of: Browser
) -> None:
    bobs = browser_of(bob)
    assert bobs.get("/groups/walkers/").status_code == 200

    response = browser_of(dora).post(of(bob, "remove"))

    assert (response.status_code, response["Location"]) == (302, MEMBERS)
    assert said(response) == ["Bob is no longer a member."]
    assert roles(group) == {"Alice": Role.OWNER, "Dora": Role.MODERATOR}
    assert bobs.get("/groups/walkers/").status_code == 404
    assert bobs.get(f"/posts/{post.uid}/").status_code == 404


@pytest.mark.parametrize("role", ["owner", "moderator", "member"])
def test_an_owner_appoints(group: Group, alice: Person, bob: Person, browser_of: Browser, role: str) -> None:
    response = browser_of(alice).post(of(bob, "role"), {"role": role})

    assert (response.status_code, response["Location"]) == (302, MEMBERS)
    assert said(response) == [f"Bob has a new role: {role.capitalize()}."]
    assert roles(group) == {"Alice": Role.OWNER, "Bob": role}


def test_a_moderator_makes_another_one(group: Group, bob: Person, dora: Person, browser_of: Browser) -> None:
    response = browser_of(dora).post(of(bob, "role"), {"role": "moderator"})

    assert (response.status_code, response["Location"]) == (302, MEMBERS)
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MODERATOR, "Dora": Role.MODERATOR}


@pytest.mark.parametrize("role", ["", "king", "Owner"])
def test_there_are_no_other_roles(
    group: Group, alice: Person, bob: Person, browser_of: Browser, role: str
) -> None:
    assert browser_of(alice).post(of(bob, "role"), {"role": role}).status_code == 400
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_an_ordinary_member_may_do_nothing_to_others(
    group: Group, alice: Person, bob: Person, dora: Person, browser_of: Browser
) -> None:
    browser, before = browser_of(bob), roles(group)

    for person in [alice, bob, dora]:
        assert browser.post(of(person, "remove")).status_code == 403
        assert browser.post(of(person, "role"), {"role": "owner"}).status_code == 403
    assert browser.post("/groups/walkers/invitations/").status_code == 403
    assert roles(group) == before
    assert not group.invitations.exists()


def test_a_moderator_may_neither_make_owners_nor_unmake_nor_remove_owners_and_moderators(
    group: Group, alice: Person, bob: Person, dora: Person, browser_of: Browser
) -> None:
    browser, before = browser_of(dora), roles(group)

    for person in [alice, dora]:
        assert browser.post(of(person, "remove")).status_code == 403
    for person in [alice, bob, dora]:
        assert browser.post(of(person, "role"), {"role": "owner"}).status_code == 403
        assert browser.post(of(person, "role"), {"role": "member"}).status_code == 403
    assert browser.post(of(alice, "role"), {"role": "moderator"}).status_code == 403
    assert roles(group) == before


@pytest.mark.parametrize("slug", ["walkers", "readers", "nothing"])
def test_an_outsider_gets_the_same_answer_for_what_is_there_and_what_is_not(
    group: Group, open_group: Group, bob: Person, mallory: Person, browser_of: Browser, slug: str
) -> None:
    browser = browser_of(mallory)
    before = list(Membership.objects.values_list("pk", "role"))

    assert browser.get(f"/groups/{slug}/members/").status_code == 404
    for action in [
        "leave/",
        f"members/{bob.user.uid}/remove/",
        f"members/{bob.user.uid}/role/",
        "invitations/",
        "invitations/1/revoke/",
    ]:
        assert browser.post(f"/groups/{slug}/{action}", {"role": "owner"}).status_code == 404
    if slug != "readers":
        assert browser.post(f"/groups/{slug}/join/").status_code == 404
    assert list(Membership.objects.values_list("pk", "role")) == before


def test_somebody_of_another_group_is_nobody_here(
    group: Group, alice: Person, mallory: Person, browser_of: Browser
) -> None:
    browser = browser_of(alice)

    for uid in [mallory.user.uid, uuid.uuid4()]:
        assert browser.post(f"{MEMBERS}{uid}/remove/").status_code == 404
        assert browser.post(f"{MEMBERS}{uid}/role/", {"role": "owner"}).status_code == 404


@pytest.mark.parametrize(
    "action", ["join/", "leave/", f"members/{uuid.UUID(int=7)}/remove/", f"members/{uuid.UUID(int=7)}/role/"]
)
def test_what_changes_something_is_only_ever_posted(
    group: Group, alice: Person, browser_of: Browser, client: Client, action: str
) -> None:
    for slug in ["walkers", "nothing"]:
        assert browser_of(alice).get(f"/groups/{slug}/{action}").status_code == 405
        signed_out = client.post(f"/groups/{slug}/{action}")
        assert (signed_out.status_code, signed_out["Location"]) == (302, "/accounts/login/?next=/groups/")


def test_without_a_token_of_the_site_nothing_is_changed(group: Group, alice: Person, bob: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice.user)

    for address in [
        of(bob, "remove"),
        of(bob, "role"),
        "/groups/walkers/leave/",
        "/groups/walkers/invitations/",
    ]:
        assert strict.post(address, {"role": "owner"}).status_code == 403
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_the_list_asks_as_often_for_thirty_members_as_for_one(
    group: Group, alice: Person, browser_of: Browser, django_assert_num_queries
) -> None:
    browser = browser_of(alice)
    browser.get(MEMBERS)  # Whatever is looked up only once is looked up here.
    with django_assert_num_queries(8):
        browser.get(MEMBERS)

    for number in range(30):
        members.join(group, user=make_person(f"P{number}").user)
        invitations.create(group, by=alice.user)

    with django_assert_num_queries(8):
        response = browser.get(MEMBERS)
    assert (len(response.context["rows"]), len(response.context["invitations"])) == (32, 30)


def test_long_lists_are_turned_by_page_and_keep_their_place(
    group: Group, alice: Person, browser_of: Browser
) -> None:
    for number in range(99):
        members.join(group, user=make_person(f"P{number}", with_key=False).user)
    everybody = list(group.memberships.order_by("pk"))
    browser = browser_of(alice)

    first = browser.get(MEMBERS)
    second = browser.get(Page(first).links["Next"])
    third = browser.get(Page(second).links["Next"])
    back = browser.get(Page(third).links["Previous"])

    pages = [
        [row.membership for row in response.context["rows"]] for response in (first, second, third, back)
    ]
    assert pages == [everybody[:40], everybody[40:80], everybody[80:], everybody[40:80]]

    place = f"?after={everybody[39].pk}"
    assert f"{everybody[60].user.uid}/remove/{place}" in second.content.decode()
    removal = browser.post(f"{MEMBERS}{everybody[60].user.uid}/remove/{place}")
    assert removal["Location"] == MEMBERS + place


@pytest.mark.parametrize(
    "query", ["?after=x", "?after=%00", "?before=" + "9" * 30, "?after=" + "9" * 18, "?before=0"]
)
def test_a_strange_page_is_the_first_one(group: Group, bob: Person, browser_of: Browser, query: str) -> None:
    assert len(browser_of(bob).get(MEMBERS + query).context["rows"]) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", ["remove", "invite"])
def test_who_is_removed_while_they_act_finds_nothing_there_any_more(
    action: str, group: Group, alice: Person, bob: Person, browser_of: Browser
) -> None:
    members.change_role(group.memberships.get(user=bob.user), role=Role.OWNER)
    address = of(bob, "remove") if action == "remove" else "/groups/walkers/invitations/"
    alices = browser_of(alice)
    assert alices.get(MEMBERS).status_code == 200

    with elsewhere() as run:
        with transaction.atomic():
            members.leave(group.memberships.get(user=alice.user))
            answer = run(alices.post, address)
            wait_until_blocked()
        assert answer.result().status_code == 404

    assert roles(group) == {"Bob": "owner"}
