"""Queries of pages that everybody opens, compiled once: that takes Django longer than PostgreSQL to answer them.

A query that is compiled bears its figure in a comment, measured in the web process on one core; all others are
ordinary ones.
"""

from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from itertools import islice
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from secureblogs.queries.bound import BoundQuery, Parameter

Compose = Callable[..., "QuerySet[Model, tuple[object, ...]]"]
Kind = type[Model] | type[str] | type[UUID]
M = TypeVar("M", bound=Model)

# No row has these primary keys, and nobody searches for such a text. Each argument has a stand-in of its own, by which
# `bind` finds it among the parameters.
_STAND_INS = range(-(2**60), 0)


class CompiledQuery:
    """A queryset's `values_list` for any objects of these models, or texts and uids where `str` and `UUID` stand.

    `compose` gets an object of each that has nothing but a primary key. It is called once in a process: what it makes
    of a clock or of a setting stays.
    """

    def __init__(self, compose: Compose, *kinds: Kind) -> None:
        self._compose = compose
        self._stand_ins = [_stand_in(kind, number) for kind, number in zip(kinds, _STAND_INS, strict=False)]
        self._kinds = kinds

    def bind(self, *arguments: Model | str | UUID) -> BoundQuery:
        """The question about these objects, texts and uids, in the order of the kinds."""
        given = [each.pk if isinstance(each, Model) else each for each in arguments]
        sql, parameters = self._composed
        values = dict(zip(self._stand_ins, given, strict=True))
        # A list is no stand-in, and can't be looked up.
        known = int | str | UUID
        return BoundQuery(
            sql, [values.get(value, value) if isinstance(value, known) else value for value in parameters]
        )

    @cached_property
    def _composed(self) -> tuple[str, list[Parameter]]:
        arguments = [
            kind(pk=stand_in) if issubclass(kind, Model) else stand_in
            for kind, stand_in in zip(self._kinds, self._stand_ins, strict=True)
        ]
        sql, parameters = self._compose(*arguments).query.sql_with_params()
        missing = [stand_in for stand_in in self._stand_ins if stand_in not in parameters]
        assert not missing, "It depends on each of its objects by their primary key."
        return sql, list(parameters)


def _stand_in(kind: Kind, number: int) -> int | str | UUID:
    if kind is str:
        return str(number)
    return UUID(int=-number) if kind is UUID else number


class Columns(Generic[M]):
    """The columns of a `values_list` that make an object of a model, which the rows' own model is, or has as `within`.

    Fields `without` which it is made are read when they are asked for.
    """

    def __init__(self, model: type[M], *, within: str = "", without: Collection[str] = ()) -> None:
        self._model = model
        self._fields = [
            field.attname for field in model._meta.concrete_fields if field.attname not in without
        ]
        self.names = [f"{within}__{field}" if within else field for field in self._fields]

    def take(self, row: Iterator[object]) -> M:
        """The object made of the next columns of a row."""
        return self._model.from_db("default", self._fields, list(islice(row, len(self._fields))))
