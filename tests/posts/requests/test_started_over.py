"""Who began anew with a key that nothing before it signed is answered on their own card, never along with others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AccountKey, Device
from groups.domain import members
from posts.requests import asking
from tests.pages import Element, signed_in
from tests.posts.lift.conftest import browsers_of
from tests.posts.requests.calls import body_of, post_json, requests_page, state_of

BUTTONS = ["Reject", "Approve", "Compare", "Don't ask me again"]


@pytest.fixture
def carols(post, alice, carol, group):
    """Carol, who joined late, with an account key, and her requests for two posts."""
    alice.publish(group, title="Second")
    members.join(group, user=carol.user)
    carols = browsers_of(carol)
    asking.ask_all(group, asker=carol.user)
    return carols


def cards(alice) -> list[Element]:
    return requests_page(alice).all("article")


def from_carol(alice, carol) -> list[int]:
    ids: list[int] = signed_in(alice).get(f"/requests/from/{carol.user.uid}.json").json()["request_ids"]
    return ids


def test_the_card_says_so_and_takes_no_part_in_approving_several(carols, alice, carol, group):
    assert [len(card.all("input", type="checkbox")) for card in cards(alice)] == [1, 1]
    assert len(from_carol(alice, carol)) == 2

    Device.objects.update(used_at=timezone.now() - timedelta(days=31))
    carols.start_over()
    assert cards(alice) == []
    asking.ask_all(group, asker=carol.user)

    day = AccountKey.objects.get(cause="reset").made_at
    for card in cards(alice):
        warning = card.one("p", class_="notice--warning").text
        assert warning == f"Carol started over on {day:%-d %B %Y}. Ask them in another way whether they did."
        assert card.all("input", type="checkbox") == []
        assert [button.text for button in card.all("button")] == BUTTONS
    assert from_carol(alice, carol) == []


def test_a_click_on_the_card_still_grants(carols, alice, carol, group, post):
    Device.objects.update(used_at=timezone.now() - timedelta(days=31))
    carols.start_over()
    read_request, _ = asking.ask(post, asker=carol.user)

    answer = post_json(
        signed_in(alice), f"/requests/{read_request.pk}/approve/", body_of(alice.rewraps(read_request))
    )

    assert (answer.status_code, state_of(read_request)) == (200, "approved")
    assert carol.reads(post) is not None


def test_a_card_gives_way_when_its_asker_begins_anew(carols, alice, carol):
    before = [card["data-keep"] for card in cards(alice)]
    newest = AccountKey.objects.get(user=carol.user)
    AccountKey.objects.filter(pk=newest.pk).update(cause="reset")

    assert all(card["data-keep"] not in before for card in cards(alice))
