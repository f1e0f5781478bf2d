"""The lists of read requests, page by page."""

from django.http import QueryDict

from accounts.models import User
from posts.models import Post, ReadRequest, RequestState
from secureblogs.queries.paging import Page, Pager

WAITING_SHOWN = 20
ANSWERED_SHOWN = 20
ASKED_SHOWN = 20
# A card shows every key that its request asks for, up to a hundred: then a page has fewer cards.
KEYS_SHOWN = 50
GRANTS_SHOWN = 50
_KEY = ("asked_at", "pk")


def waiting_for(user: User, parameters: QueryDict) -> Page[ReadRequest]:
    """What the user is to answer, each with the keys to compare and how many wait from the same person."""
    to_answer = ReadRequest.objects.to_answer_by(user)
    waiting = to_answer.pending().with_people().with_asker()
    # An address may name what was answered since it was made.
    return Pager(waiting, read=list, key=_KEY, size=WAITING_SHOWN, places=to_answer, fits=_fitting).page(
        parameters
    )


def answered_by(user: User) -> list[ReadRequest]:
    """The requests to the user that ended lately."""
    ended = ReadRequest.objects.to_answer_by(user).exclude(state=RequestState.PENDING)
    return list(ended.with_people().order_by("-answered_at", "-pk")[:ANSWERED_SHOWN])


def asked_by(user: User, parameters: QueryDict) -> Page[ReadRequest]:
    """The user's own requests."""
    asked = ReadRequest.objects.made_by(user).with_people().with_mute()
    return Pager(asked, read=list, key=_KEY, size=ASKED_SHOWN, prefix="asked_").page(parameters)


def granted_for(post: Post, parameters: QueryDict) -> Page[ReadRequest]:
    """Everybody whom a post was granted later, the newest first."""
    granted = ReadRequest.objects.granted_for(post).select_related("asker")
    return Pager(granted, read=list, key=("granted_at", "pk"), size=GRANTS_SHOWN).page(parameters)


def _fitting(read_requests: list[ReadRequest]) -> int:
    """How many of them a page has room for."""
    fitting = keys = 0
    for read_request in read_requests:
        keys += len(read_request.active_keys)
        if fitting and keys > KEYS_SHOWN:
            break
        fitting += 1
    return fitting
