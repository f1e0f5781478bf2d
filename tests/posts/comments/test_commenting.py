"""Writing, editing and deleting comments: who may, what the answers are, and what open pages are told."""

import time
import uuid

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.domain import users
from groups.domain import groups, members
from groups.models import Membership, Role
from posts.comments import commenting, lists
from posts.models import Comment, Post
from posts.publishing import deletions
from secureblogs.crypto.comments import MAX_SEALED
from tests.answers import Answer
from tests.cast import Person, make_person
from tests.moderation import act, address, asked, delete, listed
from tests.pages import page, signed_in
from tests.posts.comments.writing import comment_by, members_of, sealed
from tests.posts.requests.calls import post_json


def write(person: Person, post: Post, **members: object) -> Answer:
    body = {"uid": str(uuid.uuid4()), **members_of(sealed()), **members}
    return post_json(signed_in(person), f"/posts/{post.uid}/comment/", body)


def edit(person: Person, comment: Comment, **members: object) -> Answer:
    body = {"revision": 2, **members_of(sealed()), **members}
    return post_json(signed_in(person), f"/comments/{comment.uid}/edit/", body)


def remove(person: Person, comment: Comment) -> int:
    return post_json(signed_in(person), f"/comments/{comment.uid}/delete/").status_code


def shown(person: Person, post: Post, query: str = "") -> list[str]:
    """The uids of the comments on a page, and 'deleted' for a place that is empty."""
    found = page(signed_in(person).get(f"/posts/{post.uid}/comments/{query}"))
    return [row.attributes.get("data-comment", "deleted") for row in found.all("li")]


def buttons(person: Person, comment: Comment) -> list[str]:
    return page(signed_in(person).get(f"/comments/{comment.uid}/")).one("li").buttons


def test_a_reader_writes_and_every_member_sees_that_there_is_a_comment(alice, bob, post):
    content = sealed()

    answer = write(bob, post, **members_of(content))

    assert answer.status_code == 201
    comment = Comment.objects.get(uid=answer.json()["uid"])
    assert (comment.author, comment.revision, comment.parent) == (bob.user, 1, None)
    assert bytes(comment.ciphertext or b"") == content.ciphertext
    row = page(signed_in(alice).get(f"/comments/{comment.uid}/")).one("li")
    assert (row["data-author"], row["data-revision"]) == (str(bob.user.uid), "1")
    assert "Bob" in row.text


def test_sent_twice_it_is_one_comment_and_its_uid_stands_for_nothing_else(alice, bob, group, post):
    uid, content = str(uuid.uuid4()), members_of(sealed())

    answers = [write(bob, post, uid=uid, **content) for _ in range(2)]

    assert [each.status_code for each in answers] == [201, 200]
    assert write(alice, post, uid=uid).status_code == 409
    assert write(bob, alice.publish(group), uid=uid).status_code == 409
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("is_answered", [False, True])
def test_a_comment_that_was_deleted_does_not_come_back_when_it_is_sent_again(alice, bob, post, is_answered):
    uid, content = uuid.uuid4(), members_of(sealed())
    write(bob, post, uid=str(uid), **content)
    if is_answered:
        comment_by(alice, post, parent=Comment.objects.get(uid=uid))
    remove(bob, Comment.objects.get(uid=uid))

    answer = write(bob, post, uid=str(uid), **content)

    words = "This comment arrived before, and was deleted since. Send it once more to write it anew."
    assert (answer.status_code, answer.json()) == (409, {"errors": {"__all__": [words]}, "deleted": True})
    assert not Comment.objects.written().filter(uid=uid).exists()


def test_a_place_that_goes_with_its_last_answer_is_nobodys_again(alice, bob, post):
    comment, content = comment_by(bob, post), members_of(sealed())
    answer = comment_by(alice, post, parent=comment)
    remove(bob, comment)
    remove(alice, answer)

    assert not Comment.objects.exists()
    assert write(bob, post, uid=str(comment.uid), **content).status_code == 409
    assert write(alice, post, uid=str(answer.uid), **content).status_code == 409


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("uid", "x"),
        ("uid", None),
        ("parent", "x"),
        ("nonce", "AAAA"),
        ("nonce", "!"),
        ("nonce", 1),
        ("ciphertext", "AAAA"),
        ("key_commitment", "AAAA"),
        ("ciphertext", members_of(sealed(MAX_SEALED + 1))["ciphertext"]),
    ],
)
def test_what_is_malformed_is_named(bob, post, member, value):
    answer = write(bob, post, **{member: value})

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [member]
    assert not Comment.objects.exists()


