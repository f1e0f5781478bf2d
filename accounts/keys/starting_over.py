"""A new account key that nothing before it signed: for who lost every device and has no code."""

from datetime import timedelta

from django.db import DataError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import keys
from accounts.domain.locks import Gone, lock_people
from accounts.keys import chain, events, keyholders, sent
from accounts.keys.bodies import Members
from accounts.keys.errors import Refused, TooLate, TooOften, no_key_yet
from accounts.keys.sent import SentAccountKey
from accounts.models import AccountKey, Kind, User, WaitingReset

# A person who still uses a device has so long to see that somebody asked, and to stop it.
WAIT = timedelta(hours=72)
USED_LATELY = timedelta(days=30)


@transaction.atomic
def ask(user: User, body: dict[str, object], asked: SentAccountKey, *, session: str) -> bool:
    """Start over, at once or after the wait; whether it is in force already. Refused, TooLate, TooOften. Gone."""
    if not lock_people(user):
        raise Gone
    newest = AccountKey.objects.newest_of(user)
    if chain.is_same(newest, asked):
        return True
    if newest is None:
        raise no_key_yet()
    waiting = WaitingReset.objects.filter(user=user).first()
    if waiting is not None and waiting.request == body:
        return False
    _check(user, asked)
    if not keyholders.were_used_lately(user, within=USED_LATELY):
        _start(user, asked, session)
        events.tell(user, "started_over", number=asked.listed.number)
        return True
    _wait(user, body, session)
    events.tell(user, "starting_over", number=asked.listed.number, days=WAIT.days)
    events.publish_changed(user)
    return False


def _wait(user: User, body: dict[str, object], session: str) -> None:
    due = timezone.now() + WAIT
    values = {"request": body, "session": session, "due_at": due, "asked_at": timezone.now()}
    try:
        with transaction.atomic():
            WaitingReset.objects.update_or_create(user=user, defaults=values)
    except DataError:
        # In a member that nobody reads: all others were checked.
        raise Refused("__all__", _("This holds a letter or a number that can't be kept.")) from None


@transaction.atomic
def stop(user: User) -> None:
    """Stop starting over, from any session of the person; TooLate if nothing waits. Gone."""
    lock_people(user)
    if not WaitingReset.objects.filter(user=user).delete()[0]:
        raise TooLate(_("Nobody waits to start over."))
    events.publish_changed(user)


def finish_due() -> None:
    """Let those come into force whose time has come. Called by the sweep."""
    for waiting in WaitingReset.objects.filter(due_at__lte=Now()).select_related("user"):
        try:
            _finish(waiting)
        except Gone:
            continue


@transaction.atomic
def _finish(waiting: WaitingReset) -> None:
    lock_people(waiting.user)
    # Somebody may have stopped it, or asked anew, before the lock was there.
    if not WaitingReset.objects.filter(pk=waiting.pk, due_at=waiting.due_at).delete()[0]:
        return
    asked = sent.account_key(Members(waiting.request))
    try:
        with transaction.atomic():
            _check(waiting.user, asked)
            _start(waiting.user, asked, waiting.session)
    except (Refused, TooLate, TooOften):
        # The list or the key is another one by now, so that it can't follow: who still wants it asks again.
        events.publish_changed(waiting.user)
        return
    events.tell(waiting.user, "started_over", number=asked.listed.number)


def _check(user: User, asked: SentAccountKey) -> None:
    chain.check(user, AccountKey.objects.newest_of(user), asked)
    if asked.link_box is not None:
        raise Refused("link_box", _("Nothing leads to a key that starts over."))
    keyholders.check_newer(user, asked.listed)


def _start(user: User, asked: SentAccountKey, session: str) -> None:
    """End what was, with all that was wrapped for it, and put the new key in its place."""
    for public_key in user.public_keys.filter(revoked_at=None).order_by("pk"):
        if public_key.kind == Kind.ACCOUNT or public_key.fingerprint not in asked.own_keys:
            keys.end(public_key)
    keyholders.end_all(user)
    # What the store holds is sealed under keys that nobody has any more.
    user.store_objects.all().delete()
    chain.put(user, asked, after=None, session=session)
