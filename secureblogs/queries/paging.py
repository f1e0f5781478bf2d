"""Lists page by page and by key: a later page costs no more than the first, and skips nothing that is added."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

# A primary key, a slug or a UUID.
_NAME = re.compile(r"[a-z0-9-]{1,60}")

R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list, and the addresses of those before and after them; empty where there are none."""

    rows: list[T]
    previous: str = ""
    next: str = ""
    newest_first: bool = True


@dataclass(frozen=True)
class Pager(Generic[R, T]):
    """A list in the order of a key, whose last field is unique."""

    rows: QuerySet[Model, R]
    # Makes of a part of the rows what a page shows.
    read: Callable[[QuerySet[Model, R]], list[T]]
    key: tuple[str, ...]
    size: int
    newest_first: bool = True
    # The field by which addresses name a row.
    name: str = "pk"
    # Tells several lists of one page apart: `?asked_before=`.
    prefix: str = ""
    # The addresses of other pages carry this, too, as part of a query: `find=Dora`.
    carried: str = ""
    # The rows at which a page may begin, where it is more than those that are shown. Never those of others, so that
    # nobody learns anything about them.
    places: QuerySet[Model, Model] | None = None
    # The number of rows that a page has room for, at least one, where rows differ in size.
    fits: Callable[[list[T]], int] | None = None
    # Finds the rows of the first page and one more by a quicker way.
    first: Callable[[], list[T]] | None = None

    def page(self, parameters: QueryDict) -> Page[T]:
        """The rows with a lower key than that of `before` or a higher one than that of `after`; else the first page.

        What names no row is ignored.
        """
        for side in ("before", "after"):
            place = self._place(parameters.get(f"{self.prefix}{side}", ""))
            if place and (page := self._beside(side, place)):
                return page
        found = self.first() if self.first else self._read(self.rows, is_falling=self.newest_first)
        shown = self._shown(found)
        return Page(
            shown, next=self._next(shown) if len(shown) < len(found) else "", newest_first=self.newest_first
        )

    def _beside(self, side: str, place: tuple[object, ...]) -> Page[T] | None:
        is_falling = side == "before"
        found = self._read(self.rows.filter(_beyond(self.key, place, is_falling)), is_falling=is_falling)
        shown = self._shown(found)
        has_more = len(shown) < len(found)
        if is_falling == self.newest_first:
            if not shown:
                return None
            return Page(
                shown, self._previous(shown), self._next(shown) if has_more else "", self.newest_first
            )
        # Backwards, what would be the first page begins at the beginning, and so is full.
        shown.reverse()
        return Page(shown, self._previous(shown), self._next(shown), self.newest_first) if has_more else None

    def _read(self, rows: QuerySet[Model, R], *, is_falling: bool) -> list[T]:
        fields = [f"-{field}" if is_falling else field for field in self.key]
        return self.read(rows.order_by(*fields)[: self.size + 1])

    def _shown(self, found: list[T]) -> list[T]:
        most = found[: self.size]
        return most[: self.fits(most)] if self.fits else most

    def _previous(self, shown: list[T]) -> str:
        return self._address("after" if self.newest_first else "before", shown[0])

    def _next(self, shown: list[T]) -> str:
        return self._address("before" if self.newest_first else "after", shown[-1])

    def _address(self, side: str, row: T) -> str:
        place = f"{self.prefix}{side}={getattr(row, self.name)}"
        return f"?{self.carried}&{place}" if self.carried else f"?{place}"

    def _place(self, name: str) -> tuple[object, ...] | None:
        """The key of the row that an address names."""
        if not _NAME.fullmatch(name):
            return None
        fields = {
            "pk": self.rows.model._meta.pk,
            **{each.name: each for each in self.rows.model._meta.fields},
        }
        try:
            value = fields[self.name].to_python(name)
        except ValidationError:
            return None
        if self.key == (self.name,):
            # The row itself may be gone.
            return (value,)
        places = self.rows if self.places is None else self.places
        return places.order_by().filter(**{self.name: value}).values_list(*self.key).first()


def _beyond(key: tuple[str, ...], place: tuple[object, ...], is_falling: bool) -> Q:
    """The rows with a lower key, or with a higher one."""
    comparison = "lt" if is_falling else "gt"
    condition = Q()
    for field, value in reversed(list(zip(key, place, strict=True))):
        beyond = Q(**{f"{field}__{comparison}": value})
        # The condition on the first field alone adds nothing, but an index can use it.
        condition = Q(**{f"{field}__{comparison}e": value}) & (beyond | condition) if condition else beyond
    return condition