def test_only_who_can_read_the_post_writes_and_sees_where_to_answer(alice, bob, carol, group, post):
    comment = comment_by(bob, post)
    members.join(group, user=carol.user)

    answer = write(carol, post)

    assert answer.status_code == 422
    assert "not encrypted for any key of yours" in answer.text
    # A member sees that there is a comment, and bytes.
    assert shown(carol, post) == [str(comment.uid)]
    assert [buttons(each, comment) for each in (carol, alice, bob)] == [
        [],
        ["Reply", "Delete comment"],
        ["Reply", "Edit comment", "Delete comment"],
    ]
    # Who lost all keys is no reader any more.
    bob.user.public_keys.all().delete()
    assert write(bob, post).status_code == 422
    assert edit(bob, comment).status_code == 422


def test_who_leaves_the_group_gets_nothing_and_writes_nothing(bob, group, post):
    comment = comment_by(bob, post)
    bobs = signed_in(bob)
    addresses = [f"/posts/{post.uid}/comments/", f"/comments/{comment.uid}/"]
    assert [bobs.get(each).status_code for each in addresses] == [200, 200]

    members.leave(Membership.objects.get(group=group, user=bob.user))

    assert [bobs.get(each).status_code for each in addresses] == [404, 404]
    assert (write(bob, post).status_code, edit(bob, comment).status_code, remove(bob, comment)) == (404,) * 3
    with pytest.raises(members.NotAMember):
        commenting.write(post, author=bob.user, uid=uuid.uuid4(), parent=None, sealed=sealed())


def test_nobody_comments_in_a_locked_group(alice, bob, group, post):
    comment = comment_by(bob, post)
    assert buttons(bob, comment) == ["Reply", "Edit comment", "Delete comment"]
    groups.lock(group)

    answers = [write(bob, post), edit(bob, comment)]

    assert [each.status_code for each in answers] == [422, 422]
    assert "This group is locked" in answers[0].text
    assert buttons(bob, comment) == ["Delete comment"]
    section = page(signed_in(bob).get(post.get_absolute_url())).one("post-comments")
    assert "nobody can post, comment, ask to read or join" in section.one("p", class_="notice--warning").text
    assert section.one("form")["hidden"] == ""


def test_one_level_of_answers(alice, bob, group, post):
    comment, elsewhere = comment_by(bob, post), comment_by(bob, alice.publish(group))

    answer = write(alice, post, parent=str(comment.uid))

    assert answer.status_code == 201
    reply = Comment.objects.get(uid=answer.json()["uid"])
    assert reply.parent == comment
    assert page(signed_in(bob).get(f"/comments/{reply.uid}/")).one("li")["data-parent"] == str(comment.uid)
    assert "Reply" not in buttons(bob, reply)
    # Nobody answers an answer, a comment of another post, or nothing.
    for parent in (reply.uid, elsewhere.uid, uuid.uuid4()):
        refused = write(bob, post, parent=str(parent))
        assert refused.status_code == 422
        assert "was deleted" in refused.text


def test_an_edit_takes_the_place_of_what_was_there(bob, post):
    comment, content = comment_by(bob, post), sealed()

    answers = [edit(bob, comment, **members_of(content)) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200]
    edited = Comment.objects.get()
    assert (edited.revision, bytes(edited.ciphertext or b"")) == (2, content.ciphertext)
    assert edited.edited_at is not None
    stale = edit(bob, comment)
    assert (stale.status_code, stale.json()["revision"]) == (409, 2)
    for revision in (1, 4, 2.0, "3", True, None, 2**31):
        assert edit(bob, comment, revision=revision).status_code in {409, 422}
    assert bytes(Comment.objects.get().ciphertext or b"") == content.ciphertext


def test_authors_and_moderators_delete_and_nobody_else(alice, bob, carol, group):
    dora = make_person("Dora")
    for person in (carol, dora):
        members.join(group, user=person.user)
    members.change_role(Membership.objects.get(group=group, user=dora.user), role=Role.MODERATOR)
    post = bob.publish(group)
    comments = [comment_by(carol, post) for _ in range(4)]
    by_alice = comment_by(alice, post)

    assert remove(carol, by_alice) == 404
    assert edit(bob, comments[0]).status_code == 404
    # The post's author, the owner, a moderator, the commenter.
    for person, comment in zip((bob, alice, dora, carol), comments, strict=True):
        assert remove(person, comment) == 200
        assert remove(person, comment) == 404
    assert shown(carol, post) == [str(by_alice.uid)]


def test_of_a_deleted_comment_the_place_stays_as_long_as_it_has_answers(alice, bob, post):
    comment = comment_by(bob, post)
    replies = [comment_by(alice, post, parent=comment) for _ in range(2)]

    assert remove(bob, comment) == 200

    assert shown(alice, post) == ["deleted", *(str(each.uid) for each in replies)]
    place = Comment.objects.get(uid=comment.uid)
    left = [place.author, place.nonce, place.ciphertext, place.key_commitment]
    assert left == [None] * 4
    assert (remove(bob, comment), edit(bob, comment).status_code) == (404, 404)
    assert write(bob, post, parent=str(comment.uid)).status_code == 422
    assert "2 comments" in signed_in(bob).get("/").content.decode()
    assert [remove(alice, each) for each in replies] == [200, 200]
    assert not Comment.objects.exists()


