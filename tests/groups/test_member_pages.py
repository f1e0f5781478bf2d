"""The pages of members: the list, joining, leaving, removing, appointing."""

import re
import uuid

import pytest
from django.contrib.messages import get_messages

from accounts.domain import keys, users
from accounts.models.public_key import mark_of
from groups.domain import groups, invitations, members, removals
from groups.models import Role
from tests.cast import Person, make_person
from tests.concurrently import meanwhile
from tests.groups.roles import roles
from tests.pages import main, signed_in

# A script shows it when it is needed.
HIDDEN = "Save what this browser remembers"
MEMBERS = "/groups/walkers/members/"


def of(person: Person, action: str) -> str:
    return f"{MEMBERS}{person.user.uid}/{action}/"


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_member_sees_who_belongs_and_no_controls(group, bob, dora):
    bob.add_key("Phone")
    dora.user.public_keys.all().delete()
    since = group.memberships.first().joined_at.strftime("%-d %B %Y")

    response = signed_in(bob).get(MEMBERS)

    page = main(response)
    rows = [row.membership for row in response.context["rows"]]
    assert [row.key_count for row in rows] == [1, 2, 0]
    alices, bobs = (mark_of(row.key_mark) for row in rows[:2])
    assert page.seen == (
        f"Members Walkers 3 members by invitation Find a member Find {HIDDEN} Members Name Role Keys Since "
        f"Alice Owner {alices} {since} Bob · you Member {bobs}, the oldest of 2 {since} "
        f"Dora Moderator No key yet {mark_of(dora.user.uid.hex)} {since}"
    )
    assert (page.links, page.buttons) == ({"Walkers": "/groups/walkers/"}, ["Find", HIDDEN])


def test_revoked_keys_do_not_count(group, bob):
    for key in bob.user.public_keys.all():
        keys.revoke(key)

    response = signed_in(bob).get(MEMBERS)

    assert [row.membership.key_count for row in response.context["rows"]] == [1, 0]


def test_an_owner_can_invite_appoint_and_remove(group, alice, dora):
    browser = signed_in(alice)
    of_dora = ("Make owner", "Make member", "Remove")

    # Nothing for Alice herself: the last owner stays one.
    assert main(browser.get(MEMBERS)).buttons == [
        *("Create invitation link", "Find", HIDDEN),
        *("Make moderator", "Make owner", "Remove"),  # Bob
        *of_dora,
    ]
    members.change_role(group.memberships.get(user__name="Bob"), role=Role.OWNER)
    assert main(browser.get(MEMBERS)).buttons == [
        *("Create invitation link", "Find", HIDDEN),
        *("Make moderator", "Make member"),  # Alice herself
        *("Make moderator", "Make member", "Remove"),  # Bob
        *of_dora,
    ]


def test_a_moderator_can_invite_and_remove_ordinary_members_and_make_moderators_of_them(group, bob, dora):
    response = signed_in(dora).get(MEMBERS)

    assert main(response).buttons == ["Create invitation link", "Find", HIDDEN, "Make moderator", "Remove"]
    assert [row.membership.user for row in response.context["rows"] if row.removal] == [bob.user]


def test_removing_asks_first_and_names_what_is_lost(group, alice):
    bobs = group.memberships.get(user__name="Bob")

    html = signed_in(alice).get(MEMBERS).content.decode()

    dialog = " ".join(html.split("<dialog")[1].split("</dialog>")[0].split())
    assert ">Remove Bob?</h2>" in dialog
    assert (
        "They lose access to the group and every post: the keys wrapped for them are deleted. Unless they may come "
        "back, no link and no button lets them in again until somebody lets them back in on this page. If they do "
        "come back, they have to ask for each post."
    ) in dialog
    # The checkbox is there, and not ticked.
    assert re.findall(r'<input type="checkbox"[^>]*> [^<]*', dialog) == [
        f'<input type="checkbox" name="may_come_back" id="may_come_back-{bobs.pk}"> May come back'
    ]


@pytest.mark.parametrize("ticked", [False, True])
def test_only_who_may_come_back_joins_again(open_group, alice, bob, ticked):
    bobs, remove = signed_in(bob), f"/groups/readers/members/{bob.user.uid}/remove/"
    signed_in(alice).post(remove, {"may_come_back": "on"} if ticked else {})
    front = main(bobs.get("/groups/readers/"))
    assert front.buttons == (["Join"] if ticked else [])
    assert ("You were removed from this group." in front.seen) is not ticked

    bobs.post("/groups/readers/join/")

    assert ("Bob" in roles(open_group)) is ticked


