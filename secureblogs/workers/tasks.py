"""What every task of a worker is: work that waits in the database, and is found again there."""

import logging

from celery import Task
from django.db import Error

from secureblogs.queries.outages import first_words, is_outage
from secureblogs.workers.hints import NoBroker

logger = logging.getLogger(__name__)


class PatientTask(Task):  # type: ignore[type-arg]  # Celery itself has no such arguments.
    """Says in one line that a server does not let it work. Celery's own words take a hundred, every second or so.

    Whatever it was to do is a row, of which a sweep rings again, or is done by its next turn.
    """

    def __call__(self, *args: object, **kwargs: object) -> None:
        try:
            super().__call__(*args, **kwargs)
        except Error as error:
            if not is_outage(error):
                raise
            why = first_words(error)
            logger.warning("%s is done later: PostgreSQL does not answer as it should: %s", self.name, why)
        except NoBroker:
            logger.warning(
                "%s is done later: Redis does not answer, or refuses what the site asks.", self.name
            )
