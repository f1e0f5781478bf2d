"""Making links, ending them, and what whoever has one sees."""

import re

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.utils import timezone

from groups.domain import groups, invitations
from groups.models import Group, Invitation, Role
from tests.cast import Person
from tests.pages import main, signed_in

CREATE = "/groups/walkers/invitations/"
MEMBERS = "/groups/walkers/members/"


@pytest.fixture
def link(group: Group, alice: Person) -> str:
    return f"/join/{invitations.create(group, by=alice.user)}/"


def links_in(response) -> set[str]:
    return set(re.findall(r"http://testserver(/join/[^/\"<]+/)", response.content.decode()))


def test_a_link_is_shown_once_and_works_and_its_address_leads_back(group, alice, carol):
    browser = signed_in(alice)

    response = browser.post(CREATE, {"days": "30"})
    (link,) = links_in(response)

    assert (response.status_code, browser.get(CREATE)["Location"]) == (200, MEMBERS)
    assert f'<copy-button data-text="http://testserver{link}">' in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert round((Invitation.objects.get().expires_at - timezone.now()).total_seconds() / 86400) == 30
    assert links_in(browser.get(MEMBERS)) == set()
    assert signed_in(carol).get(link).status_code == 200


def test_the_link_is_kept_in_no_session_and_no_message(group, alice):
    browser = signed_in(alice)

    response = browser.post(CREATE)
    (link,) = links_in(response)

    # Without a choice it works for seven days.
    assert round((Invitation.objects.get().expires_at - timezone.now()).total_seconds() / 86400) == 7
    token = link.split("/")[2]
    sessions = [str(session.get_decoded()) for session in Session.objects.all()]
    assert str(alice.user.pk) in "".join(sessions)  # so the search is known to work
    assert token not in "".join(sessions)
    assert [str(message) for message in get_messages(response.wsgi_request)] == []
    assert token not in str(response.cookies)


@pytest.mark.parametrize("days", ["0", "-1", "365", "x", "1.5"])
def test_links_do_not_work_for_as_long_as_one_likes(group, alice, days):
    response = signed_in(alice).post(CREATE, {"days": days})

    assert list(response.context["form"].errors) == ["days"]
    assert not Invitation.objects.exists()


def test_open_links_are_listed_and_revoked(group, link, dora, carol):
    browser = signed_in(dora)
    page = main(browser.get(MEMBERS))
    assert "Links that still work Made by Alice on " in page.seen
    assert "Revoke" in page.buttons

    response = browser.post(f"{CREATE}{Invitation.objects.get().pk}/revoke/", follow=True)

    assert response.redirect_chain == [(MEMBERS, 302)]
    page = main(response)
    assert "The link is revoked. Nobody can join by it any more." in page.seen
    assert "Revoke" not in page.buttons
    assert signed_in(carol).get(link).status_code == 404


def test_a_member_sees_no_links_and_revokes_none_nor_does_an_owner_of_another_group(
    group, link, bob, mallory
):
    browser = signed_in(bob)

    assert "Made by" not in main(browser.get(MEMBERS)).seen
    assert browser.post(f"{CREATE}{Invitation.objects.get().pk}/revoke/").status_code == 404
    assert Invitation.objects.usable().count() == 1

    groups.create("Elsewhere", owner=mallory.user)

    address = f"/groups/elsewhere/invitations/{Invitation.objects.get().pk}/revoke/"
    assert signed_in(mallory).post(address).status_code == 404
    assert Invitation.objects.usable().count() == 1


def test_there_is_an_end_to_links(group, alice):
    for _ in range(invitations.MOST_USABLE):
        invitations.create(group, by=alice.user)

    response = signed_in(alice).post(CREATE)

    assert "There are as many open links as a group can have. Revoke one first." in main(response).seen
    assert links_in(response) == set()


def test_the_page_of_an_invitation_says_who_invites_to_what(group, link, carol):
    response = signed_in(carol).get(link)

    page = main(response)
    assert page.seen == (
        "An invitation from Alice Walkers We walk. 2 members by invitation Join "
        "Once you have joined, the others see your name, and everything that is published from then on is "
        "encrypted for you too. For older posts you ask their authors."
    )
    assert page.buttons == ["Join"]
    assert "no-store" in response["Cache-Control"]


def test_looking_at_an_invitation_joins_nobody_and_pressing_join_does(group, link, carol):
    browser = signed_in(carol)
    browser.get(link)
    browser.head(link)

    assert not group.memberships.filter(user=carol.user).exists()
    assert browser.get("/groups/walkers/").status_code == 404

    response = browser.post(link)

    assert (response.status_code, response["Location"]) == (302, "/groups/walkers/")
    assert group.memberships.get(user=carol.user).role == Role.MEMBER
    assert browser.get("/groups/walkers/").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_a_member_already_is_led_to_the_group(group, link, bob, method):
    response = getattr(signed_in(bob), method)(link)

    assert (response.status_code, response["Location"]) == (302, "/groups/walkers/")
    assert group.memberships.count() == 2


def test_wrong_expired_and_revoked_links_get_one_calm_answer(group, alice, carol):
    revoked, expired = (f"/join/{invitations.create(group, by=alice.user)}/" for _ in range(2))
    first, second = group.invitations.order_by("pk")
    browser = signed_in(carol)
    assert [browser.get(address).status_code for address in [revoked, expired]] == [200, 200]
    invitations.revoke(first)
    Invitation.objects.filter(pk=second.pk).update(expires_at=timezone.now())

    wrong = [f"/join/{token}/" for token in ("x", "A" * 43, "%00", "%ff", "é")]
    answers = [ask(address) for address in (revoked, expired, *wrong) for ask in (browser.get, browser.post)]

    assert {answer.status_code for answer in answers} == {404}
    assert {main(answer).seen for answer in answers} == {
        "This invitation does not work The link may be incomplete, or it has expired or was revoked. "
        "Ask whoever sent it to you for a new one. Go to the groups"
    }
    assert not group.memberships.filter(user=carol.user).exists()


def test_who_was_removed_comes_back_by_no_link_and_reads_nothing_that_is_published_later(
    group, link, alice, bob, carol
):
    bobs, carols = signed_in(bob), signed_in(carol)
    signed_in(alice).post(f"{MEMBERS}{bob.user.uid}/remove/")
    later = f"/join/{invitations.create(group, by=alice.user)}/"

    answers = [ask(address) for address in (link, later) for ask in (bobs.get, bobs.post)]
    carols.post(link)
    post = alice.publish(group)

    assert [answer.status_code for answer in answers] == [403] * 4
    assert {main(answer).seen for answer in answers} == {
        "You can't join again You were removed from the group that this link leads to. Its owners and moderators can "
        "let you back in; until then no link does. Go to the groups"
    }
    assert [browser.get(f"/posts/{post.uid}/").status_code for browser in (bobs, carols)] == [404, 200]
    assert [person.reads(post) is None for person in (bob, carol)] == [True, False]


def test_a_locked_group_says_so_and_lets_nobody_in(group, link, alice, carol):
    groups.lock(group)
    browser = signed_in(carol)

    response = browser.post(link, follow=True)

    page = main(response)
    assert response.redirect_chain == [(link, 302)]
    assert "nobody can post, comment, ask to read or join" in page.seen
    assert page.buttons == []
    assert not group.memberships.filter(user=carol.user).exists()

    members_page = signed_in(alice).post(CREATE)
    assert links_in(members_page) == set()
    assert "Create invitation link" not in main(members_page).buttons
