"""The list of a person's sessions: what stands in it, and ending one of them."""

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.domain import sessions
from accounts.models import OpenSession, User
from secureblogs.http.sessions import stored_key

# The list shows a person so many of their sessions at most: those that were used last.
MOST = 100


def note_use(user: User, *, session_key: str, device: str, address: str) -> None:
    """Note that somebody used this session just now; `address` is that of the network."""
    used = OpenSession(
        user=user, key=stored_key(session_key), device=device, address=address, used_at=timezone.now()
    )
    OpenSession.objects.bulk_create(
        [used],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["device", "address", "used_at"],
    )


def of(user: User) -> list[OpenSession]:
    """Those in which somebody can go on as this user, the last used first."""
    noted = list(OpenSession.objects.filter(user=user).order_by("-used_at", "pk")[:MOST])
    good = sessions.good_keys(user, [each.key for each in noted])
    return [each for each in noted if each.key in good]


@transaction.atomic
def end(open_session: OpenSession) -> None:
    """End this session, so that nobody goes on in it, and tell its open tabs."""
    Session.objects.filter(session_key=open_session.key).delete()
    open_session.delete()
    sessions.recheck(open_session.user)


def forget_ended() -> None:
    """Delete what was noted of sessions that are gone."""
    there = Session.objects.filter(session_key=OuterRef("key"))
    OpenSession.objects.exclude(Exists(there)).delete()
