"""What a person's public keys open, and what they would lose with one of them."""

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import PublicKey, User
from posts.models import PostKey


def of(user: User) -> QuerySet[PublicKey]:
    """The user's keys, each with how many posts it `opens`, and how many of them it `alone` does."""
    others = PublicKey.objects.active().filter(user=user).exclude(pk=OuterRef("public_key"))
    opened_by_another = PostKey.objects.filter(post=OuterRef("post"), public_key__in=others.values("pk"))
    mine = PostKey.objects.filter(public_key=OuterRef("pk"))
    return PublicKey.objects.filter(user=user).annotate(
        opens=_count(mine), alone=_count(mine.filter(~Exists(opened_by_another)))
    )


def _count(wrapped_keys: QuerySet[PostKey]) -> Coalesce:
    counted = wrapped_keys.order_by().values("public_key").annotate(posts=Count("post"))
    return Coalesce(Subquery(counted.values("posts"), output_field=IntegerField()), 0)
