"""Counts beside the rows of a list, in the one query of the list."""

from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce


def count_of(rows: QuerySet[Model], by: str, *, of: str = "pk") -> Coalesce:
    """How many of these rows name each row of the outer query: its field `of` by their field `by`."""
    groups = rows.filter(**{by: OuterRef(of)}).order_by().values(by)
    return Coalesce(Subquery(groups.annotate(number=Count("*")).values("number")), 0)