def test_those_kept_out_stand_on_the_page_and_an_owner_lets_them_back_in(
    open_group, alice, bob, carol, mallory
):
    members.join(open_group, user=carol.user)
    alices, carols, page = signed_in(alice), signed_in(carol), "/groups/readers/members/"
    alices.post(f"{page}{bob.user.uid}/remove/")
    let_in_bob = f"/groups/readers/kept_out/{bob.user.uid}/let_back_in/"

    for browser in (alices, carols):
        assert f'data-kept-out="{bob.user.uid}"' in browser.get(page).text
    assert main(alices.get(page)).buttons[-1] == "Let back in"
    assert "Let back in" not in main(carols.get(page)).buttons
    assert [browser.post(let_in_bob).status_code for browser in (carols, signed_in(mallory))] == [403, 404]
    assert f'data-kept-out="{bob.user.uid}"' in carols.get(page).text

    let_in = alices.post(let_in_bob)

    assert (let_in["Location"], said(let_in)) == (page, ["Bob may join again."])
    assert "data-kept-out" not in alices.get(page).text
    signed_in(bob).post("/groups/readers/join/")
    assert "Bob" in roles(open_group)


def test_a_member_is_found_by_a_part_of_their_name_page_by_page(group, alice):
    for number in range(50):
        members.join(group, user=make_person(f"Zoë {number:02}", with_key=False).user)
    browser = signed_in(alice)

    def found(address: str) -> list[str]:
        return [row.membership.user.name for row in browser.get(address).context["rows"]]

    assert found(f"{MEMBERS}?find=zoë+17") == ["Zoë 17"]
    assert found(f"{MEMBERS}?find=ZOË") == [f"Zoë {number:02}" for number in range(40)]
    assert found(main(browser.get(f"{MEMBERS}?find=zoë")).links["Next"]) == [
        f"Zoë {number:02}" for number in range(40, 50)
    ]
    nobody = main(browser.get(f"{MEMBERS}?find=Yvonne"))
    assert "Nobody in this group has “Yvonne” in their name." in nobody.seen
    assert nobody.links["Show all"] == MEMBERS


@pytest.mark.parametrize("find", ["x" * 51, "%00"])
def test_what_nobody_can_be_called_is_said_at_the_field(group, bob, find):
    response = signed_in(bob).get(f"{MEMBERS}?find={find}")

    assert (response.status_code, list(response.context["find"].errors)) == (200, ["find"])


def test_people_of_one_name_are_told_apart_by_a_mark_of_their_key_or_of_themselves(group, bob):
    doubles = [make_person("Dora"), make_person("Ann", with_key=False)]
    for double in doubles:
        double.user.name = "Sam"
        double.user.save()
        members.join(group, user=double.user)

    rows = signed_in(bob).get(f"{MEMBERS}?find=sam").context["rows"]

    with_key, without = doubles
    uid = without.user.uid.hex
    marks = [
        " ".join(with_key.user.public_keys.get().fingerprint_groups.split()[:4]) + " …",
        f"{uid[:4]} {uid[4:8]} {uid[8:12]} {uid[12:16]} …",
    ]
    assert [row.key_mark for row in rows] == marks

    for double in doubles:
        removals.expel(group.memberships.get(user=double.user))
    kept_out = signed_in(bob).get(MEMBERS).text.split('id="kept-out"')[1]
    assert [
        re.sub(r"\s+", " ", mark) for mark in re.findall(r'<code class="fingerprint">(.*?)</code>', kept_out)
    ] == marks


def test_anyone_joins_an_open_group(open_group, carol):
    browser = signed_in(carol)

    response = browser.post("/groups/readers/join/")

    assert (response.status_code, response["Location"]) == (302, "/groups/readers/")
    assert roles(open_group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER, "Carol": Role.MEMBER}
    assert main(browser.get("/groups/readers/")).buttons == ["Leave"]


