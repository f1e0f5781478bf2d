"""Lists by key: a page says where it begins or ends, so that later pages cost no more than the first."""

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

# A page of that many members, each with its buttons, stays under 100 KB.
PAGE_SIZE = 40

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows in order, and the addresses of those before and after them; empty where there are none."""

    rows: list[M]
    previous: str = ""
    next: str = ""


def page_by_slug(rows: QuerySet[M], parameters: QueryDict, *, name: str = "") -> Page[M]:
    """Rows in the order of their slugs; `name` tells two lists of one page apart."""
    return _page(rows, parameters, key="slug", pattern=r"[a-z0-9-]{1,60}", name=name)


def page_by_pk(rows: QuerySet[M], parameters: QueryDict, *, name: str = "") -> Page[M]:
    """Rows in the order in which they were made, the oldest first."""
    return _page(rows, parameters, key="pk", pattern=r"[0-9]{1,18}", name=name)


def _page(rows: QuerySet[M], parameters: QueryDict, *, key: str, pattern: str, name: str) -> Page[M]:
    after, before = (
        # What is no key counts as not there.
        value if re.fullmatch(pattern, value) else ""
        for value in [parameters.get(f"{name}after", ""), parameters.get(f"{name}before", "")]
    )
    if before:
        found = list(rows.filter(**{f"{key}__lt": before}).order_by(f"-{key}")[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE][::-1]
        has_previous, has_next = len(found) > PAGE_SIZE, True
    else:
        later = rows.filter(**{f"{key}__gt": after}) if after else rows
        found = list(later.order_by(key)[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE]
        has_previous, has_next = bool(after), len(found) > PAGE_SIZE
    if not shown:
        # Everything on this side has gone: the list begins at its start.
        return _page(rows, QueryDict(), key=key, pattern=pattern, name=name) if after or before else Page([])
    return Page(
        shown,
        previous=f"?{name}before={getattr(shown[0], key)}" if has_previous else "",
        next=f"?{name}after={getattr(shown[-1], key)}" if has_next else "",
    )
