"""Every page tells of read requests: the count, and the toasts."""

import pytest

from groups.domain import members
from posts.models import ReadRequest
from posts.requests import answering, asking
from tests.pages import page, signed_in
from tests.posts.requests.calls import requests_page, toast


@pytest.mark.parametrize("address", ["/", "/groups/", "/keys/", "/requests/", "/accounts/password/change/"])
def test_every_page_shows_how_many_wait(address, read_request, alice, late):
    for person, count, words in ((alice, "1", "1"), (late, "0", "0")):
        badge = page(signed_in(person).get(address)).one("request-badge")
        assert (badge["data-count"], badge.one("span").text) == (count, words)
        assert (badge.one("span").get("hidden") is None) == (person is alice)


def test_a_fresh_page_asks_how_many_wait(read_request, alice, late):
    assert signed_in(alice).get("/requests/waiting.json").json() == {"pending": 1}
    assert signed_in(late).get("/requests/waiting.json").json() == {"pending": 0}


def test_a_toast_names_person_post_and_group_and_leads_to_the_request(read_request, alice):
    shown = toast(alice, read_request)

    assert shown.one("body")["data-user"] == str(alice.user.uid)
    assert shown.one("p", id="toast-words").text == "Carol asks to read “Hello” in Walkers. Answer"
    assert shown.one("a")["href"] == f"/requests/#request-{read_request.pk}"


def test_a_toast_for_many_says_how_many(post, alice, carol, group):
    newest = alice.publish(group, title="Newest")
    members.join(group, user=carol.user)
    asking.ask_all(group, asker=carol.user)

    words = toast(alice, ReadRequest.objects.get(post=newest)).one("p").text

    assert words == "Carol asks to read “Newest” and 1 more post of yours in Walkers. Answer"


def test_the_asker_is_told_the_answer(read_request, post, alice, late):
    answering.approve(read_request, keys=alice.rewraps(read_request))

    shown = toast(late, read_request)

    assert shown.one("p").text == "Alice lets you read “Hello” in Walkers. Read it"
    assert shown.one("a")["href"] == f"/posts/{post.uid}/"


def test_the_asker_is_told_a_refusal(read_request, late):
    answering.reject(read_request)

    assert toast(late, read_request).one("p").text == (
        "Alice refused your request to read “Hello” in Walkers. See why"
    )


def test_the_author_is_told_of_a_wrong_grant(read_request, alice, late):
    answering.approve(read_request, keys=alice.rewraps(read_request))
    answering.report_wrong(read_request, fingerprints=[late.user.public_keys.get().fingerprint])

    assert toast(alice, read_request).one("p").text == (
        "The key that you granted Carol does not open “Hello” in Walkers. Answer"
    )
    assert requests_page(alice).one("article").one("p", class_="card__text").text == (
        "The key that was granted did not open the post in their browser. It is deleted; approving wraps a new one."
    )


def test_nothing_is_said_of_what_is_settled(read_request, alice, late):
    assert signed_in(late).get(f"/requests/{read_request.pk}/toast/").status_code == 404

    asking.withdraw(read_request)

    for person in (alice, late):
        assert signed_in(person).get(f"/requests/{read_request.pk}/toast/").status_code == 404
