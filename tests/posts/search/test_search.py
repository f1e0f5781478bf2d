"""What browsers make their index of: exactly the posts that their person can read."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.domain import members
from posts.comments import commenting
from posts.models import Comment, Post
from posts.search import readable
from tests.cast import Person
from tests.pages import signed_in
from tests.posts.comments.writing import comment_by, sealed

LIST, CONTENTS, COMMENTS = "/search/posts.json", "/search/contents.json", "/search/comments.json"


def listed(person: Person, query: str = "") -> list[str]:
    return [row["post"] for row in signed_in(person).get(LIST + query).json()["posts"]]


def contents(person: Person, *posts: object) -> list[str]:
    answer = signed_in(person).get(CONTENTS, {"posts": ",".join(str(post) for post in posts)})
    return [envelope["post"] for envelope in answer.json()["envelopes"]]


def comments(person: Person, *uids: object) -> list[str]:
    answer = signed_in(person).get(COMMENTS, {"comments": ",".join(str(uid) for uid in uids)})
    return [comment["comment"] for comment in answer.json()["comments"]]


def stamp(person: Person) -> str:
    """Which comments there are under the one post that they can read."""
    (row,) = signed_in(person).get(LIST).json()["posts"]
    return str(row["comments"])


def test_everybody_gets_what_they_can_read_and_nothing_else(alice, bob, carol, mallory, group, post):
    members.join(group, user=carol.user)
    later = alice.publish(group, title="Carol was there")

    both = [str(later.uid), str(post.uid)]
    assert listed(bob) == listed(alice) == both
    assert sorted(contents(bob, post.uid, later.uid)) == sorted(both)
    # She sees the first one in lists, and can't read it.
    assert listed(carol) == contents(carol, post.uid, later.uid) == [str(later.uid)]
    assert listed(mallory) == contents(mallory, post.uid, later.uid, uuid4()) == []


def test_a_row_says_what_results_show_and_the_content_is_the_envelope(bob, group, post):
    (row,) = signed_in(bob).get(LIST).json()["posts"]
    (envelope,) = signed_in(bob).get(CONTENTS, {"posts": str(post.uid)}).json()["envelopes"]

    assert row == {
        "post": str(post.uid),
        "revision": 1,
        "at": f"{post.submitted_at:%Y-%m-%dT%H:%M:%SZ}",
        "group": {"slug": group.slug, "name": group.name},
        "author": {"uid": str(post.author.uid), "name": "Alice"},
        "comments": "",
    }
    assert (
        envelope["ciphertext"] == signed_in(bob).get(f"/posts/{post.uid}/envelope.json").json()["ciphertext"]
    )
    assert [key["fingerprint"] for key in envelope["wrapped_keys"]] == [
        bob.user.public_keys.get().fingerprint
    ]


def test_the_list_comes_page_by_page_and_contents_as_far_as_one_answer_holds_them(
    alice, bob, group, post, monkeypatch
):
    later = [alice.publish(group, title=f"Later {number}") for number in range(2)]
    monkeypatch.setattr(readable, "MOST_LISTED", 2)
    first = signed_in(bob).get(LIST).json()
    assert [row["post"] for row in first["posts"]] == [str(each.uid) for each in reversed(later)]
    assert listed(bob, first["next"]) == [str(post.uid)]
    assert signed_in(bob).get(LIST + first["next"]).json()["next"] == ""

    monkeypatch.setattr(readable, "MOST_BYTES", 2 * len(bytes(post.current.ciphertext or b"")))
    assert len(contents(bob, post.uid, *(each.uid for each in later))) == 2
    monkeypatch.setattr(readable, "MOST_BYTES", 1)
    assert len(contents(bob, post.uid, *(each.uid for each in later))) == 1


def test_comments_come_to_those_who_can_read_their_post_alone(alice, bob, carol, mallory, group, post):
    members.join(group, user=carol.user)
    said = comment_by(bob, post)
    answer = comment_by(alice, post, parent=said)

    under = signed_in(alice).get(CONTENTS, {"posts": str(post.uid)}).json()["comments"]
    assert under == [
        {
            "post": str(post.uid),
            "comment": str(each.uid),
            "revision": 1,
            "author": str(author.user.uid),
            "parent": parent,
            "at": each.written_at.isoformat(),
        }
        for each, author, parent in ((said, bob, None), (answer, alice, str(said.uid)))
    ]
    (first, _) = signed_in(alice).get(COMMENTS, {"comments": f"{said.uid},{answer.uid}"}).json()["comments"]
    assert first == {**under[0], "sealed": said.sealed}
    assert comments(bob, said.uid, answer.uid) == [str(said.uid), str(answer.uid)]
    assert signed_in(bob).get(LIST).json()["people"] == {
        str(each.user.uid): each.user.name for each in (alice, bob)
    }
    # Carol sees that there are some, and can't read the post.
    for outsider in (carol, mallory):
        assert comments(outsider, said.uid, answer.uid) == []
        assert signed_in(outsider).get(LIST).json()["people"] == {}
        assert signed_in(outsider).get(CONTENTS, {"posts": str(post.uid)}).json()["comments"] == []


def test_a_stamp_tells_every_state_of_the_comments_from_every_other(bob, post):
    first = comment_by(bob, post)
    seen = [stamp(bob)]
    second = comment_by(bob, post)
    seen.append(stamp(bob))
    commenting.edit(first, revision=2, sealed=sealed())
    seen.append(stamp(bob))
    commenting.delete(Comment.objects.get(pk=first.pk))
    seen.append(stamp(bob))
    commenting.edit(second, revision=2, sealed=sealed())
    seen.append(stamp(bob))
    commenting.delete(Comment.objects.get(pk=second.pk))

    assert len({*seen, ""}) == 6
    assert stamp(bob) == ""


def test_comments_come_as_far_as_one_answer_holds_them(bob, post, monkeypatch):
    said = [comment_by(bob, post).uid for _ in range(2)]
    monkeypatch.setattr(readable, "MOST_BYTES", 1)

    assert comments(bob, *said) == [str(said[0])]


@pytest.mark.parametrize(("address", "member"), [(CONTENTS, "posts"), (COMMENTS, "comments")])
@pytest.mark.parametrize(
    "uids", ["", "one", f"{UUID(int=1)},", ",".join(str(UUID(int=n)) for n in range(21))]
)
def test_what_has_no_uids_is_refused(bob, address, member, uids):
    answer = signed_in(bob).get(address, {member: uids})

    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [member]


def test_more_posts_are_no_more_queries(alice, bob, group, post):
    def queries(*posts: Post) -> int:
        browser = signed_in(bob)
        with CaptureQueriesContext(connection) as captured:
            browser.get(LIST)
            browser.get(CONTENTS, {"posts": ",".join(str(each.uid) for each in posts)})
            said = ",".join(str(uid) for uid in Comment.objects.values_list("uid", flat=True))
            browser.get(COMMENTS, {"comments": said})
        return len(captured)

    comment_by(bob, post)
    few = queries(post)
    more = [post, *(alice.publish(group, title=f"Further {number}") for number in range(3))]
    answered = comment_by(bob, more[1])
    for each in more:
        comment_by(alice, each)
    comment_by(alice, more[1], parent=answered)

    assert queries(*more) == few
