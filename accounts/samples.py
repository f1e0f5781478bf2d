"""What Prometheus learns of accounts."""

from django.utils import timezone

from accounts.models import Job, OutgoingMail
from accounts.models.outgoing_mail import MailState
from secureblogs.http.metrics import sampled


@sampled("mails_waiting", "Mails that the mail server has not taken yet")
def mails_waiting() -> dict[str, float]:
    """Refused ones do not wait."""
    return {"": float(OutgoingMail.objects.filter(state=MailState.WAITING).count())}


@sampled("oldest_mail_seconds", "Age of the mail that has waited longest")
def oldest_mail() -> dict[str, float]:
    """In seconds; 0 if none waits."""
    waiting = OutgoingMail.objects.filter(state=MailState.WAITING).order_by("created_at")
    oldest = waiting.values_list("created_at", flat=True).first()
    return {"": (timezone.now() - oldest).total_seconds() if oldest else 0.0}


@sampled("jobs_unfinished", "Jobs of administrators that go on")
def jobs_unfinished() -> dict[str, float]:
    """Those that somebody said yes to."""
    return {"": float(Job.objects.filter(started_at__isnull=False, finished_at=None).count())}
