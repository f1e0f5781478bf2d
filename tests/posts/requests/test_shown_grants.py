"""The page of a post says whom its author let in, and offers to take that back."""

from django.utils import timezone

from posts.requests import answering
from tests.pages import article, buttons, signed_in
from tests.posts.requests.calls import notice, post_form


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
