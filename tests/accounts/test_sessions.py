"""Sessions: what is left of them when their time is over."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.tasks import forget_ended


def test_rows_of_ended_sessions_are_deleted_and_others_stay(client, alice, bob):
    client.force_login(alice.user)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    client.cookies.clear()
    client.force_login(bob.user)
    assert Session.objects.count() == 2

    forget_ended()

    assert Session.objects.get().expire_date > timezone.now()
    assert client.get("/keys/").status_code == 200
