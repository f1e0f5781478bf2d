"""A muted asker sees 'not now', wherever they look, and nothing more."""

from posts.models import ReadRequest
from posts.requests import answering, mutes
from tests.cast import Person
from tests.pages import page, signed_in
from tests.posts.requests.calls import post_form, post_json, requests_page


def row(person: Person, read_request: ReadRequest) -> str:
    """The outcome in the asker's own list."""
    shown = page(signed_in(person).get("/requests/")).one("li", data_request_id=str(read_request.pk))
    return shown.text


def toast(person: Person, read_request: ReadRequest) -> int:
    return signed_in(person).get(f"/requests/{read_request.pk}/toast/").status_code


def test_what_waited_says_not_now(read_request, post, alice, late):
    mutes.mute(alice.user, asker=late.user)

    assert row(late, read_request) == "Hello Alice Walkers Not now."
    assert toast(late, read_request) == 404
    answer = post_json(signed_in(late), f"/posts/{post.uid}/request_read/")
    assert (answer.status_code, answer.json()) == (422, {"errors": {"__all__": ["Not now."]}})


def test_an_earlier_refusal_and_its_reason_are_told_to_nobody_but_its_author_any_more(
    read_request, alice, late
):
    answering.reject(read_request, reason="It is about you.")
    assert "Refused" in row(late, read_request)
    assert "It is about you." in row(late, read_request)
    assert toast(late, read_request) == 200

    mutes.mute(alice.user, asker=late.user)

    assert row(late, read_request) == "Hello Alice Walkers Not now."
    assert toast(late, read_request) == 404

    assert "Refused" in row(alice, read_request)
    assert "It is about you." in row(alice, read_request)


def test_what_was_granted_before_is_still_said_to_be(read_request, alice, late):
    answering.approve(read_request, keys=alice.rewraps(read_request))
    mutes.mute(alice.user, asker=late.user)

    assert "Granted" in row(late, read_request)


def test_muting_is_asked_first_and_can_be_undone(read_request, alice, late):
    shown = requests_page(alice)
    dialog = shown.one("dialog", id=shown.one("article").one("button", command="show-modal")["commandfor"])
    assert dialog.one("h2").text == "Take no more requests from Carol?"
    client = signed_in(alice)

    answer = post_form(client, dialog.one("form")["action"])

    assert (answer.status_code, answer.headers["Location"]) == (302, "/requests/")
    shown = page(client.get("/requests/preferences/"))
    (row,) = shown.one("ul", class_="rows").all("li")
    assert (row.one("p").text, row.one("button").text) == ("Carol", "Let them ask again")
    answer = post_form(client, row.one("form")["action"])
    assert answer.headers["Location"] == "/requests/preferences/"
    assert mutes.muted_by(alice.user) == []
