"""Queries of pages that everybody opens, composed once: that takes Django longer than PostgreSQL to answer them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.db import connection
from django.db.models import Model, QuerySet

Compose = Callable[..., "QuerySet[Model, tuple[object, ...]]"]
Parameter = bool | int | str | None

# Not the primary key of anything. Each model has one of its own, so that it is known again among the parameters.
_STAND_INS = range(-(2**60), 0)


@dataclass(frozen=True, slots=True)
class Question:
    """What can be asked of the database."""

    sql: str
    parameters: list[Parameter]

    def rows(self) -> list[tuple[object, ...]]:
        """What is found."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.parameters)
            found: list[tuple[object, ...]] = cursor.fetchall()
        return found

    def count(self) -> int:
        """How many rows are found; compose it without an order."""
        (number,) = counts(self)
        return number


class ComposedQuery:
    """A queryset's `values_list` for any objects of these models.

    `compose` gets an object of each that has nothing but a primary key. It is called once in a process: what it makes
    of a clock or of a setting stays.
    """

    def __init__(self, compose: Compose, *models: type[Model]) -> None:
        self._compose = compose
        self._models = models

    def about(self, *objects: Model) -> Question:
        """The question about these objects, in the order of the models."""
        assert len(objects) == len(self._models)
        sql, parameters = self._composed
        pks = dict(zip(_STAND_INS, (row.pk for row in objects), strict=False))
        return Question(
            sql, [pks.get(value, value) if isinstance(value, int) else value for value in parameters]
        )

    @cached_property
    def _composed(self) -> tuple[str, list[Parameter]]:
        objects = [model(pk=pk) for model, pk in zip(self._models, _STAND_INS, strict=False)]
        sql, parameters = self._compose(*objects).query.sql_with_params()
        missing = [pk for pk in _STAND_INS[: len(objects)] if pk not in parameters]
        assert not missing, "It depends on each of its objects by their primary key."
        return sql, list(parameters)


def counts(*questions: Question) -> list[int]:
    """How many rows each of them finds, in one round trip."""
    columns = ", ".join(f"(SELECT count(*) FROM ({question.sql}) AS counted)" for question in questions)  # noqa: S608
    parameters = [parameter for question in questions for parameter in question.parameters]
    (row,) = Question(f"SELECT {columns}", parameters).rows()
    return [int(str(number)) for number in row]
