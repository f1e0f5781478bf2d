"""The admin's pages of posts: everything but what is in them."""

import base64
import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from groups.domain import groups, invitations, members
from groups.models import Group, Invitation
from posts.models import Failure, Post, PostKey, Revision, SealedDraft, State
from posts.publishing import posts
from posts.publishing.messages import why_failed
from tests.cast import make_person
from tests.moderation import act, address, asked, delete, listed, queries_of, said
from tests.pages import page

TEXT = "The heron stood in the shallows until noon."


def written(value: bytes | memoryview) -> list[str]:
    """The ways in which bytes might stand in a page, by their first and middle parts."""
    value = bytes(value)
    parts = [value[:24], value[48:72]]
    return [form for part in parts for form in (part.hex(), base64.b64encode(part).decode(), str(part)[2:-1])]


def pages_of(client, post: Post) -> str:
    """All that the admin says about a post."""
    pages = [address(post, page) for page in ("change", "delete", "history")]
    pages += [address(Post, "changelist"), f"{address(Post, 'changelist')}?q={post.uid}"]
    answers = [client.get(page) for page in pages]
    answers += [asked(client, "delete_selected", post)]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    return "".join(answer.text for answer in answers)


def test_a_moderator_sees_what_is_in_the_open_and_never_what_is_sealed(moderator, alice, group):
    post = alice.publish(group, title="Herons", body=TEXT)
    queued = alice.submit(group, title="Queued", body=TEXT)
    secrets = [post.current.ciphertext, SealedDraft.objects.get(revision=queued.current).sealed]
    secrets += [key.wrapped_key for key in PostKey.objects.all()]
    assert len(secrets) == 4

    seen = pages_of(moderator, post) + pages_of(moderator, queued)

    assert "Herons" in seen
    assert bytes(post.current.nonce).hex() in seen
    assert bytes(post.current.key_commitment).hex() in seen
    assert TEXT not in seen
    for secret in secrets:
        assert [form for form in written(secret) if form in seen] == []


def test_a_large_post_with_a_waiting_key_keeps_it_to_itself(moderator, alice, group, post):
    Revision.objects.filter(post=post).update(
        state=State.ENCRYPTING, waiting_key=b"sealed to the workers" * 20
    )

    seen = pages_of(moderator, post)

    assert [form for form in written(b"sealed to the workers" * 20) if form in seen] == []


def test_the_list_is_narrowed_to_a_group_or_an_author(moderator, alice, bob, group):
    other = groups.create("Others", owner=bob.user)
    for author, to in [(alice, group), (bob, group), (bob, other)]:
        author.publish(to, title=f"{author.user.name} in {to.name}")

    def titles(query: str) -> list[str]:
        shown = page(moderator.get(address(Post, "changelist") + query))
        rows = shown.one("table", id="result_list").one("tbody").all("tr")
        return sorted(row.one("th").text for row in rows)

    links = page(moderator.get(address(Post, "changelist"))).one("table", id="result_list").all("a")
    addresses = {link.text: link["href"] for link in links}
    of_group, by_author = f"?group__id__exact={group.pk}", f"?author__id__exact={bob.user.pk}"
    assert (addresses["Walkers"], addresses["Bob"]) == (of_group, by_author)
    assert titles(of_group) == ["Alice in Walkers", "Bob in Walkers"]
    assert titles(by_author) == ["Bob in Others", "Bob in Walkers"]
    assert titles(f"{of_group}&{by_author[1:]}") == ["Bob in Walkers"]
    # The page names what narrows the list, and a link takes it back.
    narrowed = page(moderator.get(address(Post, "changelist") + of_group)).one("nav", id="changelist-filter")
    assert "Walkers" in narrowed.text
    assert "Others" not in narrowed.text
    # The lists of groups and of people lead there.
    assert f"{address(Post, 'changelist')}{of_group}" in moderator.get(address(Group, "changelist")).text
    assert f"{address(Post, 'changelist')}{by_author}" in moderator.get(address(User, "changelist")).text


def test_deleting_one_leads_back_to_the_list_as_it_was_filtered(moderator, alice, group, post):
    kept = alice.publish(group, title="Kept")
    filtered = f"group__id__exact={group.pk}&current__state__exact=published"

    response = delete(moderator, post, _changelist_filters=filtered)

    assert (response.status_code, response["Location"]) == (302, f"{address(Post, 'changelist')}?{filtered}")
    assert list(Post.objects.all()) == [kept]


