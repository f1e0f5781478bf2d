"""What was granted of a post: who sees it, how it is taken back, and what becomes of a wrong grant."""

from django.utils import timezone

from accounts.domain import keys
from groups.domain import members
from groups.models import Membership
from posts.requests import answering, asking, grants, lists
from secureblogs.crypto.documents import Document
from tests.cast import make_person
from tests.pages import article, buttons, page, signed_in
from tests.posts.requests.calls import notice, post_form, post_json, state_of


def test_the_author_and_the_granted_see_who_was_granted_it_and_others_do_not(
    read_request, post, alice, bob, late
):
    answering.approve(read_request, keys=alice.rewraps(read_request))
    today = timezone.now().strftime("%-d %B %Y")

    for person in (alice, late):
        section = article(person, post).one("section", class_="grants")
        assert section.all("h2")[0].text == "Granted later by Alice"
        assert [row.all("p")[0].text for row in section.all("li")] == [f"Carol on {today}"]
    assert article(bob, post).all("section", class_="grants") == []
    assert buttons(article(alice, post).one("section", class_="grants"))[0] == "Withdraw grant"
    assert buttons(article(late, post).one("section", class_="grants")) == []
    assert article(late, post).one("wrong-grant")["data-report"] == f"/requests/{read_request.pk}/report/"


def test_withdrawing_a_grant_says_honestly_what_it_does(read_request, post, alice, late):
    answering.approve(read_request, keys=alice.rewraps(read_request))
    dialog = article(alice, post).one("section", class_="grants").one("dialog")

    assert dialog.all("p")[0].text == (
        "The key is deleted, and Carol can't open this post any more."
        " What was read was read, and may have been copied: nothing takes that back."
    )
    answer = post_form(signed_in(alice), dialog.one("form")["action"])
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/posts/{post.uid}/")
    assert article(alice, post).all("section", class_="grants") == []
    assert article(late, post)["data-access"] == "no-key"


def test_a_wrong_grant_is_told_to_the_asker(read_request, post, alice, late):
    answering.approve(read_request, keys=alice.rewraps(read_request))
    answering.report_wrong(read_request, fingerprints=[late.user.public_keys.get().fingerprint])

    shown = article(late, post)

    assert (shown["data-access"], shown["data-request-state"]) == ("no-key", "pending")
    assert notice(late, post).all("p")[1].text == (
        "The key that you were given does not open this post. Alice was told, and asked for another one."
    )


def test_what_is_granted_again_replaces_what_was_wrong_on_every_device(post, late, alice):
    late.add_key("Tablet")
    read_request, _ = asking.ask(post, asker=late.user)
    right = alice.rewraps(read_request)
    answering.approve(read_request, keys={fingerprint: bytes(len(key)) for fingerprint, key in right.items()})
    laptop = late.user.public_keys.order_by("pk")[0]
    answering.report_wrong(read_request, fingerprints=[laptop.fingerprint])

    answering.approve(read_request, keys=right)

    assert late.reads(post) == Document("Hello", "World")
    del late.private_keys[laptop.fingerprint]
    assert late.reads(post) == Document("Hello", "World")


def test_longer_lists_than_anybody_has_keys_are_refused_unread(post, late, alice):
    read_request, _ = asking.ask(post, asker=late.user)
    many = [{"fingerprint": f"{number:064x}", "wrapped_key": "AAAA"} for number in range(101)]
    address = f"/requests/{read_request.pk}"

    approval = post_json(signed_in(alice), f"{address}/approve/", {"wrapped_keys": many})
    report = post_json(
        signed_in(late), f"{address}/report/", {"fingerprints": [entry["fingerprint"] for entry in many]}
    )

    assert (approval.status_code, approval.json()) == (
        422,
        {"errors": {"wrapped_keys": ["This must be a list of at most 100 wrapped keys."]}},
    )
    assert (report.status_code, report.json()) == (
        422,
        {"errors": {"fingerprints": ["This must be a list of at most 100 fingerprints."]}},
    )
    assert state_of(read_request) == "pending"


def test_a_key_that_is_found_unusable_closes_what_was_asked_or_granted_with_it_alone(post, late, alice):
    laptop, tablet = late.user.public_keys.get(), late.add_key("Tablet")
    read_request, _ = asking.ask(post, asker=late.user)
    keys.mark_unusable(laptop.pk)
    assert state_of(read_request) == "pending"
    answering.approve(read_request, keys=alice.rewraps(read_request))

    keys.mark_unusable(tablet.pk)

    assert state_of(read_request) == "closed"
    late.add_key("New")
    _, is_new = asking.ask(post, asker=late.user)
    assert is_new


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
