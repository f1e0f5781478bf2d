"""Making links, ending them, and what whoever has one sees."""

import re

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from groups.domain import groups, invitations
from groups.models import Group, Invitation, Role
from tests.cast import Person
from tests.groups.conftest import Browser
from tests.groups.page import Page

CREATE = "/groups/walkers/invitations/"
MEMBERS = "/groups/walkers/members/"


@pytest.fixture
def link(group: Group, alice: Person) -> str:
    return f"/join/{invitations.create(group, by=alice.user)}/"


def links_in(response) -> set[str]:
    return set(re.findall(r"http://testserver(/join/[^/\"<]+/)", response.content.decode()))


def test_a_link_is_shown_once_and_works(
    group: Group, alice: Person, carol: Person, browser_of: Browser
) -> None:
    browser = browser_of(alice)

    response = browser.post(CREATE, {"days": "30"})
    (link,) = links_in(response)

    assert response.status_code == 200
    assert f'<copy-button data-text="http://testserver{link}">' in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert round((Invitation.objects.get().expires_at - timezone.now()).total_seconds() / 86400) == 30
    assert links_in(browser.get(MEMBERS)) == set()
    assert browser_of(carol).get(link).status_code == 200


def test_the_link_is_kept_in_no_session_and_no_message(
    group: Group, alice: Person, browser_of: Browser
) -> None:
    browser = browser_of(alice)

    response = browser.post(CREATE)
    (link,) = links_in(response)

    token = link.split("/")[2]
    sessions = [str(session.get_decoded()) for session in Session.objects.all()]
    assert str(alice.user.pk) in "".join(sessions)  # so the search is known to work
    assert token not in "".join(sessions)
    assert [str(message) for message in get_messages(response.wsgi_request)] == []
    assert token not in str(response.cookies)


def test_without_a_choice_a_link_works_for_seven_days(
    group: Group, alice: Person, browser_of: Browser
) -> None:
    browser_of(alice).post(CREATE)

    assert round((Invitation.objects.get().expires_at - timezone.now()).total_seconds() / 86400) == 7


@pytest.mark.parametrize("days", ["0", "-1", "365", "x", "1.5"])
def test_links_do_not_work_for_as_long_as_one_likes(
    group: Group, alice: Person, browser_of: Browser, days: str
) -> None:
    response = browser_of(alice).post(CREATE, {"days": days})

    assert list(response.context["form"].errors) == ["days"]
    assert not Invitation.objects.exists()


def test_the_address_of_a_new_link_leads_back_to_the_members(
    group: Group, alice: Person, browser_of: Browser
) -> None:
    response = browser_of(alice).get(CREATE)

    assert (response.status_code, response["Location"]) == (302, MEMBERS)


def test_open_links_are_listed_and_revoked(
    group: Group, link: str, dora: Person, carol: Person, browser_of: Browser
) -> None:
    browser = browser_of(dora)
    page = Page(browser.get(MEMBERS))
    assert "Links that still work Made by Alice on " in page.text
    assert "Revoke" in page.buttons

    response = browser.post(f"{CREATE}{Invitation.objects.get().pk}/revoke/", follow=True)

    assert response.redirect_chain == [(MEMBERS, 302)]
    page = Page(response)
    assert "The link is revoked. Nobody can join by it any more." in page.text
    assert "Revoke" not in page.buttons
    assert browser_of(carol).get(link).status_code == 404


def test_a_member_sees_no_links_and_revokes_none(
    group: Group, link: str, bob: Person, browser_of: Browser
) -> None:
    browser = browser_of(bob)

    assert "Made by" not in Page(browser.get(MEMBERS)).text
    assert browser.post(f"{CREATE}{Invitation.objects.get().pk}/revoke/").status_code == 404
    assert Invitation.objects.usable().count() == 1


def test_links_of_another_group_are_not_revoked_from_here(
    group: Group, link: str, mallory: Person, browser_of: Browser
) -> None:
    groups.create("Elsewhere", owner=mallory.user)

    address = f"/groups/elsewhere/invitations/{Invitation.objects.get().pk}/revoke/"
    assert browser_of(mallory).post(address).status_code == 404
    assert Invitation.objects.usable().count() == 1


