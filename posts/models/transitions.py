"""The states of revisions and of read requests, and the one way from one to the next."""

from posts.models.read_request import ReadRequest, ReadRequestQuerySet, RequestState
from posts.models.revision import Revision, State

AnyState = State | RequestState

MOVES: dict[type[Revision] | type[ReadRequest], dict[AnyState, set[AnyState]]] = {
    Revision: {
        State.QUEUED: {State.ENCRYPTING, State.FAILED},
        State.ENCRYPTING: {State.PUBLISHED, State.FAILED},
        # The author's 'Try again' goes on from the draft, or with the batches that were left.
        State.FAILED: {State.QUEUED, State.ENCRYPTING},
        State.PUBLISHED: set(),
    },
    ReadRequest: {
        RequestState.PENDING: {
            RequestState.APPROVED,
            RequestState.REJECTED,
            RequestState.WITHDRAWN,
            RequestState.CLOSED,
        },
        # Asking again reopens the same row, with the keys of that moment; so does a grant that did not open the
        # post. A grant that was taken back, or lost with the asker's membership or keys, is closed.
        RequestState.APPROVED: {RequestState.PENDING, RequestState.CLOSED},
        RequestState.REJECTED: {RequestState.PENDING},
        RequestState.WITHDRAWN: {RequestState.PENDING},
        RequestState.CLOSED: {RequestState.PENDING},
    },
}


class AlreadyMoved(Exception):
    """The row is not where a move starts: another worker, click or tab was first. `state` is None if it is gone."""

    def __init__(self, state: AnyState | None) -> None:
        super().__init__(f"It is {state or 'gone'}.")
        self.state = state


class AlreadyAnswered(AlreadyMoved):
    """The read request no longer waits, or is no longer granted; `state` is what became of it."""

    state: RequestState

    def __init__(self, state: RequestState) -> None:
        super().__init__(state)


def move(row: Revision | ReadRequest, *origins: AnyState, to: AnyState, **changes: object) -> None:
    """Move a row to a state and change its fields; AlreadyMoved, and nothing changed, if it is not where this starts.

    The move starts in any state from which `to` is allowed, or only in `origins`. Of a read request the error is
    AlreadyAnswered.
    """
    moves = MOVES[type(row)]
    origins = origins or _origins(type(row), to)
    if not all(to in moves[origin] for origin in origins):
        raise ValueError(f"No move leads from {origins} to {to}.")
    # One conditional UPDATE: of two workers, clicks or tabs that move the row at once the first one wins.
    while not type(row).objects.filter(pk=row.pk, state__in=origins).update(state=to, **changes):
        # After the UPDATE looked, the row may have come to where the move starts: then this tries again.
        if (state := state_of(row)) not in origins:
            raise AlreadyAnswered(state) if isinstance(state, RequestState) else AlreadyMoved(state)
    row.state = to


def move_all(read_requests: ReadRequestQuerySet, *, to: RequestState, **changes: object) -> list[ReadRequest]:
    """Move those of the requests that are where the move starts, locked in their order; those that were moved."""
    starting = read_requests.filter(state__in=_origins(ReadRequest, to))
    # Who waited for a lock looks at the state again: one that somebody answered in this moment is not among them.
    held = list(starting.select_for_update(of=("self",)))
    ReadRequest.objects.filter(pk__in=[each.pk for each in held]).update(state=to, **changes)
    return held


def _origins(model: type[Revision] | type[ReadRequest], to: AnyState) -> tuple[AnyState, ...]:
    return tuple(state for state, targets in MOVES[model].items() if to in targets)


def state_of(row: Revision | ReadRequest) -> AnyState | None:
    """The state that the database has now. Of what is gone it is None; a request that went with its post is closed."""
    found = type(row).objects.filter(pk=row.pk).values_list("state", flat=True).first()
    if isinstance(row, Revision):
        return State(found) if found else None
    return RequestState(found or RequestState.CLOSED)
