"""The page of one post: what the server says about it. Opening it is the browser's part."""

import json

from accounts.domain import keys
from groups.domain import members
from groups.models import Membership
from posts.models import Post, Revision
from secureblogs.crypto.documents import Document
from secureblogs.crypto.envelopes import open_envelope, read_envelope
from tests.cast import Person, make_person
from tests.pages import article, page, post_page, signed_in, text_of


def test_a_reader_gets_the_sealed_text_to_open(bob, post):
    shown = article(bob, post)

    assert (shown["data-state"], shown["data-access"]) == ("published", "opening")
    assert shown.one("h1").text == "Hello"
    assert shown.one("div", class_="facts").one("bdi").text == "Alice"
    assert shown.one("p", class_="post__group").one("a")["href"] == "/groups/walkers/"
    assert shown.one("time")["datetime"] == f"{post.submitted_at:%Y-%m-%dT%H:%M:%SZ}"
    assert shown.one("div", data_testid="post-body").text == ""


def test_the_page_holds_the_same_envelope_as_the_json_address(bob, group, post):
    client = signed_in(bob)
    element = page(client.get(f"/posts/{post.uid}/")).one("decrypted-post")

    text = "".join(str(child) for child in element.one("script", type="application/json").children)

    assert json.loads(text) == client.get(f"/posts/{post.uid}/envelope.json").json()
    (private_key,) = bob.private_keys.values()
    assert open_envelope(read_envelope(text), private_key).document == Document("Hello", "World")
    place = {name: element[f"data-{name}"] for name in ("post", "group", "author", "revision", "title")}
    uids = {"post": str(post.uid), "group": str(group.uid), "author": str(post.author.uid)}
    assert place == uids | {"revision": "1", "title": "Hello"}


def test_nothing_of_the_text_is_in_the_page(alice, bob, group):
    post = alice.publish(group, title="A marked title", body="a marked text")

    content = signed_in(bob).get(f"/posts/{post.uid}/").content.decode()

    assert "A marked title" in content
    assert "a marked text" not in content


def test_it_says_who_can_read_it_counting_people_and_not_keys_and_what_the_server_sees(
    alice, bob, group, post
):
    footer = article(bob, post).one("footer")

    assert text_of(footer, "post__readers") == (
        "Encrypted for 2 members. Only they can open it. What the server can see"
    )
    assert footer.one("p", class_="post__readers").one("a")["href"] == "/about/privacy/"
    assert footer.one("details").one("p").text == "Alice, Bob"

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


def test_a_post_for_its_author_alone_or_for_nobody_says_so(alice, bob, group):
    members.leave(Membership.objects.get(group=group, user=bob.user))

    words = text_of(article(alice, alice.publish(group)), "post__readers")
    assert words.startswith("Encrypted for 1 member. ")

    for person in (alice, bob):
        keys.revoke(person.user.public_keys.get())

    shown = article(alice, alice.publish(group))

    assert text_of(shown, "post__readers").startswith("Encrypted for nobody: no member had a key")


def test_a_title_can_be_no_markup(alice, bob, group):
    title = "</script><script>alert(1)</script>\"'<!--"
    post = alice.publish(group, title=title)

    document = post_page(bob, post)

    assert document.one("h1").text == title
    assert document.one("title").text == f"{title} · SecureBlogs"
    assert [script["type"] for script in document.all("script")] == ["module", "application/json"]
    assert document.one("decrypted-post")["data-title"] == title
    text = "".join(str(child) for child in document.one("script", type="application/json").children)
    assert json.loads(text)["title"] == title


def test_who_joined_later_sees_who_published_when_and_why_they_cannot_read(carol, group, post):
    members.join(group, user=carol.user)

    shown = article(carol, post)

    assert (shown["data-state"], shown["data-access"]) == ("published", "no-key")
    assert shown.one("h1").text == "Hello"
    assert shown.one("div", class_="facts").one("bdi").text == "Alice"
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
    assert "Make my key" in [link.text for link in shown.all("a")]


def test_it_leads_to_the_posts_before_and_after_it_that_the_reader_sees(alice, bob, group):
    posts = [alice.publish(group, title=title) for title in ("One", "Two", "Three")]
    carol = make_person("Carol")
    members.join(group, user=carol.user)
    # Queued ones are seen by their author alone.
    Revision.objects.filter(post=posts[2]).update(
        state="queued", nonce=None, ciphertext=None, key_commitment=None
    )

    def beside(reader: Person, post: Post) -> list[tuple[str | None, str]]:
        return [(link["href"], link.text) for link in post_page(reader, post).all("a") if link.get("rel")]

    older = (f"/posts/{posts[0].uid}/", "Older One")
    assert beside(bob, posts[1]) == beside(carol, posts[1]) == [older]
    assert beside(alice, posts[1]) == [older, (f"/posts/{posts[2].uid}/", "Newer Three")]
    assert beside(alice, posts[0]) == [(f"/posts/{posts[1].uid}/", "Newer Two")]
