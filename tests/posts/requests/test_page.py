"""/requests/: what waits, what was answered, and from one page to the next."""

import pytest
from django.utils import timezone

from accounts.domain import keys
from groups.domain import members
from groups.models import Group
from posts.models import ReadRequest
from posts.requests import answering, asking, lists
from tests.cast import Person, make_person
from tests.pages import Element, page, signed_in
from tests.posts.requests.calls import HTML, requests_page, toast
from tests.posts.test_query_counts import queries


def shown_states(person: Person, part: str) -> list[tuple[str, str]]:
    """Of one part of the page: requests and their states, by their attributes."""
    found = requests_page(person).one("live-part", id=part)
    elements = [*found.all("article"), *found.all("li")]
    return [(each["data-request-id"], each["data-request-state"]) for each in elements]


def cards(document: Element) -> list[str]:
    return [card["data-request-id"] for card in document.all("article")]


def link(document: Element, side: str) -> str:
    """Where 'Newer' or 'Older' leads to; empty where it is not there."""
    return next((link["href"] for link in document.all("a", class_=f"pager__{side}")), "")


def ask_many(group: Group, alice: Person, count: int) -> list[ReadRequest]:
    """Requests of as many latecomers for a post each, the newest first."""
    made = []
    for number in range(count):
        post = alice.publish(group, title=f"Post {number}")
        person = make_person(f"Late-{post.pk}")
        members.join(group, user=person.user)
        made.append(asking.ask(post, asker=person.user)[0])
    return made[::-1]


def test_a_card_says_who_asks_for_what_since_when_and_with_which_key(post, alice, late, group):
    read_request, _ = asking.ask(post, asker=late.user, message="I kept bees.")
    today = timezone.now().strftime("%-d %B %Y")

    card = requests_page(alice).one("article", data_request_id=str(read_request.pk))

    assert card["data-request-state"] == "pending"
    assert card.one("h3").text == "Carol asks to read Hello"
    assert card.one("h3").one("a")["href"] == f"/posts/{post.uid}/"
    assert card.one("p", class_="facts").text == f"Walkers member since {today} asked {today}"
    assert card.one("blockquote").text == "I kept bees."
    assert card.one("code", class_="fingerprint").text == late.user.public_keys.get().fingerprint_groups
    assert [label.text for label in card.all("label")] == ["Select", "Reason"]
    assert [button.text for button in card.all("button")] == ["Reject", "Approve", "Don't ask me again"]
    grant = card.one("grant-button")
    assert (grant["data-source"], grant["data-action"]) == (
        f"/requests/{read_request.pk}.json",
        f"/requests/{read_request.pk}/approve/",
    )


def test_the_key_to_compare_is_the_one_of_the_askers_own_page(read_request, alice, late):
    own = page(signed_in(late).get("/keys/")).one("code", class_="fingerprint").text

    assert requests_page(alice).one("code", class_="fingerprint").text == own


def test_only_what_is_still_to_be_wrapped_for_is_compared(post, alice, late):
    tablet = late.add_key("Tablet")
    asking.ask(post, asker=late.user)
    shown = requests_page(alice)
    assert len(shown.all("code", class_="fingerprint")) == 2
    # Beside it a button for the account's key is named 'Compare'.
    assert shown.one("article").one("summary").text == "Fingerprints of 2 keys"

    keys.revoke(tablet)

    assert len(requests_page(alice).all("code", class_="fingerprint")) == 1


def test_what_was_answered_moves_down_and_stays_in_sight(read_request, alice, late):
    entry = str(read_request.pk)
    assert (shown_states(alice, "waiting"), shown_states(alice, "settled")) == ([(entry, "pending")], [])
    assert shown_states(late, "settled") == [(entry, "pending")]

    answering.reject(read_request, reason="It is about you.")

    assert (shown_states(alice, "waiting"), shown_states(alice, "settled")) == ([], [(entry, "rejected")])
    assert shown_states(late, "settled") == [(entry, "rejected")]
    assert requests_page(late).one("li", data_request_id=entry).one("q").text == "It is about you."


def test_others_see_none_of_it_and_my_own_that_waits_can_be_withdrawn_there(read_request, bob, mallory, late):
    for person in (bob, mallory):
        assert shown_states(person, "waiting") == shown_states(person, "settled") == []

    row = requests_page(late).one("li", data_request_id=str(read_request.pk))

    assert (row.one("form")["action"], row.one("button").text) == (
        f"/requests/{read_request.pk}/withdraw/",
        "Withdraw",
    )


def test_a_person_with_several_can_be_granted_all_at_once(post, alice, carol, group, mallory):
    alice.publish(group, title="Second")
    members.join(group, user=carol.user)
    asking.ask_all(group, asker=carol.user)
    assert len(ReadRequest.objects.all()) == 2
    shown = requests_page(alice)

    addresses = {
        button["data-approve-from"] for button in shown.all("button") if button.get("data-approve-from")
    }

    assert addresses == {f"/requests/from/{carol.user.uid}.json"}
    (address,) = addresses
    newest_first = list(ReadRequest.objects.values_list("pk", flat=True))
    assert signed_in(alice).get(address).json() == {"request_ids": newest_first}
    assert signed_in(mallory).get(address).json() == {"request_ids": []}


