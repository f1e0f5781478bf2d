"""What a person's public keys open, and what they would lose with one of them."""

from typing import TypedDict, cast

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django_stubs_ext import WithAnnotations

from accounts.models import Kind, PublicKey, User
from posts.models import PostKey


class PostCounts(TypedDict):
    """Posts that a key opens, and those among them that no other key of its owner does."""

    opens: int
    alone: int


def of(user: User) -> "QuerySet[WithAnnotations[PublicKey, PostCounts]]":
    """The user's keys, each with its PostCounts."""
    same = PostKey.objects.opening_for(user).filter(revision=OuterRef("revision"))
    by_another = same.exclude(public_key=OuterRef("public_key"))
    mine = PostKey.objects.shown().filter(public_key=OuterRef("pk"))
    counted = PublicKey.objects.filter(user=user).annotate(
        opens=_count(mine), alone=_count(mine.filter(~Exists(by_another)))
    )
    return cast("QuerySet[WithAnnotations[PublicKey, PostCounts]]", counted)


def own_of(user: User) -> "QuerySet[WithAnnotations[PublicKey, PostCounts]]":
    """The same of the keys that the user keeps in a way of their own."""
    return of(user).filter(kind=Kind.OWN)


def _count(wrapped_keys: QuerySet[PostKey]) -> Coalesce:
    counted = wrapped_keys.order_by().values("public_key").annotate(posts=Count("revision"))
    return Coalesce(Subquery(counted.values("posts"), output_field=IntegerField()), 0)
