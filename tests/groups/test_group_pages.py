"""The pages of groups: the index, making one, the front page, editing one."""

import pytest
from django.test import Client

from groups.domain import groups
from groups.models import Group, Joining, Role
from tests.cast import Person
from tests.groups.conftest import Browser
from tests.groups.page import Page

NEW = {"name": "Field notes", "description": "Bees.", "joining": "invitation"}


def test_the_form_of_a_new_group_has_what_it_needs_and_is_by_invitation(
    alice: Person, browser_of: Browser
) -> None:
    response = browser_of(alice).get("/groups/new/")

    form = response.context["form"]
    assert [field.label for field in form] == ["Name", "Description", "Who can join"]
    assert [(str(radio.choice_label), radio.data["selected"]) for radio in form["joining"]] == [
        ("Anyone signed in", False),
        ("By invitation", True),
    ]
    assert Page(response).buttons == ["Create group"]


def test_creating_a_group_leads_to_it(alice: Person, browser_of: Browser) -> None:
    response = browser_of(alice).post("/groups/new/", NEW)

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
        ({"name": "\u200b"}, {"name": ["Write something that can be seen."]}),
        ({"name": "a\x00b"}, {"name": ["Null characters are not allowed."]}),
        (
            {"name": "a\u202eb"},
            {
                "name": [
                    "It holds control characters, or ones that turn the direction of the text. Remove them."
                ]
            },
        ),
        (
            {"description": "a\u2066b"},
            {
                "description": [
                    "It holds control characters, or ones that turn the direction of the text. Remove them."
                ]
            },
        ),
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
def test_mistakes_stand_at_their_field_and_what_was_typed_is_kept(
    alice: Person, browser_of: Browser, changed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    response = browser_of(alice).post("/groups/new/", NEW | changed)

    form = response.context["form"]
    assert (response.status_code, form.errors) == (200, errors)
    assert {name: form[name].value() for name in NEW} == NEW | changed
    assert not Group.objects.exists()


def test_the_longest_name_and_description_fit(alice: Person, browser_of: Browser) -> None:
    # Characters outside the basic plane count once; a line break counts once, although it is sent as two.
    name, description = "🐝" * 50, "\r\n".join(["田" * 49] * 10)

    response = browser_of(alice).post("/groups/new/", NEW | {"name": name, "description": description})

    group = Group.objects.get()
    assert response.status_code == 302
    assert (group.name, group.description) == (name, description.replace("\r\n", "\n"))


def test_the_index_shows_my_groups_and_those_open_to_join(
    group: Group, open_group: Group, alice: Person, carol: Person, browser_of: Browser
) -> None:
    closed = groups.create("Secret", owner=alice.user)
    locked = groups.create("Locked", owner=alice.user, joining=Joining.ANYONE)
    groups.lock(locked)
    mine = groups.create("Baking", owner=carol.user, joining=Joining.ANYONE)

    response = browser_of(carol).get("/groups/")

    assert response.context["mine"].rows == [mine]
    assert response.context["joinable"].rows == [open_group]
    page = Page(response)
    assert page.links == {
        "New group": "/groups/new/",
        "Baking": "/groups/baking/",
        "Readers": "/groups/readers/",
    }
    assert page.text == "Groups New group My groups Baking 1 member Open to join Readers We read. 2 members"
    assert closed.name not in response.content.decode()


def test_who_is_in_no_group_is_told_what_to_do(mallory: Person, browser_of: Browser) -> None:
    page = Page(browser_of(mallory).get("/groups/"))

    assert page.text == (
        "Groups New group My groups You are in no group yet "
        "Make a group for people you write for, or open the invitation link that somebody sent you."
    )


def test_long_lists_of_groups_are_turned_by_page(alice: Person, carol: Person, browser_of: Browser) -> None:
    made = [groups.create(f"G{number:03}", owner=alice.user, joining=Joining.ANYONE) for number in range(100)]
    browser = browser_of(carol)

    first = browser.get("/groups/")
    second = browser.get("/groups/" + Page(first).links["Next"])
    third = browser.get("/groups/" + Page(second).links["Next"])
    back = browser.get("/groups/" + Page(third).links["Previous"])

    pages = [response.context["joinable"].rows for response in (first, second, third, back)]
    assert pages == [made[:40], made[40:80], made[80:], made[40:80]]
    assert "Previous" not in Page(first).links
    assert "Next" not in Page(third).links


@pytest.mark.parametrize(
    "query", ["?open_after=%00", "?open_after=zzz", "?open_before=!", "?mine_before=0", "?open_after="]
)
def test_a_strange_page_is_the_first_one(
    open_group: Group, carol: Person, browser_of: Browser, query: str
) -> None:
    response = browser_of(carol).get("/groups/" + query)

    assert response.context["joinable"].rows == [open_group]


def test_a_member_sees_the_masthead_with_what_they_can_do(
    group: Group, bob: Person, browser_of: Browser
) -> None:
    page = Page(browser_of(bob).get("/groups/walkers/"))

    assert page.text.startswith("Walkers We walk. 2 members · by invitation Members Leave New post")
    assert page.links["New post"] == "/groups/walkers/posts/new/"
    assert page.links["Members"] == "/groups/walkers/members/"
    assert page.buttons == ["Leave"]


def test_an_owner_can_edit_too(group: Group, alice: Person, browser_of: Browser) -> None:
    page = Page(browser_of(alice).get("/groups/walkers/"))

    assert page.links["Edit group"] == "/groups/walkers/edit/"


def test_who_has_not_joined_an_open_group_sees_what_it_is_and_no_posts(
    open_group: Group, alice: Person, mallory: Person, browser_of: Browser
) -> None:
    alice.publish(open_group, title="A marked title")
    assert "A marked title" in browser_of(alice).get("/groups/readers/").content.decode()

    response = browser_of(mallory).get("/groups/readers/")

    page = Page(response)
    assert page.text == (
        "Readers We read. 2 members · open to anyone signed in Join You are not a member yet "
        "Its posts are encrypted for its members. Join, and you can read what is published from then on; "
        "for older posts you ask their authors."
    )
    assert (page.links, page.buttons) == ({}, ["Join"])
    assert "A marked title" not in response.content.decode()


def test_an_outsider_finds_a_closed_group_no_more_than_nothing(
    group: Group, alice: Person, mallory: Person, browser_of: Browser
) -> None:
    assert browser_of(alice).get("/groups/walkers/").status_code == 200
    browser = browser_of(mallory)

    for address in ["", "edit/", "members/", "posts/new/"]:
        there, nothing = browser.get(f"/groups/walkers/{address}"), browser.get(f"/groups/nothing/{address}")
        assert (there.status_code, nothing.status_code) == (404, 404)
        assert Page(there).text == Page(nothing).text


def test_signed_out_every_page_leads_to_the_sign_in(group: Group, open_group: Group, client: Client) -> None:
    pages = ["/groups/", "/groups/new/"]
    for slug in ["walkers", "readers", "nothing"]:
        pages += [f"/groups/{slug}/{page}" for page in ["", "members/", "edit/", "invitations/"]]

    for page in pages:
        response = client.get(page)
        assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={page}")
        assert response.content == b""


def test_an_owner_edits_the_group_and_its_address_stays(
    group: Group, alice: Person, browser_of: Browser
) -> None:
    browser = browser_of(alice)
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


def test_mistakes_while_editing_change_nothing(group: Group, alice: Person, browser_of: Browser) -> None:
    response = browser_of(alice).post("/groups/walkers/edit/", NEW | {"name": "\u202e"})

    assert list(response.context["form"].errors) == ["name"]
    group.refresh_from_db()
    assert group.name == "Walkers"


def test_only_owners_edit(
    group: Group, bob: Person, dora: Person, mallory: Person, browser_of: Browser
) -> None:
    for person in [bob, dora, mallory]:
        browser = browser_of(person)
        assert browser.get("/groups/walkers/edit/").status_code == 404
        assert browser.post("/groups/walkers/edit/", NEW).status_code == 404
    group.refresh_from_db()
    assert group.name == "Walkers"


def test_a_locked_group_says_so_and_offers_neither_posting_nor_joining(
    open_group: Group, bob: Person, carol: Person, browser_of: Browser
) -> None:
    groups.lock(open_group)

    of_member, of_visitor = (Page(browser_of(person).get("/groups/readers/")) for person in (bob, carol))

    assert "New post" not in of_member.links
    assert of_visitor.buttons == []
    assert "2 members · open to anyone signed in locked" in of_member.text
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
def test_hostile_names_stay_text(alice: Person, carol: Person, browser_of: Browser, text: str) -> None:
    group = groups.create(text, owner=alice.user, description=text, joining=Joining.ANYONE)
    alice.user.name = text
    alice.user.save()

    pages = [
        browser_of(person).get(address)
        for person in (alice, carol)
        for address in ("/groups/", f"/groups/{group.slug}/", f"/groups/{group.slug}/members/")
    ]

    for response in pages:
        page = Page(response)
        assert {"img", "svg"}.isdisjoint(page.tags)
        assert page.tags.count("script") == 1  # the site's own
        assert response.status_code == 404 or text in page.text
    assert [response.status_code for response in pages] == [200] * 5 + [404]


def test_the_index_asks_as_often_for_thirty_groups_as_for_one(
    alice: Person, carol: Person, browser_of: Browser, django_assert_num_queries
) -> None:
    browser = browser_of(carol)

    def make(number: int) -> None:
        for owner in [alice, carol]:
            groups.create(f"{owner.user.name} {number}", owner=owner.user, joining=Joining.ANYONE)

    make(0)
    browser.get("/groups/")  # Whatever is looked up only once is looked up here.
    with django_assert_num_queries(5):
        browser.get("/groups/")
    for number in range(1, 30):
        make(number)
    with django_assert_num_queries(5):
        response = browser.get("/groups/")
    assert (len(response.context["mine"].rows), len(response.context["joinable"].rows)) == (30, 30)
