"""Closing, opening and deleting accounts."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.adapter import AccountAdapter
from accounts.domain import sessions, users
from accounts.models import User
from accounts.tasks import forget_ended
from groups.domain import groups, members
from posts.models import PostKey
from tests.cast import make_person
from tests.concurrently import meanwhile
from tests.pages import signed_in


def test_the_sessions_of_a_closed_account_are_over_even_when_it_is_opened_again(alice, bob):
    alices = str(signed_in(alice).session.session_key)
    bobs = [str(signed_in(bob).session.session_key) for _ in range(2)]
    assert sessions.users_of(bobs) == dict.fromkeys(bobs, bob.user)

    users.deactivate(bob.user)
    users.activate(bob.user)

    assert sessions.users_of([*bobs, alices]) == {alices: alice.user}


def test_closing_an_account_looks_at_no_session_of_others(bob):
    signed_in(bob)

    with CaptureQueriesContext(connection) as queries:
        users.deactivate(bob.user)

    assert [query["sql"] for query in queries if "django_session" in query["sql"]] == []


def test_the_sessions_of_a_deleted_account_are_nobodys(bob):
    session_key = str(signed_in(bob).session.session_key)
    assert sessions.users_of([session_key]) == {session_key: bob.user}

    users.delete(bob.user)

    assert sessions.users_of([session_key]) == {}


def test_a_new_password_neither_opens_a_closed_account_nor_brings_ended_sessions_back(bob):
    session_key = str(signed_in(bob).session.session_key)
    typing = User.objects.get(pk=bob.user.pk)
    users.deactivate(bob.user)

    AccountAdapter().set_password(typing, "correct horse")

    found = User.objects.get(pk=bob.user.pk)
    assert (found.check_password("correct horse"), found.is_active) == (True, False)
    assert found.session_seed == bob.user.session_seed
    assert sessions.users_of([session_key]) == {}


@pytest.mark.django_db(transaction=True)
def test_nobody_joins_a_group_of_one_while_it_goes(bob, carol):
    alone = groups.create("Alone", owner=bob.user)
    deleting = meanwhile(lambda: members.join(alone, user=carol.user), lambda: users.delete(bob.user))

    with pytest.raises(members.LastOwner):
        deleting.result(timeout=10)

    assert User.objects.filter(pk=bob.user.pk).exists()
    assert alone.memberships.count() == 2


def test_deleting_costs_no_query_for_each_reader(alice, group, django_assert_max_num_queries):
    few = alice.publish(group)
    for number in range(30):
        members.join(group, user=make_person(f"Person{number}").user)
    alice.publish(group)
    alice.publish(group)

    assert PostKey.objects.exclude(revision=few.current).count() == 64
    with django_assert_max_num_queries(60):
        groups.delete(group)


def test_rows_of_ended_sessions_are_deleted_and_others_stay(client, alice, bob):
    client.force_login(alice.user)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    client.cookies.clear()
    client.force_login(bob.user)
    assert Session.objects.count() == 2

    forget_ended()

    assert Session.objects.get().expire_date > timezone.now()
    assert client.get("/keys/").status_code == 200
