"""The page of one post: what the server says about it. Opening it is the browser's part."""

import json
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from accounts.domain import keys
from groups.domain import members
from groups.models import Group, Membership, Role
from posts.domain import publishing
from posts.models import Failure, KeyBatch, Post, PostKey, SealedDraft, State
from secureblogs.crypto.documents import Document
from secureblogs.crypto.envelopes import open_envelope, read_envelope
from tests.cast import Person, make_person
from tests.posts.pages import Element, page, signed_in


def open_page(person: Person, post: Post) -> Element:
    return page(signed_in(person).get(f"/posts/{post.uid}/"))


def article(person: Person, post: Post) -> Element:
    return open_page(person, post).one("article")


# What makes a post's page look again.
FOLLOWED = (
    "post.published post.failed read_request.approved read_request.rejected read_request.closed"
    " key.revoked key:ready grant:reported"
)


def buttons(element: Element) -> list[str]:
    """The buttons to press first; those inside a dialog or a template come later, if ever."""
    later = [*element.all("dialog"), *element.all("template")]
    inside = [button for part in later for button in part.all("button")]
    return [button.text for button in element.all("button") if button not in inside]


def text_of(element: Element, css: str) -> str:
    return element.one("p", class_=css).text


# --- Reading -----------------------------------------------------------------------------------------


def test_a_reader_gets_the_sealed_text_to_open(bob, post):
    shown = article(bob, post)

    assert (shown["data-state"], shown["data-access"]) == ("published", "opening")
    assert shown.one("h1").text == "Hello"
    assert shown.one("div", class_="byline").one("bdi").text == "Alice"
    assert shown.one("p", class_="post__group").one("a")["href"] == "/groups/walkers/"
    assert shown.one("time")["datetime"] == post.submitted_at.isoformat()
    assert shown.one("div", data_testid="post-body").text == ""


def test_the_page_holds_the_same_envelope_as_the_json_address(bob, group, post):
    client = signed_in(bob)
    element = page(client.get(f"/posts/{post.uid}/")).one("decrypted-post")

    text = "".join(str(child) for child in element.one("script", type="application/json").children)

    assert json.loads(text) == client.get(f"/posts/{post.uid}/envelope.json").json()
    (private_key,) = bob.private_keys.values()
    assert open_envelope(read_envelope(text), private_key) == Document("Hello", "World")
    place = {name: element[f"data-{name}"] for name in ("post", "group", "author", "revision", "title")}
    assert place == {
        "post": str(post.uid),
        "group": str(group.uid),
        "author": str(post.author.uid),
        "revision": "1",
        "title": "Hello",
    }


def test_nothing_of_the_text_is_in_the_page(alice, bob, group):
    post = alice.publish(group, title="A marked title", body="a marked text")

    content = signed_in(bob).get(f"/posts/{post.uid}/").content.decode()

    assert "A marked title" in content
    assert "a marked text" not in content


def test_it_says_who_can_read_it_and_what_the_server_sees(alice, bob, post):
    footer = article(bob, post).one("footer")

    assert text_of(footer, "post__readers") == (
        "Encrypted for 2 members. Only they can open it. What the server can see"
    )
    assert footer.one("p", class_="post__readers").one("a")["href"] == "/about/privacy/"
    assert footer.one("details").one("p").text == "Alice, Bob"


def test_who_has_two_keys_is_one_reader(alice, bob, group):
    bob.add_key("Phone")

    footer = article(bob, alice.publish(group)).one("footer")

    assert footer.one("details").one("p").text == "Alice, Bob"


def test_of_many_readers_twenty_are_named(alice, bob, group):
    for number in range(23):
        members.join(group, user=make_person(f"Member {number:02}").user)

    footer = article(bob, alice.publish(group)).one("footer")

    assert text_of(footer, "post__readers").startswith("Encrypted for 25 members.")
    names = ["Alice", "Bob", *(f"Member {number:02}" for number in range(18))]
    assert footer.one("details").one("p").text == f"{', '.join(names)} and 5 others"


def test_a_post_for_its_author_alone_says_so(alice, bob, group):
    members.leave(Membership.objects.get(group=group, user=bob.user))

    assert text_of(article(alice, alice.publish(group)), "post__readers").startswith(
        "Encrypted for 1 member. "
    )


