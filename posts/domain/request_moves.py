"""The states of a read request and the moves between them."""

from posts.models import ReadRequest, RequestState

MOVES = {
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
}


class AlreadyAnswered(Exception):
    """The request no longer waits; `state` is what became of it."""

    def __init__(self, state: RequestState) -> None:
        super().__init__(f"The request is {state}.")
        self.state = state


def move(read_request: ReadRequest, *origins: RequestState, to: RequestState, **changes: object) -> None:
    """Move a request on; AlreadyAnswered, and nothing changed, if it is not where the move starts."""
    while not try_move(read_request, *origins, to=to, **changes):
        # Unless it came to where the move starts after the try.
        if (state := current_state(read_request)) not in origins:
            raise AlreadyAnswered(state)


def try_move(read_request: ReadRequest, *origins: RequestState, to: RequestState, **changes: object) -> bool:
    """The same; False where `move` raises."""
    if not all(to in MOVES[origin] for origin in origins):
        raise ValueError(f"No move leads from {origins} to {to}.")
    # One conditional UPDATE: of two tabs that press different buttons, the first wins.
    moved = ReadRequest.objects.filter(pk=read_request.pk, state__in=origins).update(state=to, **changes)
    if moved:
        read_request.state = to
    return bool(moved)


def current_state(read_request: ReadRequest) -> RequestState:
    """What the database says now; a request that went with its post is closed."""
    state = ReadRequest.objects.filter(pk=read_request.pk).values_list("state", flat=True).first()
    return RequestState(state) if state else RequestState.CLOSED
