"""When the card of a request on an open page has to give way to the new one."""

from accounts.domain import keys
from posts.models import ReadRequest
from posts.requests import asking
from tests.cast import Person
from tests.pages import Element, page, signed_in


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
