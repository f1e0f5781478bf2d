"""Mails that wait until the mail server takes them.

A request only writes a row and rings a worker: no page waits for a mail server, and nothing counts as sent before the
server has taken it. The hint carries the row's number, and the row the mail, sealed (accounts.domain.mail_sealing).
"""

import json
import logging
import smtplib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from accounts.domain import mail_sealing, site_sealing
from accounts.models.outgoing_mail import MailState, OutgoingMail, Purpose
from secureblogs.workers.hints import hint

logger = logging.getLogger(__name__)

# The site does not send a link again that it sent just before.
COOLDOWN = timedelta(minutes=3)
# After each failure a longer pause, and after a day nobody waits for the link any more.
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=10)
# More would soon be no time that Python can tell.
MOST_DOUBLINGS = 10
LIFETIME = timedelta(days=1)
# A worker that was killed has let go of its mail by then: longer than a task may run.
IN_HAND = timedelta(seconds=2 * settings.TASK_TIME_LIMIT)
# The button 'Send again' starts a try, but not one a second.
BETWEEN_PRESSES = timedelta(seconds=5)
MOST_HINTS = 1000
# The mail has usually left before its page is shown.
SOON = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class MailStatus:
    """How far a mail is, for the browser that asked for it; `address` only where the server refused it."""

    state: str
    is_delayed: bool
    address: str = ""


@transaction.atomic
def queue(message: EmailMessage, *, purpose: Purpose | None = None, about: str = "") -> OutgoingMail:
    """Have a worker send the mail, to one address. It takes the place of one with the same purpose that is not sent.

    `about` tells apart what can't take each other's place: the links of two accounts to one address.
    """
    (address,) = message.to
    mail = OutgoingMail(purpose=purpose or "", recipient=mail_sealing.mark_of(address, about))
    if purpose:
        same = OutgoingMail.objects.filter(purpose=purpose, recipient=mail.recipient)
        same.exclude(state=MailState.SENT).delete()
        if same.filter(sent_at__gt=Now() - COOLDOWN).exists():
            # A worker takes up the row all the same: how soon it counts as sent tells nothing about who asked before.
            mail.save()
            hint("accounts.send_mail", mail.pk)
            return mail
    mail.sealed = mail_sealing.seal(_packed(message), context=mail.uid.bytes)
    mail.save()
    hint("accounts.send_mail", mail.pk)
    return mail


def send(pk: int) -> None:
    """Hand the mail to the mail server. Silent if it is not due; harmless twice."""
    mail = _claim(pk)
    if mail is None:
        return
    if mail.sealed is None:
        _set(mail, state=MailState.SENT)
        return
    try:
        _unpacked(mail).send()
    except site_sealing.CannotOpen:
        logger.error("A mail that waits can't be opened: was SECRET_KEY changed? It is deleted.")
        mail.delete()
    except (OSError, ValueError) as error:
        # Errors of SMTP are errors of the system, too; an address that no header can hold is a wrong value.
        logger.warning("A mail was not sent: %s", type(error).__name__)
        if _is_refusal(error):
            _set(mail, state=MailState.REFUSED)
        else:
            _put_off(mail, is_away=not isinstance(error, smtplib.SMTPResponseException))
    else:
        _set(mail, state=MailState.SENT, sealed=None, sent_at=timezone.now())


def status(uid: str | None) -> MailStatus | None:
    """How far a mail is; None if nobody knows of it, or no more."""
    mail = _of(uid)
    if mail is None:
        return None
    is_late = mail.tries > 0 or mail.created_at < timezone.now() - SOON
    address = ""
    if mail.state == MailState.REFUSED:
        try:
            address = _unpacked(mail).to[0]
        except site_sealing.CannotOpen:
            pass
    return MailStatus(mail.state, is_late, address)


@transaction.atomic
def send_again(uid: str | None) -> None:
    """Try at once what was refused or waits for its next try. Silent if there is nothing to send."""
    mail = _of(uid)
    if mail is None or mail.sealed is None:
        return
    rested = Now() - BETWEEN_PRESSES
    due = OutgoingMail.objects.filter(pk=mail.pk, tried_at__lt=rested).exclude(state=MailState.SENT)
    if due.update(state=MailState.WAITING, next_try_at=Now()):
        hint("accounts.send_mail", mail.pk)


def hint_due() -> None:
    """Ring a worker for mails whose time has come, or whose hint was lost. Called by the sweep."""
    waited = Now() - timedelta(seconds=settings.SWEEP_AFTER_SECONDS)
    due = _wanted().filter(next_try_at__lt=waited)
    for pk in due.order_by("next_try_at").values_list("pk", flat=True)[:MOST_HINTS]:
        hint("accounts.send_mail", pk)


def forget_old() -> None:
    """Delete what nobody waits for any more, sent or not."""
    OutgoingMail.objects.filter(created_at__lt=Now() - LIFETIME).delete()


def _wanted() -> QuerySet[OutgoingMail]:
    """Those that wait, and somebody for them: a backup may bring back what waited long ago."""
    return OutgoingMail.objects.filter(state=MailState.WAITING, created_at__gt=Now() - LIFETIME)


def _claim(pk: int) -> OutgoingMail | None:
    """The mail, if it is due; nobody else has it in hand until it is told how it ended, or the worker is given up."""
    due = _wanted().filter(pk=pk, next_try_at__lte=Now())
    # The count has a commit of its own, so that a mail on which workers die is not tried without end.
    claimed = due.update(tries=F("tries") + 1, tried_at=Now(), next_try_at=Now() + IN_HAND)
    return OutgoingMail.objects.filter(pk=pk).first() if claimed else None


def _put_off(mail: OutgoingMail, *, is_away: bool) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(mail.tries - 1, MOST_DOUBLINGS), LONGEST_PAUSE)
    OutgoingMail.objects.filter(pk=mail.pk).update(next_try_at=Now() + pause)
    if is_away:
        # Each try costs a worker seconds while the server says nothing: the others wait as long.
        waiting = OutgoingMail.objects.filter(state=MailState.WAITING, tries=0)
        waiting.update(next_try_at=Greatest(F("next_try_at"), Now() + Value(FIRST_PAUSE)))


def _is_refusal(error: Exception) -> bool:
    """Whether trying again could not help: the server named the address or the mail, or nothing can be made of it."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return all(code >= 500 for code, _ in error.recipients.values())
        case smtplib.SMTPSenderRefused() | smtplib.SMTPDataError():
            return int(error.smtp_code) >= 500
        case smtplib.SMTPNotSupportedError() | ValueError():
            return True
    return False


def _of(uid: str | None) -> OutgoingMail | None:
    return OutgoingMail.objects.filter(uid=UUID(uid)).first() if uid else None


def _set(mail: OutgoingMail, **values: object) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(**values)


def _packed(message: EmailMessage) -> bytes:
    parts = {
        "subject": message.subject,
        "body": message.body,
        "from_email": message.from_email,
        "to": message.to,
        "headers": message.extra_headers,
    }
    return json.dumps(parts).encode()


def _unpacked(mail: OutgoingMail) -> EmailMessage:
    assert mail.sealed is not None
    return EmailMessage(**json.loads(mail_sealing.unseal(bytes(mail.sealed), context=mail.uid.bytes)))
