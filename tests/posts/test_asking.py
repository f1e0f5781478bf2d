"""Asking to read over the pages and calls: one post, all of a group, and what keeps one from it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.domain import keys
from groups.domain import groups, members
from groups.models import Group, Membership, Role
from posts.domain import answers, mutes, obstacles, publishing, read_requests
from posts.models import Post, PostKey, ReadRequest, RequestState
from tests.cast import Person
from tests.posts.asking import post_form, post_json, state_of
from tests.posts.pages import Element, page, signed_in


def ask_address(post: Post) -> str:
    return f"/posts/{post.uid}/request_read/"


def article(person: Person, post: Post) -> Element:
    return page(signed_in(person).get(f"/posts/{post.uid}/")).one("article")


def notice(person: Person, post: Post) -> Element:
    """What stands in place of the text."""
    return article(person, post).one("div", class_="post__locked")


def buttons(element: Element) -> list[str]:
    return [button.text for button in element.all("button")]


def test_a_program_asks_and_asks_again(post: Post, late: Person) -> None:
    client = signed_in(late)

    first = post_json(client, ask_address(post))
    second = post_json(client, ask_address(post), {"message": "Please."})

    (read_request,) = ReadRequest.objects.all()
    body = {"request_id": read_request.pk, "state": "pending"}
    assert (first.status_code, first.json()) == (201, body)
    assert (second.status_code, second.json()) == (200, body)
    assert read_request.message == ""


def test_a_call_without_anything_else_is_answered_as_a_program(post: Post, late: Person) -> None:
    assert signed_in(late).post(ask_address(post)).status_code == 201


def test_a_form_leads_back_to_the_post_which_then_waits(post: Post, late: Person) -> None:
    client = signed_in(late)
    form = notice(late, post).one("form")
    assert (form["action"], buttons(form)) == (ask_address(post), ["Ask to read"])

    answer = post_form(client, ask_address(post), {"message": "I kept bees for ten years."})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/posts/{post.uid}/")
    assert ReadRequest.objects.get().message == "I kept bees for ten years."
    shown = article(late, post)
    assert (shown["data-access"], shown["data-request-state"]) == ("no-key", "pending")
    assert shown.one("p", class_="ask__state").text == f"Waiting for an answer since {timezone.now():%A}"
    assert buttons(notice(late, post)) == ["Withdraw"]


def test_a_wait_of_more_than_a_week_is_told_by_its_date(
    post: Post, read_request: ReadRequest, late: Person
) -> None:
    ReadRequest.objects.update(asked_at=timezone.now() - timedelta(days=7))

    when = (timezone.now() - timedelta(days=7)).strftime("%-d %B %Y")
    assert notice(late, post).one("p", class_="ask__state").text == f"Waiting for an answer since {when}"


def test_a_page_that_waits_has_its_scripts_ready(post: Post, read_request: ReadRequest, late: Person) -> None:
    shown = page(signed_in(late).get(f"/posts/{post.uid}/"))

    assert shown.all("link", rel="modulepreload") != []


def test_what_waits_is_withdrawn(post: Post, read_request: ReadRequest, late: Person) -> None:
    form = notice(late, post).one("form")

    answer = post_form(signed_in(late), form["action"])

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/posts/{post.uid}/")
    assert state_of(read_request) == RequestState.WITHDRAWN
    assert buttons(notice(late, post)) == ["Ask to read"]


def test_withdrawing_too_late_says_so(post: Post, read_request: ReadRequest, late: Person) -> None:
    answers.reject(read_request)
    client = signed_in(late)

    answer = post_json(client, f"/requests/{read_request.pk}/withdraw/")

    assert (answer.status_code, answer.json()) == (409, {"state": "rejected"})
    followed = client.get(post_form(client, f"/requests/{read_request.pk}/withdraw/").headers["Location"])
    assert page(followed).one("li", class_="notice").text == "It was answered before you withdrew it."


@pytest.mark.parametrize("message", ["x" * 201, "a\x07b", "\u202e", 7])
def test_a_message_that_is_none_is_refused(message: object, post: Post, late: Person) -> None:
    answer = post_json(signed_in(late), ask_address(post), {"message": message})

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["message"]
    assert not ReadRequest.objects.exists()


def test_a_form_is_told_on_the_page_what_is_wrong(post: Post, late: Person) -> None:
    client = signed_in(late)

    followed = client.get(post_form(client, ask_address(post), {"message": "x" * 201}).headers["Location"])

    assert "200 characters" in page(followed).one("li", class_="notice").text


@pytest.mark.parametrize("content", ["[]", "{", "7"])
def test_a_body_that_is_no_object_is_422(content: str, post: Post, late: Person) -> None:
    answer = signed_in(late).post(ask_address(post), content, content_type="application/json")

    assert answer.status_code == 422


def refused(person: Person, post: Post) -> str:
    """The sentence that answers a program that may not ask."""
    answer = post_json(signed_in(person), ask_address(post))
    assert answer.status_code == 422
    (sentence,) = answer.json()["errors"]["__all__"]
    return str(sentence)


def test_without_a_key_one_is_told_and_makes_one_there(post: Post, late: Person) -> None:
    keys.revoke(late.user.public_keys.get())

    shown = article(late, post)

    assert refused(late, post) == "You have no key that a post could be encrypted for. Make one first."
    assert shown["data-access"] == "no-key"
    assert buttons(shown.one("div", class_="post__locked")) == ["Create a key in this browser"]


def test_who_reads_it_with_every_key_has_nothing_to_ask_for(post: Post, bob: Person) -> None:
    assert refused(bob, post) == (
        "There is nothing to ask for: the post is encrypted for all your keys, or not yet encrypted."
    )
    assert article(bob, post).one("ask-elsewhere")["data-missing"] == ""


def test_who_is_refused_reads_the_reason_and_when_to_ask_again(
    post: Post, read_request: ReadRequest, late: Person
) -> None:
    answers.reject(read_request, reason="It is about you.")
    when = (timezone.now() + timedelta(days=7)).strftime("%-d %B %Y")

    shown = notice(late, post)

    assert (
        shown.one("p", class_="ask__state").text == "Alice refused your request. The reason: It is about you."
    )
    assert shown.all("p")[-1].text == f"You may ask again on {when}."
    assert buttons(shown) == []
    assert article(late, post)["data-request-state"] == "rejected"
    assert refused(late, post).startswith("You may ask again on ")

    ReadRequest.objects.update(answered_at=timezone.now() - timedelta(days=7))
    assert buttons(notice(late, post)) == ["Ask to read"]
    assert post_json(signed_in(late), ask_address(post)).status_code == 201


def test_who_is_muted_sees_not_now_and_nothing_more(
    post: Post, read_request: ReadRequest, alice: Person, late: Person
) -> None:
    mutes.mute(alice.user, asker=late.user)

    assert [each.text for each in notice(late, post).all("p")][1:] == ["Not now."]
    assert buttons(notice(late, post)) == []


def test_past_the_limit_one_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
    post: Post,
    read_request: ReadRequest,
    alice: Person,
    late: Person,
    group: Group,
) -> None:
    members.leave(Membership.objects.get(group=group, user=late.user))
    second = alice.publish(group, title="Second")
    members.join(group, user=late.user)
    read_requests.ask(post, asker=late.user)
    monkeypatch.setattr(obstacles, "MOST_WAITING", 1)

    assert refused(late, second) == (
        "1 requests of yours wait in this group, and no more may. Ask again when some are answered."
    )
    assert buttons(notice(late, second)) == []
    assert post_json(signed_in(late), f"/groups/{group.slug}/request_read/").status_code == 422


def test_in_a_locked_group_nobody_asks(post: Post, late: Person, group: Group) -> None:
    groups.lock(group)

    assert refused(late, post) == "This group is locked: nobody can ask in it now."
    assert buttons(notice(late, post)) == []


def test_an_author_without_the_key_is_told_that_nobody_can_help(post: Post, alice: Person) -> None:
    keys.revoke(alice.user.public_keys.get())
    alice.add_key("New")

    assert refused(alice, post) == "Only you could grant it, with a key that you no longer have."
    assert buttons(notice(alice, post)) == []


def test_nobody_asks_an_author_who_has_left(post: Post, late: Person, alice: Person, group: Group) -> None:
    heir = Membership.objects.get(group=group, user=late.user)
    members.change_role(heir, role=Role.OWNER)
    assert ask_all_button(late, group) == ["Ask for the post from before I joined"]

    members.leave(Membership.objects.get(group=group, user=alice.user))

    assert refused(late, post) == "Its author has left the group, so nobody can let you read it."
    assert notice(late, post).all("p")[-1].text == "Alice has left the group, so nobody can let you read it."
    assert ask_all_button(late, group) == []


def test_an_author_asks_themselves_for_another_device(post: Post, alice: Person) -> None:
    tablet = alice.add_key("Tablet")

    read_request, _ = read_requests.ask(post, asker=alice.user)
    answers.approve(read_request, keys=alice.rewraps(read_request))

    assert PostKey.objects.filter(post=post, public_key=tablet).exists()


def test_whose_key_is_on_another_device_is_told_which_and_may_ask(post: Post, bob: Person) -> None:
    tablet = bob.add_key("Tablet")

    shown = article(bob, post)

    (words,) = shown.all("template", data_message="key-elsewhere")
    assert [each.text for each in words.all("bdi")] == ["Laptop"]
    elsewhere = shown.one("ask-elsewhere")
    assert elsewhere["data-missing"] == tablet.fingerprint
    (here,) = elsewhere.all("template", data_content="here")
    assert buttons(here) == ["Ask for the key in this browser"]
    assert post_json(signed_in(bob), ask_address(post)).status_code == 201


def test_of_several_keys_elsewhere_those_with_a_label_are_named(
    alice: Person, bob: Person, group: Group
) -> None:
    bob.add_key("")
    bob.add_key("Tablet")

    (words,) = article(bob, alice.publish(group)).all("template", data_message="key-elsewhere")

    assert [each.text for each in words.all("bdi")] == ["Laptop, Tablet"]
    assert "for the keys named" in words.text


def test_a_post_that_is_being_encrypted_can_be_asked_for(alice: Person, late: Person, group: Group) -> None:
    members.leave(Membership.objects.get(group=group, user=late.user))
    post = alice.submit(group)
    members.join(group, user=late.user)
    assert post_json(signed_in(late), ask_address(post)).status_code == 404

    publishing.encrypt(post.pk)

    assert post_json(signed_in(late), ask_address(post)).status_code == 201


# --- All posts of a group ---


@pytest.fixture
def archive(post: Post, alice: Person, bob: Person, carol: Person, group: Group) -> list[Post]:
    """Four posts of two authors from before Carol joined, the newest first."""
    later = [
        alice.publish(group, title="Two"),
        bob.publish(group, title="Three"),
        bob.publish(group, title="Four"),
    ]
    members.join(group, user=carol.user)
    return [*reversed(later), post]


def ask_all_button(person: Person, group: Group) -> list[str]:
    shown = page(signed_in(person).get(f"/groups/{group.slug}/"))
    return [button.text for form in shown.all("form", class_="ask-all") for button in form.all("button")]


def test_one_click_asks_for_everything_from_before(archive: list[Post], carol: Person, group: Group) -> None:
    assert ask_all_button(carol, group) == ["Ask for all 4 posts from before I joined"]
    client = signed_in(carol)

    answer = post_form(client, f"/groups/{group.slug}/request_read/")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/groups/{group.slug}/")
    assert [each.post for each in ReadRequest.objects.order_by("-post__submitted_at")] == archive
    followed = page(client.get(f"/groups/{group.slug}/"))
    assert followed.one("li", class_="notice").text == "You asked to read 4 posts."
    assert followed.all("form", class_="ask-all") == []


def test_it_asks_only_for_what_can_be_asked_for(
    archive: list[Post], alice: Person, bob: Person, carol: Person, group: Group
) -> None:
    four, three, two, one = archive
    answers.reject(read_requests.ask(one, asker=carol.user)[0])
    granted, _ = read_requests.ask(two, asker=carol.user)
    answers.approve(granted, keys=alice.rewraps(granted))
    read_requests.ask(three, asker=carol.user)
    own = carol.publish(group, title="Carol's own")
    assert ask_all_button(carol, group) == ["Ask for the post from before I joined"]

    answer = post_json(signed_in(carol), f"/groups/{group.slug}/request_read/")

    assert answer.status_code == 201
    (pk,) = answer.json()["request_ids"]
    assert ReadRequest.objects.get(pk=pk).post == four
    assert not ReadRequest.objects.filter(post=own).exists()
    assert ask_all_button(carol, group) == []

    mutes.mute(bob.user, asker=carol.user)
    assert ask_all_button(carol, group) == []


def test_who_has_no_key_makes_one_first(archive: list[Post], carol: Person, group: Group) -> None:
    assert ask_all_button(carol, group) == ["Ask for all 4 posts from before I joined"]

    carol.user.public_keys.update(revoked_at=timezone.now())

    assert ask_all_button(carol, group) == []
    carol.add_key("Phone")
    assert ask_all_button(carol, group) == ["Ask for all 4 posts from before I joined"]


def test_who_was_there_has_no_such_button(archive: list[Post], bob: Person, group: Group) -> None:
    assert ask_all_button(bob, group) == []
    assert post_json(signed_in(bob), f"/groups/{group.slug}/request_read/").status_code == 422


def test_asking_for_all_stops_at_the_limit_and_says_so_before(
    monkeypatch: pytest.MonkeyPatch, archive: list[Post], carol: Person, group: Group
) -> None:
    monkeypatch.setattr(obstacles, "MOST_WAITING", 3)
    shown = page(signed_in(carol).get(f"/groups/{group.slug}/")).one("form", class_="ask-all")
    assert shown.one("p").text == "The newest 3 at first: no more may wait for an answer at once."

    post_json(signed_in(carol), f"/groups/{group.slug}/request_read/")

    assert [each.post for each in ReadRequest.objects.order_by("-post__submitted_at")] == archive[:3]


def test_of_a_hundred_and_one_posts_the_newest_hundred_are_asked_for(
    alice: Person, carol: Person, group: Group
) -> None:
    rows = [
        Post(uid=uuid4(), group=group, author=alice.user, title=f"Post {number}", state="published",
             published_at=timezone.now(), submitted_at=timezone.now() - timedelta(minutes=number),
             nonce=b"", ciphertext=b"", key_commitment=b"")
        for number in range(101)
    ]  # fmt: skip
    newest, oldest = Post.objects.bulk_create(rows)[:100], rows[100]
    members.join(group, user=carol.user)
    client = signed_in(carol)

    answer = post_json(client, f"/groups/{group.slug}/request_read/")

    assert (answer.status_code, len(answer.json()["request_ids"])) == (201, 100)
    asked = ReadRequest.objects.pending().filter(asker=carol.user)
    assert set(asked.values_list("post", flat=True)) == {post.pk for post in newest}
    assert refused(carol, oldest) == (
        "100 requests of yours wait in this group, and no more may. Ask again when some are answered."
    )


def test_asking_for_all_needs_a_key_and_an_open_group(
    archive: list[Post], carol: Person, group: Group
) -> None:
    address = f"/groups/{group.slug}/request_read/"
    groups.lock(group)
    assert post_json(signed_in(carol), address).status_code == 422
    groups.unlock(group)
    keys.revoke(carol.user.public_keys.get())

    answer = post_form(signed_in(carol), address)

    assert answer.headers["Location"] == f"/groups/{group.slug}/"
    assert not ReadRequest.objects.exists()


def test_signed_out_a_form_leads_to_the_sign_in(post: Post) -> None:
    answer = post_form(Client(), ask_address(post))

    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/requests/")


# --- Grants ---


def test_the_author_and_the_granted_see_who_was_granted_it_and_others_do_not(
    read_request: ReadRequest, post: Post, alice: Person, bob: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    today = timezone.now().strftime("%-d %B %Y")

    for person in (alice, late):
        section = article(person, post).one("section", class_="grants")
        assert section.all("h2")[0].text == "Granted later by Alice"
        assert [row.all("p")[0].text for row in section.all("li")] == [f"Carol on {today}"]
    assert article(bob, post).all("section", class_="grants") == []
    assert buttons(article(alice, post).one("section", class_="grants"))[0] == "Withdraw grant"
    assert buttons(article(late, post).one("section", class_="grants")) == []
    assert article(late, post).one("wrong-grant")["data-report"] == f"/requests/{read_request.pk}/report/"


def test_withdrawing_a_grant_says_honestly_what_it_does(
    read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    dialog = article(alice, post).one("section", class_="grants").one("dialog")

    assert dialog.all("p")[0].text == (
        "The key is deleted, and Carol can't open this post any more."
        " What was read was read, and may have been copied: nothing takes that back."
    )
    answer = post_form(signed_in(alice), dialog.one("form")["action"])
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/posts/{post.uid}/")
    assert article(alice, post).all("section", class_="grants") == []
    assert article(late, post)["data-access"] == "no-key"


def test_a_wrong_grant_is_told_to_the_asker(
    read_request: ReadRequest, post: Post, alice: Person, late: Person
) -> None:
    answers.approve(read_request, keys=alice.rewraps(read_request))
    answers.report_wrong(read_request, fingerprints=[late.user.public_keys.get().fingerprint])

    shown = article(late, post)

    assert (shown["data-access"], shown["data-request-state"]) == ("no-key", "pending")
    assert notice(late, post).all("p")[1].text == (
        "The key that you were given does not open this post. Alice was told, and asked for another one."
    )
