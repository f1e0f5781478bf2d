"""The lists of read requests, page by page and by key."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import QueryDict

from accounts.models import User
from posts.models import ReadRequest, RequestState
from posts.models.read_request import ReadRequestQuerySet

WAITING_SHOWN = 20
ANSWERED_SHOWN = 20
ASKED_SHOWN = 20
# A person may have a hundred keys, and all that a request asks for are shown: then fewer requests are.
KEYS_SHOWN = 50

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class RequestList:
    """Requests, newest first, and the addresses of those before and after them; empty where there are none."""

    read_requests: list[ReadRequest]
    newer: str = ""
    older: str = ""

    @property
    def one_of_each_asker(self) -> list[ReadRequest]:
        """A request of each person."""
        return list({each.asker_id: each for each in self.read_requests}.values())


def waiting_for(user: User, parameters: QueryDict) -> RequestList:
    """What the user is to answer, each with the keys to compare and how many wait from the same person."""
    to_answer = ReadRequest.objects.to_answer_by(user)
    waiting = to_answer.pending().with_people().with_asker()
    return _Pages(waiting, places=to_answer, prefix="", size=WAITING_SHOWN).page(parameters)


def answered_by(user: User) -> list[ReadRequest]:
    """What became lately of requests to the user."""
    ended = ReadRequest.objects.to_answer_by(user).exclude(state=RequestState.PENDING)
    return list(ended.with_people().order_by("-answered_at", "-pk")[:ANSWERED_SHOWN])


def asked_by(user: User, parameters: QueryDict) -> RequestList:
    """The user's own requests."""
    asked = ReadRequest.objects.made_by(user)
    return _Pages(asked.with_people().with_mute(), places=asked, prefix="asked_", size=ASKED_SHOWN).page(
        parameters
    )


@dataclass(frozen=True)
class _Pages:
    read_requests: ReadRequestQuerySet
    # What a page may begin at: also what was answered since its address was made. Looked up among the person's own,
    # so that nothing is learnt about others.
    places: ReadRequestQuerySet
    prefix: str
    size: int

    def page(self, parameters: QueryDict) -> RequestList:
        """Those older than `before`, newer than `after`, or the newest. What is not there is ignored."""
        if place := self._place(parameters.get(f"{self.prefix}before", "")):
            if older := self._older(place):
                return self._cut(older, newer=self._address("after", older[0]))
        elif place := self._place(parameters.get(f"{self.prefix}after", "")):
            newer = self._newer(place)
            shown = newer[: self._fitting(newer)][::-1]
            if len(shown) < len(newer):
                return RequestList(
                    shown, self._address("after", shown[0]), self._address("before", shown[-1])
                )
        return self._cut(list(self.read_requests.order_by("-asked_at", "-pk")[: self.size + 1]))

    def _cut(self, found: list[ReadRequest], *, newer: str = "") -> RequestList:
        shown = found[: self._fitting(found)]
        return RequestList(
            shown, newer, self._address("before", shown[-1]) if len(shown) < len(found) else ""
        )

    def _fitting(self, found: list[ReadRequest]) -> int:
        """How many of them a page has room for: one at least."""
        fitting = keys = 0
        for read_request in found[: self.size]:
            keys += len(getattr(read_request, "active_keys", []))
            if fitting and keys > KEYS_SHOWN:
                break
            fitting += 1
        return fitting

    def _older(self, place: Place) -> list[ReadRequest]:
        asked_at, pk = place
        older = self.read_requests.filter(Q(asked_at__lt=asked_at) | Q(asked_at=asked_at, pk__lt=pk))
        return list(older.order_by("-asked_at", "-pk")[: self.size + 1])

    def _newer(self, place: Place) -> list[ReadRequest]:
        asked_at, pk = place
        newer = self.read_requests.filter(Q(asked_at__gt=asked_at) | Q(asked_at=asked_at, pk__gt=pk))
        return list(newer.order_by("asked_at", "pk")[: self.size + 1])

    def _address(self, side: str, read_request: ReadRequest) -> str:
        return f"?{self.prefix}{side}={read_request.pk}"

    def _place(self, pk: str) -> Place | None:
        if not pk.isdecimal() or len(pk) > 18:
            return None
        return self.places.order_by().values_list("asked_at", "pk").filter(pk=int(pk)).first()