@pytest.mark.slow
def test_the_waiting_list_pages_by_key_and_asks_as_often_for_many(monkeypatch, alice, group):
    monkeypatch.setattr(lists, "WAITING_SHOWN", 3)
    made = ask_many(group, alice, 1)
    requests_page(alice)
    few = len(queries(alice, "/requests/"))
    made = [*ask_many(group, alice, 4), *made]

    first = requests_page(alice)
    second = requests_page(alice, link(first, "older"))
    again = requests_page(alice, link(second, "newer"))

    ids = [str(read_request.pk) for read_request in made]
    assert cards(first) == ids[:3]
    assert cards(second) == ids[3:]
    assert cards(again) == ids[:3]
    assert (link(first, "newer"), link(second, "older"), link(again, "newer")) == ("", "", "")
    assert len(queries(alice, "/requests/")) == few
    assert not any("ciphertext" in sql for sql in queries(alice, "/requests/"))


def test_where_all_that_came_later_is_answered_the_newest_are_shown(monkeypatch, alice, group):
    monkeypatch.setattr(lists, "WAITING_SHOWN", 2)
    made = ask_many(group, alice, 3)
    older = link(requests_page(alice), "older")
    answering.reject(made[2])

    shown = requests_page(alice, older)

    assert cards(shown) == [str(made[0].pk), str(made[1].pk)]
    # The request that a page begins after may be answered meanwhile.
    answering.reject(made[0])
    assert cards(requests_page(alice, f"?before={made[0].pk}")) == [str(made[1].pk)]


def test_many_keys_to_compare_make_fewer_cards(monkeypatch, post, alice, late, group):
    monkeypatch.setattr(lists, "KEYS_SHOWN", 2)
    for _ in range(3):
        late.add_key()
    with_four, _ = asking.ask(post, asker=late.user)
    others = [str(read_request.pk) for read_request in ask_many(group, alice, 3)]

    first = requests_page(alice)
    second = requests_page(alice, link(first, "older"))
    third = requests_page(alice, link(second, "older"))

    assert [cards(first), cards(second), cards(third)] == [others[:2], others[2:], [str(with_four.pk)]]
    assert len(third.all("code", class_="fingerprint")) == 4


def test_all_of_a_person_can_be_approved_where_only_one_is_shown(monkeypatch, post, alice, carol, group):
    monkeypatch.setattr(lists, "WAITING_SHOWN", 1)
    alice.publish(group, title="Second")
    members.join(group, user=carol.user)
    asked = asking.ask_all(group, asker=carol.user)
    first = requests_page(alice)

    for shown in (first, requests_page(alice, link(first, "older"))):
        (button,) = [each for each in shown.one("article").all("button") if each.get("data-approve-from")]
        address = button["data-approve-from"]

    found = signed_in(alice).get(address).json()["request_ids"]
    assert sorted(found) == sorted(read_request.pk for read_request in asked)


def test_words_that_cards_have_in_common_stand_once_in_the_page(alice, group):
    ask_many(group, alice, 1)
    one = requests_page(alice)
    ask_many(group, alice, 2)
    three = requests_page(alice)

    assert len(three.all("article")) == 3
    assert len(three.all("template")) == len(one.all("template"))
    assert three.one("article", data_request_id=cards(one)[0]).all("template") == []


def test_another_authors_request_is_no_place(read_request, bob, group):
    own = bob.publish(group, title="Bob's")
    dave = make_person("Dave")
    members.join(group, user=dave.user)
    mine, _ = asking.ask(own, asker=dave.user)

    shown = requests_page(bob, f"?before={read_request.pk}")

    assert [card["data-request-id"] for card in shown.all("article")] == [str(mine.pk)]


def test_an_author_answers_their_own_other_device(post, alice):
    alice.add_key("Tablet")
    asking.ask(post, asker=alice.user)

    shown = requests_page(alice)
    (card,) = shown.all("article")
    ids = [each["id"] for tag in ("li", "article") for each in shown.all(tag) if each.get("id")]

    assert sorted(set(ids)) == sorted(ids)
    assert card.one("h3").text == "You ask, for another key of yours, to read Hello"
    assert [button.text for button in card.all("button")] == ["Reject", "Approve"]
    assert card.one("details").one("p", class_="soft").text == (
        "You see the same under Keys, among those of your own, if the key is yours."
    )
    assert toast(alice, ReadRequest.objects.get()).one("p").text == (
        "You ask, for another key of yours, to read “Hello” in Walkers. Answer"
    )


def test_who_has_nothing_sees_what_would_come(mallory):
    assert requests_page(mallory).one("p", class_="empty__title").text == "Nothing waits for you"


def test_a_late_refusal_by_a_form_says_what_became_of_it(read_request, alice):
    asking.withdraw(read_request)
    client = signed_in(alice)

    answer = client.post(f"/requests/{read_request.pk}/reject/", {"reason": ""}, headers={"Accept": HTML})

    assert page(client.get(answer.headers["Location"])).one("div", class_="notices").text == (
        "That request no longer waits: it was withdrawn."
    )