def test_the_end_of_an_account_takes_its_comments_along_and_leaves_the_answers_of_others(
    alice, bob, group, post
):
    kept, gone = comment_by(bob, post), comment_by(bob, post)
    answer, own = comment_by(alice, post, parent=kept), comment_by(bob, post, parent=comment_by(alice, post))

    while users.end(bob.user):
        pass

    assert shown(alice, post)[:2] == ["deleted", str(answer.uid)]
    assert not Comment.objects.filter(uid__in=[gone.uid, own.uid]).exists()
    deletions.delete(post)
    assert not Comment.objects.exists()


def test_so_many_comments_a_minute_and_no_more(bob, post, monkeypatch):
    monkeypatch.setattr(commenting, "MOST_A_MINUTE", 3)
    monkeypatch.setattr(time, "time", lambda: 600.0)
    comment = comment_by(bob, post)
    remove(bob, comment_by(bob, post))
    assert edit(bob, comment).status_code == 200

    answers = [write(bob, post), edit(bob, comment, revision=3)]

    assert [each.status_code for each in answers] == [429, 429]
    assert "3 comments in this minute" in answers[0].text
    assert Comment.objects.count() == 1
    monkeypatch.setattr(time, "time", lambda: 660.0)
    monkeypatch.setattr(commenting, "MOST_A_DAY", 4)
    assert write(bob, post).status_code == 201
    # Those of the other minute count, too, and so does the one that was deleted.
    answer = write(bob, post)
    assert (answer.status_code, "4 comments today" in answer.text) == (429, True)
    monkeypatch.setattr(time, "time", lambda: 86_400.0)
    assert write(bob, post).status_code == 201


def test_pages_follow_one_another_with_each_answer_after_what_it_answers(alice, bob, post, monkeypatch):
    monkeypatch.setattr(commenting, "MOST_A_MINUTE", 100)
    roots = [comment_by(bob, post) for _ in range(30)]
    replies = [comment_by(alice, post, parent=roots[3]) for _ in range(25)]
    order = [str(each.uid) for each in [*roots[:4], *replies, *roots[4:]]]

    def pages(parameters: str) -> list[list[str]]:
        found: list[list[str]] = []
        while not found or parameters:
            read = lists.page_of(post, QueryDict(parameters))
            found.append([str(each.uid) for each in read.rows])
            parameters = read.next.removeprefix("?")
        return found

    assert [uid for each in pages("") for uid in each] == order
    assert [len(each) for each in pages("")] == [20, 20, 15]
    # A page that is asked for by a comment begins with what that answers, if both have room, or else with itself.
    starts = {replies[2]: 3, replies[24]: 28, roots[0]: 0, roots[29]: 54}
    for comment, place in starts.items():
        first = lists.page_of(post, QueryDict(f"at={comment.uid}"))
        assert [str(each.uid) for each in first.rows] == order[place : place + 20]
    for nothing in ("at=x", f"at={uuid.uuid4()}", "after=x"):
        assert pages(nothing)[0] == order[:20]


def test_a_person_who_follows_a_comment_s_address_comes_to_its_post(bob, post):
    comment = comment_by(bob, post)
    client = Client(headers={"Sec-Fetch-Mode": "navigate"})
    client.force_login(bob.user)

    answers = [client.get(f"/comments/{comment.uid}/"), client.get(f"/posts/{post.uid}/comments/")]

    addresses = [each["Location"] for each in answers]
    assert addresses == [f"/posts/{post.uid}/#comment-{comment.uid}", f"/posts/{post.uid}/"]


def test_a_moderator_of_the_site_finds_and_deletes_comments_and_sees_none(moderator, alice, bob, group, post):
    comment, other = comment_by(bob, post), comment_by(alice, post)
    content = members_of(sealed())
    edit(bob, comment, **content)
    pages = [moderator.get(address(comment, name)) for name in ("change", "delete", "history")]
    pages += [moderator.get(address(Comment, "changelist")), asked(moderator, "delete_selected", comment)]

    seen = "".join(each.text for each in pages)

    assert [each.status_code for each in pages] == [200] * 5
    assert "Bob" in seen
    raw = bytes(Comment.objects.get(pk=comment.pk).ciphertext or b"")
    assert [
        form for form in (raw[:24].hex(), content["ciphertext"][:24], str(raw)[2:20]) if form in seen
    ] == []
    assert listed(moderator, Comment, f"author__id__exact={bob.user.pk}") == [comment]
    act(moderator, "delete_selected", comment)
    delete(moderator, other)
    assert not Comment.objects.exists()
