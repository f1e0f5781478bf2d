"""Telling authors by email that requests wait: at most once an hour, and only of what they have not seen."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest, Now
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.domain.locks import Gone, lock_people
from accounts.models import User
from posts.models import ReadRequest, RequestNotice
from posts.requests.events import pending_count
from secureblogs.workers.hints import hint

logger = logging.getLogger(__name__)

# An author at their desk has seen a request by then.
PATIENCE = timedelta(minutes=10)
INTERVAL = timedelta(hours=1)
MOST_HINTS = 1000
_SALT = "posts.request_notices"


def wants(author: User) -> bool:
    """Whether the author is told by email; by default everybody is."""
    return not RequestNotice.objects.filter(author=author, wanted=False).exists()


@transaction.atomic
def choose(author: User, *, wanted: bool) -> None:
    """Tell the author by email, or no longer; harmless twice. Gone."""
    lock_people(author)
    RequestNotice.objects.update_or_create(author=author, defaults={"wanted": wanted})


@transaction.atomic
def mark_seen(author: User, *, until: datetime) -> None:
    """The author has looked at what was asked until then: no message tells of it any more. Gone."""
    # `until` is not now: what is being asked at this moment has a time already, and nobody has seen it.
    lock_people(author)
    RequestNotice.objects.update_or_create(
        author=author,
        defaults={"seen_at": Greatest("seen_at", Value(until))},
        create_defaults={"seen_at": until},
    )


def token_of(author: User) -> str:
    """What an unsubscribe link holds: it lets its holder end the messages, and nothing else."""
    return signing.dumps(author.uid.hex, salt=_SALT)


def unsubscribe(token: str) -> bool:
    """No more messages to the owner of the link; False if it is none of ours. Harmless twice."""
    author = owner_of(token)
    if author is not None:
        choose(author, wanted=False)
    return author is not None


def owner_of(token: str) -> User | None:
    """The author whose unsubscribe link this is."""
    try:
        uid = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(uid=uid).first()


def hint_due() -> None:
    """Hint to a worker at every author who is to be told."""
    for author_id in _due().values_list("post__author", flat=True).distinct()[:MOST_HINTS]:
        hint("posts.send_notice", author_id)


def send(author_id: int) -> None:
    """Tell an author how many requests wait. Silent if that is not due; harmless twice."""
    try:
        notice = _claim(author_id)
    except Gone:
        return
    if notice is None:
        return
    try:
        _message(notice.author).send()
    except OSError as error:
        # SMTP's errors are of this kind, too. A worker tries again an hour later.
        logger.warning("A notice was not sent: %s", type(error).__name__)
    else:
        RequestNotice.objects.filter(pk=notice.pk).update(sent_at=notice.tried_at)


@transaction.atomic
def _claim(author_id: int) -> RequestNotice | None:
    # The worker commits the try before it sends the message: if it is killed in between, another one tries an hour
    # later, and nobody ever gets two within one.
    if not _due().filter(post__author=author_id).exists():
        return None
    lock_people(User(pk=author_id))
    RequestNotice.objects.get_or_create(author_id=author_id)
    notice = RequestNotice.objects.select_for_update(of=("self",)).select_related("author").get(pk=author_id)
    if not _due().filter(post__author=author_id).exists():
        return None
    RequestNotice.objects.filter(pk=author_id).update(tried_at=Now())
    notice.refresh_from_db(fields=["tried_at"])
    return notice


def _due() -> QuerySet[ReadRequest]:
    """Requests that their author is to be told of now."""
    notice = "post__author__request_notice__"
    untold = (
        Q(**{f"{notice}wanted": True})
        & (Q(**{f"{notice}tried_at": None}) | Q(**{f"{notice}tried_at__lt": Now() - INTERVAL}))
        & (Q(**{f"{notice}seen_at": None}) | Q(**{f"{notice}seen_at__lt": F("asked_at")}))
        & (Q(**{f"{notice}sent_at": None}) | Q(**{f"{notice}sent_at__lt": F("asked_at")}))
    )
    return (
        ReadRequest.objects.pending()
        .filter(Q(post__author__request_notice=None) | untold)
        .filter(post__author__is_active=True, asked_at__lt=Now() - PATIENCE)
        .exclude(asker=F("post__author"))
        .order_by()
    )


def _message(author: User) -> EmailMessage:
    stop = settings.SITE_URL + reverse("posts:unsubscribe", args=[token_of(author)])
    context = {
        "pending": pending_count(author),
        "requests": settings.SITE_URL + reverse("posts:requests"),
        "stop": stop,
    }
    return EmailMessage(
        subject=render_to_string("posts/requests/notice_subject.txt", context).strip(),
        body=render_to_string("posts/requests/notice.txt", context),
        to=[author.email],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
