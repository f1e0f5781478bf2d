"""Several queries in one round trip find what they would find one by one."""

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.domain.locks import lock_of_people
from accounts.models import PublicKey
from secureblogs.queries.bound import BoundQuery, counts, rows_of
from tests.concurrently import meanwhile

NUMBER = BoundQuery("SELECT %s + 1", [1])
IMPOSSIBLE = BoundQuery("SELECT 1 / %s", [0])


@pytest.mark.django_db
def test_each_finds_its_own_by_whatever_values():
    texts = [BoundQuery("SELECT %s = ANY(%s)", [text, ["a", "'"]]) for text in ("'", "b")]

    assert rows_of(NUMBER, *texts, NUMBER) == [[(2,)], [(True,)], [(False,)], [(2,)]]


@pytest.mark.django_db
def test_several_are_counted_in_one_statement():
    with CaptureQueriesContext(connection) as queries:
        assert counts(NUMBER, BoundQuery("SELECT generate_series(1, %s)", [3])) == [1, 3]

    assert len(queries) == 1


@pytest.mark.django_db(transaction=True)
def test_what_stands_behind_a_lock_sees_what_the_holder_of_the_lock_did(alice):
    labels = BoundQuery("SELECT label FROM accounts_publickey WHERE user_id = %s", [alice.user.pk])

    def rename() -> None:
        lock_of_people(alice.user).rows()
        PublicKey.objects.update(label="Renamed")

    def look() -> list[object]:
        with transaction.atomic():
            return [*rows_of(lock_of_people(alice.user), labels)]

    assert meanwhile(rename, look).result(timeout=10) == [[(True,)], [("Renamed",)]]


@pytest.mark.django_db(transaction=True)
def test_a_mistake_is_djangos_error_and_leaves_the_connection_usable():
    with pytest.raises(DataError), transaction.atomic():
        rows_of(NUMBER, IMPOSSIBLE, NUMBER)

    assert NUMBER.rows() == [(2,)]
