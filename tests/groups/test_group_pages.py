"""The pages of groups: the index, making one, the front page, editing one."""

import pytest

from groups.domain import groups
from groups.models import Group, Joining, Role
from tests.pages import main, signed_in, whole

CONTROL = "It holds control characters, or ones that turn the direction of the text. Remove them."
NEW = {"name": "Field notes", "description": "Bees.", "joining": "invitation"}


def test_the_form_of_a_new_group_has_what_it_needs_and_is_by_invitation(alice):
    response = signed_in(alice).get("/groups/new/")

    form = response.context["form"]
    assert [field.label for field in form] == ["Name", "Description", "Who can join"]
    assert [(str(radio.choice_label), radio.data["selected"]) for radio in form["joining"]] == [
        ("Anyone signed in", False),
        ("By invitation", True),
    ]
    assert main(response).buttons == ["Create group"]


def test_creating_a_group_leads_to_it(alice):
    response = signed_in(alice).post("/groups/new/", NEW)

    group = Group.objects.get()
    assert (response.status_code, response["Location"]) == (302, "/groups/field-notes/")
    assert (group.name, group.description, group.joining) == ("Field notes", "Bees.", Joining.INVITATION)
    assert [(m.user, m.role) for m in group.memberships.all()] == [(alice.user, Role.OWNER)]


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"name": ""}, {"name": ["This field is required."]}),
        ({"name": " \u3000 "}, {"name": ["This field is required."]}),
        ({"name": "x" * 51}, {"name": ["Ensure this value has at most 50 characters (it has 51)."]}),
        ({"name": "a\tb"}, {"name": ["Keep it to one line, without tabs."]}),
        ({"name": "\u200b"}, {"name": ["This field is required."]}),
        ({"name": "\u0301"}, {"name": ["Write something that can be seen."]}),
        ({"name": "a\x00b"}, {"name": ["Null characters are not allowed."]}),
        ({"name": "a\x07b"}, {"name": [CONTROL]}),
        ({"description": "a\u2066b"}, {"description": [CONTROL]}),
        (
            {"description": "x" * 501},
            {"description": ["Ensure this value has at most 500 characters (it has 501)."]},
        ),
        (
            {"joining": "everybody"},
            {"joining": ["Select a valid choice. everybody is not one of the available choices."]},
        ),
        ({"joining": ""}, {"joining": ["This field is required."]}),
    ],
)
def test_mistakes_stand_at_their_field_and_what_was_typed_is_kept(alice, changed, errors):
    response = signed_in(alice).post("/groups/new/", NEW | changed)

    form = response.context["form"]
    assert (response.status_code, form.errors) == (200, errors)
    assert {name: form[name].value() for name in NEW} == NEW | changed
    assert not Group.objects.exists()


def test_the_longest_name_and_description_fit(alice):
    # Characters outside the basic plane count once; a line break counts once, although it is sent as two.
    name, description = "🐝" * 50, "\r\n".join(["田" * 49] * 10)

    response = signed_in(alice).post("/groups/new/", NEW | {"name": name, "description": description})

    group = Group.objects.get()
    assert response.status_code == 302
    assert (group.name, group.description) == (name, description.replace("\r\n", "\n"))


def test_the_index_shows_my_groups_and_those_open_to_join(group, open_group, alice, carol):
    closed = groups.create("Secret", owner=alice.user)
    locked = groups.create("Locked", owner=alice.user, joining=Joining.ANYONE)
    groups.lock(locked)
    mine = groups.create("Baking", owner=carol.user, joining=Joining.ANYONE)

    response = signed_in(carol).get("/groups/")

    assert response.context["mine"].rows == [mine]
    assert response.context["joinable"].rows == [open_group]
    page = main(response)
    assert page.links == {
        "Download all": "/download/",
        "New group": "/groups/new/",
        "Baking": "/groups/baking/",
        "Readers": "/groups/readers/",
    }
    assert page.seen == (
        "Groups Download all New group My groups Baking 1 member Open to join Readers We read. 2 members"
    )
    assert closed.name not in response.content.decode()


def test_who_is_in_no_group_is_told_what_to_do(mallory):
    page = main(signed_in(mallory).get("/groups/"))

    assert page.seen == (
        "Groups New group My groups You are in no group yet "
        "Make a group for people you write for, or open the invitation link that somebody sent you."
    )


