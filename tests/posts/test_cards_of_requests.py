"""When the card of a request on an open page has to give way to the new one."""

from accounts.domain import keys
from posts.domain import read_requests
from posts.models import Post, ReadRequest
from tests.cast import Person
from tests.posts.pages import Element, page, signed_in


def test_a_card_for_another_key_is_another_card_even_in_the_same_second(
    post: Post, alice: Person, late: Person
) -> None:
    read_request, _ = read_requests.ask(post, asker=late.user)
    asked_at = ReadRequest.objects.get(pk=read_request.pk).asked_at
    laptop = late.user.public_keys.get()
    before = card(alice)
    read_requests.withdraw(read_request)
    keys.revoke(laptop)
    tablet = late.add_key("Tablet")
    read_requests.ask(post, asker=late.user)
    ReadRequest.objects.filter(pk=read_request.pk).update(asked_at=asked_at)

    after = card(alice)

    assert shown(before) == [laptop.fingerprint]
    assert shown(after) == [tablet.fingerprint]
    assert before["data-keep"] != after["data-keep"]


def card(person: Person) -> Element:
    return page(signed_in(person).get("/requests/")).one("article")


def shown(card: Element) -> list[str]:
    return [code.text.replace(" ", "") for code in card.all("code")]