def test_joining_again_is_harmless_and_nobody_joins_a_locked_group(open_group, alice, carol):
    again = signed_in(alice).post("/groups/readers/join/")
    groups.lock(open_group)
    locked = signed_in(carol).post("/groups/readers/join/")

    assert again["Location"] == locked["Location"] == "/groups/readers/"
    assert said(locked) == ["The group is locked: nobody can join it for now."]
    assert roles(open_group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_a_member_leaves(group, post, bob):
    browser = signed_in(bob)

    response = browser.post("/groups/walkers/leave/")

    assert (response.status_code, response["Location"]) == (302, "/groups/")
    assert said(response) == ["You left Walkers."]
    assert browser.get("/groups/walkers/").status_code == 404
    assert bob.reads(post) is None


@pytest.mark.parametrize(
    ("way", "form", "sentence"),
    [
        ("/groups/walkers/leave/", {}, "You are the only owner: make somebody else one first."),
        ("role", {"role": "member"}, "You are the only owner: make somebody else one first."),
    ],
)
def test_the_last_owner_is_told_why_they_cannot_leave_or_be_unmade(group, alice, way, form, sentence):
    response = signed_in(alice).post(of(alice, way) if way == "role" else way, form, follow=True)

    assert response.redirect_chain == [(MEMBERS, 302)]
    assert sentence in main(response).seen
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_a_moderator_removes_a_member(group, post, bob, dora):
    bobs = signed_in(bob)
    assert bobs.get("/groups/walkers/").status_code == 200

    response = signed_in(dora).post(of(bob, "remove"))

    assert (response.status_code, response["Location"]) == (302, MEMBERS)
    assert said(response) == ["Bob is no longer a member."]
    assert roles(group) == {"Alice": Role.OWNER, "Dora": Role.MODERATOR}
    assert bobs.get("/groups/walkers/").status_code == 404
    assert bobs.get(f"/posts/{post.uid}/").status_code == 404


@pytest.mark.parametrize(
    ("role", "word"), [("owner", "an owner"), ("moderator", "a moderator"), ("member", "an ordinary member")]
)
def test_an_owner_appoints(group, alice, bob, role, word):
    response = signed_in(alice).post(of(bob, "role"), {"role": role})

    assert (response.status_code, response["Location"]) == (302, MEMBERS)
    assert said(response) == [f"Bob is {word} now."]
    assert roles(group) == {"Alice": Role.OWNER, "Bob": role}


def test_nobody_becomes_an_owner_whose_account_is_closed(group, alice, bob):
    users.deactivate(bob.user)

    response = signed_in(alice).post(of(bob, "role"), {"role": "owner"})

    assert said(response) == ["Bob can't own a group: their account is closed."]
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


@pytest.mark.parametrize("role", ["", "king", "Owner"])
def test_there_are_no_other_roles(group, alice, bob, role):
    assert signed_in(alice).post(of(bob, "role"), {"role": role}).status_code == 400
    assert roles(group) == {"Alice": Role.OWNER, "Bob": Role.MEMBER}


def test_somebody_of_another_group_is_nobody_here(group, alice, mallory):
    browser = signed_in(alice)

    for uid in [mallory.user.uid, uuid.uuid4()]:
        assert browser.post(f"{MEMBERS}{uid}/remove/").status_code == 404
        assert browser.post(f"{MEMBERS}{uid}/role/", {"role": "owner"}).status_code == 404


def test_the_list_asks_as_often_for_thirty_members_as_for_one(group, alice, django_assert_num_queries):
    browser = signed_in(alice)
    browser.get(MEMBERS)  # Whatever is looked up only once is looked up here.
    with django_assert_num_queries(11):
        browser.get(MEMBERS)

    for number in range(30):
        members.join(group, user=make_person(f"P{number}").user)
        invitations.create(group, by=alice.user)

    with django_assert_num_queries(11):
        response = browser.get(MEMBERS)
    assert (len(response.context["rows"]), len(response.context["invitations"])) == (32, 30)


@pytest.mark.slow
def test_long_lists_are_turned_by_page_and_keep_their_place(group, alice):
    for number in range(99):
        members.join(group, user=make_person(f"P{number}", with_key=False).user)
    everybody = list(group.memberships.order_by("pk"))
    browser = signed_in(alice)

    first = browser.get(MEMBERS)
    second = browser.get(main(first).links["Next"])
    third = browser.get(main(second).links["Next"])
    back = browser.get(main(third).links["Previous"])

    pages = [[row.membership for row in each.context["rows"]] for each in (first, second, third, back)]
    assert pages == [everybody[:40], everybody[40:80], everybody[80:], everybody[40:80]]

    place = f"?after={everybody[39].pk}"
    assert f"{everybody[60].user.uid}/remove/{place}" in second.content.decode()
    removal = browser.post(f"{MEMBERS}{everybody[60].user.uid}/remove/{place}")
    assert removal["Location"] == MEMBERS + place


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", ["remove", "invite"])
def test_who_is_removed_while_they_act_finds_nothing_there_any_more(action, group, alice, bob):
    members.change_role(group.memberships.get(user=bob.user), role=Role.OWNER)
    address = of(bob, "remove") if action == "remove" else "/groups/walkers/invitations/"
    alices = signed_in(alice)
    assert alices.get(MEMBERS).status_code == 200

    answer = meanwhile(
        lambda: members.leave(group.memberships.get(user=alice.user)), lambda: alices.post(address)
    )

    assert answer.result().status_code == 404
    assert roles(group) == {"Bob": "owner"}