def test_a_post_for_nobody_says_so(alice, bob, group):
    for person in (alice, bob):
        keys.revoke(person.user.public_keys.get())

    shown = article(alice, alice.publish(group))

    assert text_of(shown, "post__readers").startswith("Encrypted for nobody: no member had a key")


def test_a_title_can_be_no_markup(alice, bob, group):
    title = "</script><script>alert(1)</script>\"'<!--"
    post = alice.publish(group, title=title)

    document = open_page(bob, post)

    assert document.one("h1").text == title
    assert document.one("title").text == f"{title} · SecureBlogs"
    assert [script["type"] for script in document.all("script")] == ["module", "application/json"]
    assert document.one("decrypted-post")["data-title"] == title
    text = "".join(str(child) for child in document.one("script", type="application/json").children)
    assert json.loads(text)["title"] == title


def test_it_is_never_kept_by_a_cache(bob, post):
    assert signed_in(bob).get(f"/posts/{post.uid}/")["Cache-Control"] == ("private, no-store")


# --- Not being able to read --------------------------------------------------------------------------


def test_who_joined_later_sees_who_published_when_and_why_they_cannot_read(carol, group, post):
    members.join(group, user=carol.user)

    shown = article(carol, post)

    assert (shown["data-state"], shown["data-access"]) == ("published", "no-key")
    assert shown.one("h1").text == "Hello"
    assert shown.one("div", class_="byline").one("bdi").text == "Alice"
    assert shown.one("div", class_="post__locked").all("p")[0].text == (
        "You joined after this was published, so it was not encrypted for you."
    )
    assert shown.all("decrypted-post") == []
    assert shown.all("script") == []


def test_who_revoked_their_key_cannot_read_and_is_told_what_to_do(bob, post):
    assert article(bob, post)["data-access"] == "opening"
    keys.revoke(bob.user.public_keys.get())

    shown = article(bob, post)

    assert shown["data-access"] == "no-key"
    assert text_of(shown.one("div", class_="post__locked"), "notice__title") == "You have no key."
    assert "Create a key in this browser" in buttons(shown)


def test_who_made_their_key_later_is_told_so(bob, post):
    keys.revoke(bob.user.public_keys.get())
    bob.add_key("Phone")

    assert article(bob, post).one("div", class_="post__locked").all("p")[0].text == (
        "This was published before you had the key that you have now, so it was not encrypted for it."
    )


def test_who_left_and_came_back_cannot_read_what_they_could(bob, group, post):
    members.leave(Membership.objects.get(group=group, user=bob.user))
    members.join(group, user=bob.user)

    assert article(bob, post)["data-access"] == "no-key"


# --- On its way --------------------------------------------------------------------------------------


def test_a_queued_post_says_that_it_waits_and_follows_what_happens(alice, group):
    post = alice.submit(group)

    document = open_page(alice, post)

    shown = document.one("article")
    assert shown["data-state"] == "queued"
    assert shown.get("data-access") is None
    assert shown.one("post-progress").one("p").text == "Waiting to be encrypted"
    part = document.one("live-part", id="post")
    assert (part["data-on"], part["data-post"]) == (FOLLOWED, str(post.uid))
    assert part.get("data-unsettled") == ""


def test_a_published_post_expects_no_news(alice, post):
    assert open_page(alice, post).one("live-part", id="post").get("data-unsettled") is None


def test_a_post_that_is_being_encrypted_says_how_far_it_is(alice, bob, post):
    Post.objects.update(state=State.ENCRYPTING, published_at=None, key_count=10_000)
    KeyBatch.objects.create(post=post, public_keys=[*range(500_000, 509_000)])
    KeyBatch.objects.create(post=post, public_keys=[*range(600_000, 600_160)])

    for person in (alice, bob):
        shown = article(person, post)
        progress = shown.one("post-progress")
        assert shown["data-state"] == "encrypting"
        assert progress.one("p").text == "Encrypting for 840 of 10,000 keys"
        assert (progress["data-wrapped"], progress["data-total"]) == ("840", "10000")
        assert (progress.one("progress")["value"], progress.one("progress")["max"]) == ("840", "10000")
        # Who has their wrapped key already need not wait for the others.
        assert shown["data-access"] == "opening"