@pytest.mark.slow
def test_long_lists_of_groups_are_turned_by_page(alice, carol):
    made = [groups.create(f"G{number:03}", owner=alice.user, joining=Joining.ANYONE) for number in range(100)]
    browser = signed_in(carol)

    first = browser.get("/groups/")
    second = browser.get("/groups/" + main(first).links["Next"])
    third = browser.get("/groups/" + main(second).links["Next"])
    back = browser.get("/groups/" + main(third).links["Previous"])

    pages = [response.context["joinable"].rows for response in (first, second, third, back)]
    assert pages == [made[:40], made[40:80], made[80:], made[40:80]]
    assert "Previous" not in main(first).links
    assert "Next" not in main(third).links


def test_a_member_sees_the_masthead_with_what_they_can_do_and_an_owner_can_edit_too(group, alice, bob):
    page = main(signed_in(bob).get("/groups/walkers/"))

    assert page.seen.startswith(
        "Walkers We walk. 2 members by invitation Members Download all Leave New post"
    )
    assert page.links["New post"] == "/groups/walkers/posts/new/"
    assert page.links["Members"] == "/groups/walkers/members/"
    assert page.buttons == ["Leave"]

    page = main(signed_in(alice).get("/groups/walkers/"))

    assert page.links["Edit group"] == "/groups/walkers/edit/"


def test_who_has_not_joined_an_open_group_sees_what_it_is_and_no_posts(open_group, alice, mallory):
    alice.publish(open_group, title="A marked title")
    assert "A marked title" in signed_in(alice).get("/groups/readers/").content.decode()

    response = signed_in(mallory).get("/groups/readers/")

    page = main(response)
    assert page.seen == (
        "Readers We read. 2 members open to anyone signed in Join You are not a member yet "
        "Its posts are encrypted for its members. Join, and you can read what is published from then on; "
        "for older posts you ask their authors."
    )
    assert (page.links, page.buttons) == ({}, ["Join"])
    assert "A marked title" not in response.content.decode()


def test_mistakes_while_editing_change_nothing_and_then_the_group_keeps_its_address(group, alice):
    response = signed_in(alice).post("/groups/walkers/edit/", NEW | {"name": "\u202e"})

    assert list(response.context["form"].errors) == ["name"]
    group.refresh_from_db()
    assert group.name == "Walkers"

    browser = signed_in(alice)
    assert browser.get("/groups/walkers/edit/").context["form"].initial == {
        "name": "Walkers",
        "description": "We walk.",
        "joining": "invitation",
    }

    response = browser.post(
        "/groups/walkers/edit/", {"name": "Climbers", "description": "", "joining": "anyone"}
    )

    group.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, "/groups/walkers/")
    assert (group.name, group.description, group.joining) == ("Climbers", "", Joining.ANYONE)


def test_a_locked_group_says_so_and_offers_neither_posting_nor_joining(open_group, bob, carol):
    groups.lock(open_group)

    of_member, of_visitor = (main(signed_in(person).get("/groups/readers/")) for person in (bob, carol))

    assert "New post" not in of_member.links
    assert of_visitor.buttons == []
    assert "2 members open to anyone signed in locked" in of_member.text
    assert "While the group is locked, nobody can join it." in of_visitor.text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "{{ 7*7 }}{% debug %}",
        "javascript:alert(1)",
        "</title><script>alert(1)</script>",
    ],
)
def test_hostile_names_stay_text(alice, carol, text):
    group = groups.create(text, owner=alice.user, description=text, joining=Joining.ANYONE)
    alice.user.name = text
    alice.user.save()

    pages = [
        signed_in(person).get(address)
        for person in (alice, carol)
        for address in ("/groups/", f"/groups/{group.slug}/", f"/groups/{group.slug}/members/")
    ]

    for response in pages:
        page = main(response)
        assert page.all("img") + page.all("svg") == []
        assert len(whole(response).all("script")) == 1  # the site's own
        assert response.status_code == 404 or text in page.seen
    assert [response.status_code for response in pages] == [200] * 5 + [404]


def test_the_index_asks_as_often_for_thirty_groups_as_for_one(alice, carol, django_assert_num_queries):
    browser = signed_in(carol)

    def make(number: int) -> None:
        for owner in [alice, carol]:
            groups.create(f"{owner.user.name} {number}", owner=owner.user, joining=Joining.ANYONE)

    make(0)
    browser.get("/groups/")  # Whatever is looked up only once is looked up here.
    with django_assert_num_queries(6):
        browser.get("/groups/")
    for number in range(1, 30):
        make(number)
    with django_assert_num_queries(6):
        response = browser.get("/groups/")
    assert (len(response.context["mine"].rows), len(response.context["joinable"].rows)) == (30, 30)
