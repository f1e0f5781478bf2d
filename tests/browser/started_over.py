"""Somebody who lost all devices and started over, as rows of a site's database. Runs in `manage.py shell`."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Device, User
from tests.account import Account


def start_over(email: str) -> None:
    """A new account key that nothing before it signed, on a device that no browser of the tests is."""
    user = User.objects.get(email=email)
    Device.objects.filter(user=user).update(used_at=timezone.now() - timedelta(days=40))
    # Higher than the number of any list of this person.
    assert Account(user, number=100).start_over("New laptop")
