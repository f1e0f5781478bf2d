"""Deleting posts with everything that was wrapped for their readers."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.domain.locks import lock_of_people
from groups.models import Group
from posts.files import naming
from posts.models import KeyBatch, Post, ReadRequest, Revision, SealedDraft, Tombstone
from posts.publishing import events
from posts.requests import closing
from secureblogs.queries.counting import count_of

# A transaction deletes so many posts, with so many wrapped keys and requests: that takes about a second.
MOST_AT_ONCE = 100
MOST_ROWS_AT_ONCE = 20_000


@transaction.atomic
def delete(post: Post) -> None:
    """Delete a post with everything that was wrapped for its readers, and tell who has it open; harmless twice."""
    # Its author would otherwise send another revision, and a worker take that, while this holds the post.
    lock_of_people(post.author).rows()
    _delete_and_tell([post])


def delete_some(posts: QuerySet[Post]) -> bool:
    """Delete the next of these posts, as many as take a moment, and tell who has them open; whether any was there."""
    piece = _next(posts)
    _delete_and_tell(piece)
    return bool(piece)


def delete_all(posts: QuerySet[Post]) -> None:
    """Delete all of these posts; call it in the transaction that ends what they belong to."""
    _delete_and_tell(list(posts.select_related("group", "author")))


def delete_all_of(group: Group) -> None:
    """Delete the posts of a group that is being deleted; its members hear of the group as a whole."""
    posts = list(group.posts.all())
    held = _hold(posts)
    # All posts, then all memberships, and only then requests, as everybody locks them: closing an account
    # holds its memberships and then wants its requests.
    list(group.memberships.order_by("pk").select_for_update().values_list("pk"))
    _delete(held)


def _next(posts: QuerySet[Post]) -> list[Post]:
    keys = Revision.objects.filter(post=OuterRef("pk")).order_by().values("post")
    wrapped = Subquery(keys.annotate(count=Sum("key_count")).values("count"))
    posts = posts.annotate(size=Coalesce(wrapped, 0) + count_of(ReadRequest.objects.all(), "post"))
    piece: list[Post] = []
    left = MOST_ROWS_AT_ONCE
    for post in posts.select_related("group", "author")[:MOST_AT_ONCE]:
        left -= post.size
        if piece and left < 0:
            break
        piece.append(post)
    return piece


def _delete_and_tell(posts: Sequence[Post]) -> None:
    states = _hold(posts)
    _delete(states)
    for post in posts:
        if state := states.get(post.pk):
            events.publish_deleted(post, state)


def _hold(posts: Sequence[Post]) -> dict[int, str]:
    """Lock posts for their deletion, and what workers hold of them; the states of those that are there, by pk."""
    # Workers lock a draft or a batch and then the post: in another order here, both would wait for ever.
    SealedDraft.objects.filter(revision__post__in=posts).delete()
    KeyBatch.objects.filter(revision__post__in=posts).delete()
    held = Post.objects.select_for_update().filter(pk__in=[post.pk for post in posts])
    there = list(held.values_list("pk", flat=True))
    return dict(Post.objects.filter(pk__in=there).values_list("pk", "current__state"))


def _delete(pks: Collection[int]) -> None:
    closing.close_of_posts(pks)
    naming.drop_all_of(pks)
    # The sweep locks revisions in the order of their keys, too: in another order here, the two would deadlock.
    list(Revision.objects.order_by("pk").select_for_update().filter(post__in=pks).values_list("pk"))
    posts = Post.objects.filter(pk__in=pks)
    Tombstone.objects.put(posts.values_list("uid", flat=True))
    posts.delete()