def test_who_still_waits_for_their_key_is_told_that_it_comes(bob, post):
    Post.objects.update(state=State.ENCRYPTING, published_at=None, key_count=2)
    PostKey.objects.filter(public_key__user=bob.user).delete()
    KeyBatch.objects.create(post=post, public_keys=[bob.user.public_keys.get().pk])

    shown = article(bob, post)

    assert (shown["data-state"], shown["data-access"]) == ("encrypting", "no-key")
    assert shown.one("div", class_="post__locked").all("p")[0].text == (
        "It is being encrypted for you right now and opens here when that is done."
    )


def test_who_joins_meanwhile_is_not_told_to_wait(carol, group, post):
    Post.objects.update(state=State.ENCRYPTING, published_at=None, key_count=2)
    members.join(group, user=carol.user)

    assert article(carol, post).one("div", class_="post__locked").all("p")[0].text == (
        "You joined after this was published, so it was not encrypted for you."
    )


@pytest.mark.parametrize(
    ("failure", "ways_out"),
    [
        (Failure.DOES_NOT_OPEN, ["Try again", "Delete post"]),
        (Failure.NOT_A_DOCUMENT, ["Delete post"]),
        (Failure.TITLE_DIFFERS, ["Delete post"]),
        (Failure.KEPT_FAILING, ["Try again", "Delete post"]),
    ],
)
def test_a_failed_post_says_why_and_offers_the_ways_out(alice, group, failure, ways_out):
    post = alice.submit(group)
    Post.objects.update(state=State.FAILED, failure=failure)

    shown = article(alice, post)

    assert shown["data-state"] == "failed"
    notice = shown.one("div", class_="post__state")
    assert [line.text for line in notice.all("p")][:2] == ["Not published", str(failure.label)]
    assert buttons(shown) == ways_out


@pytest.mark.parametrize("state", [State.QUEUED, State.FAILED])
def test_nobody_else_sees_what_is_queued_or_failed(alice, bob, group, state):
    post = alice.submit(group)
    Post.objects.update(state=state, failure="kept-failing" if state == State.FAILED else "")
    assert article(alice, post)["data-state"] == state

    assert signed_in(bob).get(f"/posts/{post.uid}/").status_code == 404


# --- Trying again ------------------------------------------------------------------------------------


def test_its_author_tries_a_failed_post_again(alice, bob, group):
    post = alice.submit(group)
    Post.objects.update(state=State.FAILED, failure=Failure.KEPT_FAILING)
    SealedDraft.objects.update(attempts=3)

    response = signed_in(alice).post(f"/posts/{post.uid}/retry/")
    publishing.encrypt(post.pk)

    assert (response.status_code, response["Location"]) == (302, f"/posts/{post.uid}/")
    assert article(bob, post)["data-state"] == "published"


def test_trying_again_twice_changes_nothing(alice, post):
    response = signed_in(alice).post(f"/posts/{post.uid}/retry/")

    assert (response.status_code, response["Location"]) == (302, f"/posts/{post.uid}/")
    assert Post.objects.get().state == State.PUBLISHED


def test_nobody_but_its_author_tries_again(alice, bob, mallory, group):
    post = alice.submit(group)
    Post.objects.update(state=State.FAILED, failure=Failure.KEPT_FAILING)
    Membership.objects.filter(user=bob.user).update(role=Role.OWNER)

    assert [signed_in(person).post(f"/posts/{post.uid}/retry/").status_code for person in (bob, mallory)] == [
        404,
        404,
    ]
    assert Post.objects.get().state == State.FAILED


# --- Deleting ----------------------------------------------------------------------------------------


def test_deleting_asks_first_and_names_what_is_lost(alice, post):
    shown = article(alice, post)

    assert buttons(shown) == ["Delete post"]
    dialog = shown.one("dialog")
    assert [button.text for button in dialog.all("button")] == ["Cancel", "Delete post"]
    assert dialog.one("h2").text == "Delete this post?"
    assert text_of(dialog, "dialog__text") == (
        "“Hello” and every key that opens it are deleted, for all its readers. Nobody can bring it back."
    )
    assert (dialog.one("form")["method"], dialog.one("form")["action"]) == (
        "post",
        f"/posts/{post.uid}/delete/",
    )
    assert Post.objects.exists()


