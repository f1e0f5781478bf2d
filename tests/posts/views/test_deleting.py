"""Deleting a post: who is offered it, what is asked first, and what it takes."""

import pytest

from groups.models import Membership, Role
from posts.models import Post, PostKey, Revision, SealedDraft, State
from tests.pages import article, page, signed_in, text_of


def test_deleting_asks_first_and_names_what_is_lost_and_takes_all_keys(alice, post):
    shown = article(alice, post)

    assert shown.buttons == ["Delete post"]
    dialog = shown.one("dialog", class_="dialog")
    assert [button.text for button in dialog.all("button")] == ["Cancel", "Delete post"]
    assert dialog.one("h2").text == "Delete this post?"
    assert text_of(dialog, "dialog__text") == (
        "“Hello” and every key that opens it are deleted, for all its readers. Nobody can bring it back."
    )
    assert (dialog.one("form")["method"], dialog.one("form")["action"]) == (
        "post",
        f"/posts/{post.uid}/delete/",
    )
    assert PostKey.objects.exists()

    response = signed_in(alice).post(f"/posts/{post.uid}/delete/", follow=True)

    assert response.redirect_chain == [("/groups/walkers/", 302)]
    assert [notice.text for notice in page(response).all("div", class_="notices")] == ["“Hello” is deleted."]
    assert not Post.objects.exists()
    assert not PostKey.objects.exists()


@pytest.mark.parametrize("role", [Role.OWNER, Role.MODERATOR])
def test_who_moderates_the_group_deletes_a_post(bob, group, post, role):
    Membership.objects.filter(user=bob.user).update(role=role)

    assert article(bob, post).buttons == ["Delete post"]
    assert signed_in(bob).post(f"/posts/{post.uid}/delete/").status_code == 302
    assert not Post.objects.exists()


def test_another_member_is_not_offered_to_delete_and_cannot(bob, post):
    assert article(bob, post).buttons == []

    assert signed_in(bob).post(f"/posts/{post.uid}/delete/").status_code == 404
    assert Post.objects.exists()


@pytest.mark.parametrize("state", [State.QUEUED, State.FAILED])
def test_an_unpublished_post_is_deleted_with_its_draft(alice, group, state):
    post = alice.submit(group)
    Revision.objects.update(state=state, failure="kept-failing" if state == State.FAILED else "")

    assert "Delete post" in article(alice, post).buttons
    assert signed_in(alice).post(f"/posts/{post.uid}/delete/").status_code == 302
    assert not Post.objects.exists()
    assert not SealedDraft.objects.exists()
