"""Muting somebody, and all that was granted of one post."""

from groups.domain import members
from groups.models import Membership
from posts.requests import answering, asking, grants, lists, mutes
from tests.cast import make_person
from tests.pages import page, signed_in
from tests.posts.requests.calls import post_form, requests_page


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


def test_all_grants_of_a_post_page_by_key(monkeypatch, post, alice, bob, group):
    names: list[str] = []
    for number in range(4):
        person = make_person(f"Late{number}")
        members.join(group, user=person.user)
        read_request, _ = asking.ask(post, asker=person.user)
        answering.approve(read_request, keys=alice.rewraps(read_request))
        names.insert(0, f"Late{number}")
    monkeypatch.setattr(lists, "GRANTS_SHOWN", 3)
    client = signed_in(alice)

    first = page(client.get(f"/posts/{post.uid}/grants/"))
    second = page(client.get(f"/posts/{post.uid}/grants/{first.one('a', class_='pager__older')['href']}"))

    shown = [row.one("bdi").text for each in (first, second) for row in each.one("main").all("li")]
    assert shown == names
    assert second.one("a", rel="prev")["href"].startswith("?after=")
    assert signed_in(bob).get(f"/posts/{post.uid}/grants/").status_code == 404


def test_who_left_is_no_longer_among_the_granted(read_request, post, alice, late, group):
    answering.approve(read_request, keys=alice.rewraps(read_request))
    assert grants.newest_of(post).total == 1

    members.leave(Membership.objects.get(group=group, user=late.user))

    assert grants.newest_of(post).total == 0