def test_there_is_an_end_to_links(group: Group, alice: Person, browser_of: Browser) -> None:
    for _ in range(invitations.MOST_USABLE):
        invitations.create(group, by=alice.user)

    response = browser_of(alice).post(CREATE)

    assert "There are as many open links as a group can have. Revoke one first." in Page(response).text
    assert links_in(response) == set()


def test_the_page_of_an_invitation_says_who_invites_to_what(
    group: Group, link: str, carol: Person, browser_of: Browser
) -> None:
    response = browser_of(carol).get(link)

    page = Page(response)
    assert page.text == (
        "Alice invites you to Walkers We walk. 2 members · by invitation Join "
        "Once you have joined, the others see your name, and everything that is published from then on is "
        "encrypted for you too. For older posts you ask their authors."
    )
    assert page.buttons == ["Join"]
    assert "no-store" in response["Cache-Control"]


def test_joining_by_an_invitation(group: Group, link: str, carol: Person, browser_of: Browser) -> None:
    browser = browser_of(carol)

    response = browser.post(link)

    assert (response.status_code, response["Location"]) == (302, "/groups/walkers/")
    assert group.memberships.get(user=carol.user).role == Role.MEMBER
    assert browser.get("/groups/walkers/").status_code == 200


def test_looking_at_an_invitation_joins_nobody(
    group: Group, link: str, carol: Person, browser_of: Browser
) -> None:
    browser = browser_of(carol)
    browser.get(link)
    browser.head(link)

    assert not group.memberships.filter(user=carol.user).exists()
    assert browser.get("/groups/walkers/").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_a_member_already_is_led_to_the_group(
    group: Group, link: str, bob: Person, browser_of: Browser, method: str
) -> None:
    response = getattr(browser_of(bob), method)(link)

    assert (response.status_code, response["Location"]) == (302, "/groups/walkers/")
    assert group.memberships.count() == 2


def test_wrong_expired_and_revoked_links_get_one_calm_answer(
    group: Group, alice: Person, carol: Person, browser_of: Browser
) -> None:
    revoked, expired = (f"/join/{invitations.create(group, by=alice.user)}/" for _ in range(2))
    first, second = group.invitations.order_by("pk")
    browser = browser_of(carol)
    assert [browser.get(address).status_code for address in [revoked, expired]] == [200, 200]
    invitations.revoke(first)
    Invitation.objects.filter(pk=second.pk).update(expires_at=timezone.now())

    answers = [
        answer
        for address in [
            revoked,
            expired,
            "/join/x/",
            f"/join/{'A' * 43}/",
            "/join/%00/",
            "/join/%ff/",
            "/join/é/",
        ]
        for answer in [browser.get(address), browser.post(address)]
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert {Page(answer).text for answer in answers} == {
        "This invitation does not work The link may be incomplete, or it has expired or was revoked. "
        "Ask whoever sent it to you for a new one. Go to the groups"
    }
    assert not group.memberships.filter(user=carol.user).exists()


def test_signed_out_a_good_and_a_bad_link_lead_to_the_sign_in_alike(link: str, client: Client) -> None:
    for address in [link, f"/join/{'A' * 43}/"]:
        for response in [client.get(address), client.post(address)]:
            assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}")


def test_a_locked_group_says_so_and_lets_nobody_in(
    group: Group, link: str, alice: Person, carol: Person, browser_of: Browser
) -> None:
    groups.lock(group)
    browser = browser_of(carol)

    response = browser.post(link, follow=True)

    page = Page(response)
    assert response.redirect_chain == [(link, 302)]
    assert "Nobody can post or join for now" in page.text
    assert page.buttons == []
    assert not group.memberships.filter(user=carol.user).exists()

    members_page = browser_of(alice).post(CREATE)
    assert links_in(members_page) == set()
    assert "Create invitation link" not in Page(members_page).buttons


def test_links_carry_nothing_that_is_not_escaped(
    group: Group, alice: Person, carol: Person, link: str, browser_of: Browser
) -> None:
    text = "<img src=x onerror=alert(1)>"
    alice.user.name = text
    alice.user.save()
    Group.objects.update(name=text, description=text)

    response = browser_of(carol).get(link)

    assert "img" not in Page(response).tags
    assert Page(response).text.startswith(f"{text} invites you to {text} {text}")
