"""Queries of pages that everybody opens, composed once: that takes Django longer than PostgreSQL to answer them."""

from collections.abc import Callable
from functools import cached_property

from django.db import connection
from django.db.models import Model, QuerySet

Compose = Callable[..., "QuerySet[Model, tuple[object, ...]]"]

Parameter = bool | int | str | None

# Not the primary key of anything. Each model has one of its own, so that it is known again among the parameters.
_STAND_INS = range(-(2**60), 0)


class ComposedQuery:
    """A queryset's `values_list` for any objects of these models.

    `compose` gets an object of each that has nothing but a primary key. It is called once in a process: what it makes
    of a clock or of a setting stays.
    """

    def __init__(self, compose: Compose, *models: type[Model]) -> None:
        self._compose = compose
        self._models = models

    def rows(self, *objects: Model) -> list[tuple[object, ...]]:
        """What it finds for these objects."""
        sql, parameters = self._composed
        return _run(sql, _filled_in(parameters, objects))

    def count(self, *objects: Model) -> int:
        """How many rows it finds; compose it without an order."""
        sql, parameters = self._composed
        ((number,),) = _run(f"SELECT count(*) FROM ({sql}) AS counted", _filled_in(parameters, objects))  # noqa: S608
        return int(str(number))

    @cached_property
    def _composed(self) -> tuple[str, list[Parameter]]:
        objects = [model(pk=pk) for model, pk in zip(self._models, _STAND_INS, strict=False)]
        sql, parameters = self._compose(*objects).query.sql_with_params()
        missing = [pk for pk in _STAND_INS[: len(objects)] if pk not in parameters]
        assert not missing, "It depends on each of its objects by their primary key."
        return sql, list(parameters)


def _filled_in(parameters: list[Parameter], objects: tuple[Model, ...]) -> list[Parameter]:
    pks = dict(zip(_STAND_INS, (row.pk for row in objects), strict=False))
    return [pks.get(value, value) if isinstance(value, int) else value for value in parameters]


def _run(sql: str, parameters: list[Parameter]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[object, ...]] = cursor.fetchall()
    return rows