def test_its_author_deletes_a_post_with_all_its_keys(alice, group, post):
    assert PostKey.objects.exists()

    response = signed_in(alice).post(f"/posts/{post.uid}/delete/", follow=True)

    assert response.redirect_chain == [("/groups/walkers/", 302)]
    assert [notice.text for notice in page(response).all("li", class_="notice")] == ["“Hello” is deleted."]
    assert not Post.objects.exists()
    assert not PostKey.objects.exists()


@pytest.mark.parametrize("role", [Role.OWNER, Role.MODERATOR])
def test_who_moderates_the_group_deletes_a_post(bob, group, post, role):
    Membership.objects.filter(user=bob.user).update(role=role)

    assert buttons(article(bob, post)) == ["Delete post"]
    assert signed_in(bob).post(f"/posts/{post.uid}/delete/").status_code == 302
    assert not Post.objects.exists()


def test_another_member_is_not_offered_to_delete_and_cannot(bob, post):
    assert buttons(article(bob, post)) == []

    assert signed_in(bob).post(f"/posts/{post.uid}/delete/").status_code == 404
    assert Post.objects.exists()


@pytest.mark.parametrize("state", [State.QUEUED, State.FAILED])
def test_an_unpublished_post_is_deleted_with_its_draft(alice, group, state):
    post = alice.submit(group)
    Post.objects.update(state=state, failure="kept-failing" if state == State.FAILED else "")

    assert "Delete post" in buttons(article(alice, post))
    assert signed_in(alice).post(f"/posts/{post.uid}/delete/").status_code == 302
    assert not Post.objects.exists()
    assert not SealedDraft.objects.exists()


@pytest.mark.parametrize("what", ["delete", "retry"])
def test_a_link_alone_does_nothing(alice, post, what):
    assert signed_in(alice).get(f"/posts/{post.uid}/{what}/").status_code == 405


@pytest.mark.parametrize("what", ["delete", "retry"])
def test_a_token_is_demanded(alice, post, what):
    client = signed_in(alice, enforce_csrf_checks=True)
    assert client.post(f"/posts/{post.uid}/{what}/").status_code == 403
    assert Post.objects.exists()

    token = (
        page(client.get(f"/posts/{post.uid}/"))
        .one("dialog")
        .one("input", name="csrfmiddlewaretoken")["value"]
    )
    answer = client.post(f"/posts/{post.uid}/{what}/", {"csrfmiddlewaretoken": token})

    assert answer.status_code == 302


# --- Writing -----------------------------------------------------------------------------------------


def write_page(person: Person, group: Group) -> Element:
    return page(signed_in(person).get(f"/groups/{group.slug}/posts/new/"))


def test_the_page_to_write_on_holds_what_the_editor_needs(bob, group):
    first, second = write_page(bob, group).one("post-editor"), write_page(bob, group).one("post-editor")

    assert first["data-action"] == "/groups/walkers/posts/"
    assert first["data-sealing-key"] == "/sealing-key.json"
    assert first["data-group"] == str(group.uid)
    assert first["data-author"] == str(bob.user.uid)
    # Every page is given a uid of its own, so that the same form sent twice is one post.
    assert uuid.UUID(first["data-post"]) != uuid.UUID(second["data-post"])


def test_its_controls_have_plain_names(bob, group):
    editor = write_page(bob, group).one("post-editor")

    assert {label["for"]: label.text for label in editor.all("label")} == {"title": "Title", "text": "Text"}
    assert [button.text for button in editor.one("form").all("button")] == ["Preview", "Publish"]


def test_no_form_can_send_the_text_unsealed(bob, group):
    document = write_page(bob, group)

    assert document.one("textarea", id="text").get("name") is None
    # A form of this method outside of a dialog goes nowhere.
    assert (
        document.one("form", class_="write")["method"],
        document.one("form", class_="write").get("action"),
    ) == (
        "dialog",
        None,
    )
    notice = "".join(str(child) for child in document.one("noscript").one("p").children)
    assert notice == "Your text is encrypted in this browser before it is sent, and that needs JavaScript."


