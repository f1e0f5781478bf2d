"""The mails that a browser waits for: a session knows which they are, and nobody else learns how far they are."""

from django.http import HttpRequest

from accounts.domain import mails
from accounts.domain.mails import MailStatus
from accounts.models import OutgoingMail
from accounts.models.outgoing_mail import Purpose

_KEY = "mails"


def remember(request: HttpRequest, purpose: Purpose, mail: OutgoingMail) -> None:
    """From now on the page for this purpose tells of this mail."""
    request.session[_KEY] = {**request.session.get(_KEY, {}), purpose.value: str(mail.uid)}


def status(request: HttpRequest, purpose: Purpose) -> MailStatus | None:
    """How far the mail is that this browser waits for; None if there is none, or it is forgotten."""
    return mails.status(_uid(request, purpose))


def send_again(request: HttpRequest, purpose: Purpose) -> None:
    """Try at once to send it."""
    mails.send_again(_uid(request, purpose))


def _uid(request: HttpRequest, purpose: Purpose) -> str | None:
    uids: dict[str, str] = request.session.get(_KEY, {})
    return uids.get(purpose.value)
