"""A moderator who deactivates an account closes the requests that wait for its owner, or that they made."""

from accounts.domain import users
from posts.models import ReadRequest
from tests.pages import page, signed_in
from tests.posts.requests.calls import post_form, post_json

SENTENCE = "The account of its author is closed, so nobody can let you read it now."


def test_nobody_asks_an_author_whose_account_is_closed(post, late, alice, group):
    carol = signed_in(late)
    users.deactivate(alice.user)

    answer = post_json(carol, f"/posts/{post.uid}/request_read/")
    post_form(carol, f"/groups/{group.slug}/request_read/")

    assert not ReadRequest.objects.exists()
    assert (answer.status_code, answer.json()) == (422, {"errors": {"__all__": [SENTENCE]}})
    notice = page(carol.get(f"/posts/{post.uid}/")).one("div", class_="post__locked")
    assert [each.text for each in notice.all("p")][1:] == [SENTENCE]
    assert notice.all("button") == []
    assert page(carol.get(f"/groups/{group.slug}/")).all("form", class_="ask-all") == []
    assert not ReadRequest.objects.exists()

    users.activate(alice.user)

    assert post_json(carol, f"/posts/{post.uid}/request_read/").status_code == 201