def test_every_failure_has_its_words(bob, group):
    words = {
        template["data-message"] for template in write_page(bob, group).one("post-editor").all("template")
    }

    assert words == {
        *("title-missing", "title-too-long", "text-missing", "text-too-long", "size", "size-over"),
        *("sealing", "offline", "failed", "refused", "session-ended", "no-sealing-key"),
        *("saved", "restored", "unsaved", "already-published"),
    }


def test_it_says_how_many_will_be_able_to_read(bob, group):
    assert text_of(write_page(bob, group), "write__readers") == "2 members will be able to read this."


def test_members_without_a_key_are_named(bob, group):
    members.join(group, user=make_person("Dan", with_key=False).user)
    assert text_of(write_page(bob, group), "write__without-key") == (
        "One member has no key yet and will have to ask: Dan"
    )

    members.join(group, user=make_person("Carol", with_key=False).user)

    document = write_page(bob, group)
    assert text_of(document, "write__readers") == "2 members will be able to read this."
    assert text_of(document, "write__without-key") == (
        "Two members have no key yet and will have to ask: Carol, Dan"
    )


def test_a_revoked_key_counts_as_none(alice, bob, group):
    keys.revoke(alice.user.public_keys.get())

    document = write_page(bob, group)

    assert text_of(document, "write__readers") == "1 member will be able to read this."
    assert text_of(document, "write__without-key") == "One member has no key yet and will have to ask: Alice"


def test_of_many_without_a_key_five_are_named(bob, group):
    for number in range(12):
        members.join(group, user=make_person(f"Member {number:02}", with_key=False).user)

    assert text_of(write_page(bob, group), "write__without-key") == (
        "12 members have no key yet and will have to ask: "
        "Member 00, Member 01, Member 02, Member 03, Member 04 and 7 others"
    )


def test_an_author_without_a_key_is_told_so(bob, group):
    assert write_page(bob, group).all("p", class_="notice__title") == []
    keys.revoke(bob.user.public_keys.get())

    document = write_page(bob, group)

    assert text_of(document, "notice__title") == "You have no key."
    assert document.one("button", data_create="").text == "Create a key in this browser"


def test_when_nobody_has_a_key_it_says_so(alice, bob, group):
    for person in (alice, bob):
        keys.revoke(person.user.public_keys.get())

    assert text_of(write_page(bob, group), "write__readers") == (
        "No member has a key yet: nobody will be able to read this."
    )


def test_in_a_locked_group_there_is_no_form(bob, group):
    Group.objects.update(locked_at=timezone.now())

    document = write_page(bob, group)

    assert document.one("h1").text == "Nobody can post here now"
    assert document.all("post-editor") == []


# --- Who may not -------------------------------------------------------------------------------------

ADDRESSES = [
    ("get", "/groups/walkers/", 200),
    ("get", "/groups/walkers/posts/new/", 200),
    ("get", "/posts/{uid}/", 200),
    ("get", "/posts/{uid}/envelope.json", 200),
    ("post", "/posts/{uid}/retry/", 302),
    ("post", "/posts/{uid}/delete/", 302),
]


@pytest.mark.parametrize(("method", "address", "status"), ADDRESSES)
def test_an_outsider_gets_404_everywhere(alice, mallory, post, method, address, status):
    address = address.format(uid=post.uid)
    # In the author's hands the address works: it is there to be found.
    outsider, author = signed_in(mallory), signed_in(alice)

    assert getattr(outsider, method)(address).status_code == 404
    assert getattr(author, method)(address).status_code == status


@pytest.mark.parametrize(("method", "address", "status"), ADDRESSES)
def test_a_removed_author_gets_404_everywhere(alice, bob, group, post, method, address, status):
    Membership.objects.filter(user=bob.user).update(role=Role.OWNER)
    members.leave(Membership.objects.get(group=group, user=alice.user))

    assert getattr(signed_in(alice), method)(address.format(uid=post.uid)).status_code == 404


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize(("method", "address", "status"), [row for row in ADDRESSES if "json" not in row[1]])
def test_signed_out_every_page_leads_to_the_sign_in(post, method, address, status, exists):
    if not exists:
        address = address.replace("walkers", "nothing")
    address = address.format(uid=post.uid if exists else uuid.uuid4())

    response = getattr(Client(), method)(address)

    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}")
    assert Post.objects.exists()
