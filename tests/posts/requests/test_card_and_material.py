"""An author's browser wraps the key of the very post whose card the author sees, whatever happened in between."""

from collections.abc import Callable

import pytest

from accounts.domain import keys
from groups.domain import members
from groups.models import Group, Membership
from posts.models import Post, ReadRequest
from posts.publishing import deletions
from posts.requests import answering, asking, mutes
from tests.cast import Person
from tests.pages import Element, page, signed_in
from tests.posts.requests.calls import body_of, post_json, state_of


@pytest.fixture
def two(post: Post, alice: Person, carol: Person, group: Group) -> list[ReadRequest]:
    """Carol's requests for two posts of Alice's."""
    posts = [post, alice.publish(group, title="Other")]
    members.join(group, user=carol.user)
    return [asking.ask(each, asker=carol.user)[0] for each in posts]


def test_each_card_leads_to_the_key_of_the_post_that_it_names(two, alice):
    client = signed_in(alice)
    cards = page(client.get("/requests/")).all("article", class_="card")
    assert len(cards) == 2

    for card in cards:
        button = card.one("grant-button")
        material = client.get(button["data-source"]).json()
        assert material["request_id"] == int(card["data-request-id"])
        assert material["post"] == button["data-post"]
        assert card.all("a")[0]["href"] == f"/posts/{material['post']}/"


Between = Callable[[ReadRequest, Person, Person, Group], object]


def come_back(asked: ReadRequest, alice: Person, carol: Person, group: Group) -> None:
    members.leave(Membership.objects.get(group=group, user=carol.user))
    members.join(group, user=carol.user)


def change_key(asked: ReadRequest, alice: Person, carol: Person, group: Group) -> None:
    keys.revoke(carol.user.public_keys.get())
    carol.add_key()


def take_back(asked: ReadRequest, alice: Person, carol: Person, group: Group) -> None:
    answering.approve(asked, keys=alice.rewraps(asked))
    answering.withdraw_grant(asked)


def mute_for_a_while(asked: ReadRequest, alice: Person, carol: Person, group: Group) -> None:
    mutes.mute(alice.user, asker=carol.user)
    mutes.unmute(alice.user, asker=carol.user)
    ReadRequest.objects.update(answered_at=None)


BETWEEN: dict[str, Between] = {
    "withdrawn": lambda asked, *_: asking.withdraw(asked),
    "came back": come_back,
    "another key": change_key,
    "granted and taken back": take_back,
    "muted for a while": mute_for_a_while,
}


@pytest.mark.parametrize("what", BETWEEN)
def test_who_asks_anew_asks_for_the_same_post_under_the_same_number(what, two, alice, carol, group):
    first, second = two
    client = signed_in(alice)
    address = f"/requests/{first.pk}.json"
    place = ["request_id", "post", "group", "author", "revision", "key_commitment"]
    before = [client.get(address).json()[name] for name in place]

    BETWEEN[what](first, alice, carol, group)
    # In the other order: numbers don't go by it.
    again = [asking.ask(each.post, asker=carol.user)[0] for each in (second, first)]

    assert [each.pk for each in again] == [second.pk, first.pk]
    assert [client.get(address).json()[name] for name in place] == before


def test_a_number_is_never_given_to_another_request(two, alice, carol, group):
    first, second = two
    wrapped = alice.rewraps(second)
    deletions.delete(second.post)

    again = alice.publish(group, title="Third")
    members.leave(Membership.objects.get(group=group, user=carol.user))
    members.join(group, user=carol.user)
    third, _ = asking.ask(again, asker=carol.user)

    assert third.pk not in {first.pk, second.pk}
    client = signed_in(alice)
    assert client.get(f"/requests/{second.pk}.json").status_code == 404
    assert post_json(client, f"/requests/{second.pk}/approve/", body_of(wrapped)).status_code == 404
    assert state_of(third) == "pending"


def test_a_card_for_another_key_is_another_card_even_in_the_same_second(post, alice, late):
    read_request, _ = asking.ask(post, asker=late.user)
    asked_at = ReadRequest.objects.get(pk=read_request.pk).asked_at
    laptop = late.user.public_keys.get()
    before = card(alice)
    asking.withdraw(read_request)
    keys.revoke(laptop)
    tablet = late.add_key("Tablet")
    asking.ask(post, asker=late.user)
    ReadRequest.objects.filter(pk=read_request.pk).update(asked_at=asked_at)

    after = card(alice)

    assert shown(before) == [laptop.fingerprint]
    assert shown(after) == [tablet.fingerprint]
    assert before["data-keep"] != after["data-keep"]


def card(person: Person) -> Element:
    return page(signed_in(person).get("/requests/")).one("article")


def shown(card: Element) -> list[str]:
    return [code.text.replace(" ", "") for code in card.all("code")]
