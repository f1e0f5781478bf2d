"""The lists of read requests, page by page and by key."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import QueryDict

from accounts.models import User
from posts.models import ReadRequest, RequestState
from posts.models.read_request import ReadRequestQuerySet

WAITING_SHOWN = 50
ANSWERED_SHOWN = 20
ASKED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class RequestList:
    """Requests, newest first, and the address of those before them; empty where there are none."""

    read_requests: list[ReadRequest]
    older: str = ""


def waiting_for(user: User, parameters: QueryDict) -> RequestList:
    """What the user is to answer, each with the keys to compare and how many wait from the same person."""
    waiting = ReadRequest.objects.to_answer_by(user).pending().with_people().with_asker()
    return _page(waiting, parameters, name="before", size=WAITING_SHOWN)


def answered_by(user: User) -> list[ReadRequest]:
    """What became lately of requests to the user."""
    ended = ReadRequest.objects.to_answer_by(user).exclude(state=RequestState.PENDING)
    return list(ended.with_people().order_by("-answered_at", "-pk")[:ANSWERED_SHOWN])


def asked_by(user: User, parameters: QueryDict) -> RequestList:
    """The user's own requests."""
    return _page(
        ReadRequest.objects.made_by(user).with_people(), parameters, name="asked_before", size=ASKED_SHOWN
    )


def _page(read_requests: ReadRequestQuerySet, parameters: QueryDict, *, name: str, size: int) -> RequestList:
    if place := _place(read_requests, parameters.get(name, "")):
        asked_at, pk = place
        read_requests = read_requests.filter(Q(asked_at__lt=asked_at) | Q(asked_at=asked_at, pk__lt=pk))
    found = list(read_requests.order_by("-asked_at", "-pk")[: size + 1])
    shown = found[:size]
    return RequestList(shown, older=f"?{name}={shown[-1].pk}" if len(found) > size else "")


def _place(read_requests: ReadRequestQuerySet, pk: str) -> tuple[object, int] | None:
    # Looked up among the very requests of the list, so that nothing is learnt about others.
    if not pk.isdecimal() or len(pk) > 18:
        return None
    return read_requests.order_by().values_list("asked_at", "pk").filter(pk=int(pk)).first()
