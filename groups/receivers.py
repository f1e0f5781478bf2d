"""What groups do when something below them changes."""

from django.dispatch import receiver
from django.utils.translation import gettext

from accounts.models import User
from accounts.signals import user_leaving, user_needed
from groups.domain import departures


@receiver(user_needed)
def reasons_to_keep(user: User, **kwargs: object) -> list[str]:
    sentence = gettext(
        "%(user)s is the only owner of “%(group)s”: make another member its owner first, or delete it."
    )
    return [sentence % {"user": user, "group": group} for group in departures.needing(user)]


@receiver(user_leaving)
def end_memberships(user: User, **kwargs: object) -> None:
    departures.leave_all(user)