def test_no_page_reads_the_ciphertext_or_a_wrapped_key(moderator, post):
    with CaptureQueriesContext(connection) as queries:
        moderator.get(address(Post, "changelist"))
        moderator.get(address(post, "change"))
        moderator.get(address(post, "delete"))

    asked = [
        query["sql"].replace('LENGTH("posts_revision"."ciphertext")', "")
        for query in queries.captured_queries
    ]
    assert [sql for sql in asked if '"posts_revision"."title"' in sql] != []
    columns = ('"ciphertext"', '"waiting_key"', '"wrapped_key"', '"sealed"')
    assert [sql for sql in asked for column in columns if column in sql] == []


def test_both_times_of_a_post_are_written_for_people(moderator, post):
    shown = page(moderator.get(address(post, "change")))

    times = [shown.one("div", class_=f"field-{name}").text for name in ("submitted_at", "published_at")]

    assert [bool(re.search(r": \w+\.? \d+, \d{4}, ", each)) for each in times] == [True, True]


def test_nobody_changes_a_post(administrator, post):
    assert administrator.post(address(post, "change"), {"title": "Mine"}).status_code == 403
    assert administrator.get(address(Post, "add")).status_code == 403


def test_a_failed_post_says_why_and_is_tried_again(moderator, alice, group, post):
    failed = alice.submit(group, title="Broken", sealed_title="Another")
    posts.encrypt(failed.current.pk)

    page = moderator.get(address(failed, "change"))

    assert why_failed(Failure.TITLE_DIFFERS) in page.text

    response = act(moderator, "try_again", failed, post)

    assert said(response) == ["Try again: 1 done.", "A post that has not failed is not tried again."]
    states = dict(Revision.objects.values_list("title", "state"))
    assert states == {"Broken": State.QUEUED, "Hello": State.PUBLISHED}


def test_deleting_a_post_says_what_goes_with_it(moderator, bob, post):
    page = moderator.get(address(post, "delete"))

    assert dict(page.context["goes_along"]) == {"wrapped keys": 2, "read requests": 0, "comments": 0}
    assert bob.reads(post) is not None

    delete(moderator, post)

    assert not Post.objects.exists()
    assert not PostKey.objects.exists()


def test_chosen_posts_are_deleted_the_same_way(moderator, alice, group, post):
    queued = alice.submit(group, title="Queued")

    response = act(moderator, "delete_selected", post, queued)

    assert said(response) == ["Delete: 2 done."]
    assert [model.objects.count() for model in (Post, PostKey, SealedDraft)] == [0, 0, 0]


def test_a_confirmation_costs_the_same_however_many_keys_there_are(moderator, alice, group):
    few = alice.publish(group)
    for number in range(30):
        members.join(group, user=make_person(f"Person{number}").user)
    many = alice.publish(group)
    moderator.get(address(few, "delete"))

    assert PostKey.objects.filter(revision=many.current).count() == 32
    assert queries_of(moderator, address(many, "delete")) == queries_of(moderator, address(few, "delete"))


@pytest.mark.parametrize("query", ["q=hello", "q=walkers", "q=alice", "current__state__exact=published"])
def test_posts_are_found_by_title_group_author_and_state(moderator, bob, post, query):
    other = groups.create("Other", owner=bob.user)
    bob.submit(other, title="Bob's")

    assert listed(moderator, Post, query) == [post]


@pytest.mark.parametrize(
    "query",
    [
        "current__ciphertext__startswith=a",
        "current__waiting_key__isnull=0",
        "current__nonce__gt=a",
        "revisions__wrapped_keys__granted_at__isnull=0",
        "read_requests__message__startswith=a",
        "author__password__startswith=a",
        "current__state__exact=%00",
    ],
)
def test_no_list_tells_bit_by_bit_what_no_page_shows(moderator, post, query):
    assert moderator.get(f"{address(Post, 'changelist')}?current__state__exact=published").status_code == 200

    assert moderator.get(f"{address(Post, 'changelist')}?{query}").status_code == 400


def test_the_hash_of_an_invitation_is_no_filter(moderator, alice, group):
    invitations.create(group, by=alice.user)
    assert moderator.get(f"{address(Invitation, 'changelist')}?state=open").status_code == 200

    assert moderator.get(f"{address(Invitation, 'changelist')}?token_hash__startswith=a").status_code == 400


def test_the_address_of_a_post_is_told_to_nobody_by_its_number(moderator, alice, post):
    kind = ContentType.objects.get_for_model(Post)
    assert str(post.uid) in moderator.get(address(post, "change")).text

    assert moderator.get(f"/admin/r/{kind.pk}/{post.pk}/").status_code == 404
