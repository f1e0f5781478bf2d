"""The lists of groups and of members, page by page."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

from secureblogs.queries.paging import Page, Pager

# A page of that many members, each with its buttons, stays under 100 KB.
PAGE_SIZE = 40

M = TypeVar("M", bound=Model)


def page_by_slug(rows: QuerySet[M], parameters: QueryDict, *, name: str = "") -> Page[M]:
    """Rows in the order of their slugs; `name` tells two lists of one page apart."""
    return Pager(
        rows, read=list, key=("slug",), name="slug", size=PAGE_SIZE, newest_first=False, prefix=name
    ).page(parameters)


def page_by_pk(rows: QuerySet[M], parameters: QueryDict, *, name: str = "", carried: str = "") -> Page[M]:
    """Rows in the order in which they were made, the oldest first; `carried` stays in the addresses of all pages."""
    return Pager(
        rows, read=list, key=("pk",), size=PAGE_SIZE, newest_first=False, prefix=name, carried=carried
    ).page(parameters)
