"""Let a request wait: make the row of a person and a post, or take it up again."""

from django.db.models import Case, F, When
from django.db.models.functions import Now

from accounts.models import PublicKey, User
from posts.models import Post, ReadRequest, RequestState
from posts.models.transitions import move
from posts.requests import obstacles
from secureblogs.queries.bound import BoundQuery
from secureblogs.queries.compiled import Columns, CompiledQuery

REQUEST = Columns(ReadRequest)


def earlier_request(post: Post, asker: User) -> BoundQuery:
    """Locks what this person asked about the post before, if anything; finds it, in the columns `REQUEST`."""
    return _EARLIER.bind(post, asker)


# 1.0 ms of processor time are 0.1 when the query is compiled.
_EARLIER = CompiledQuery(
    lambda post, asker: (
        ReadRequest.objects.select_for_update().filter(post=post, asker=asker).values_list(*REQUEST.names)
    ),
    Post,
    User,
)


def open_request(
    post: Post, asker: User, public_keys: list[PublicKey], earlier: ReadRequest | None, message: str
) -> ReadRequest:
    """Make a request, or let the one of before wait again, for these keys. In a transaction that has locked them."""
    read_request = earlier or _make(post, asker, public_keys, message)
    read_request.post, read_request.asker = post, asker
    if earlier:
        _reopen(earlier, public_keys, message)
    return read_request


def _reopen(read_request: ReadRequest, public_keys: list[PublicKey], message: str) -> None:
    move(
        read_request,
        to=RequestState.PENDING,
        message=message,
        reason="",
        asked_at=Now(),
        answered_at=None,
        reported_at=None,
        **_counted(),
    )
    read_request.public_keys.set(public_keys)


def _counted() -> dict[str, object]:
    """The columns that count how often it was asked in a row, and since when."""
    return {
        "times_asked": Case(When(obstacles.is_counted(), then=F("times_asked") + 1), default=1),
        "counted_from": Case(When(obstacles.is_counted(), then=F("counted_from")), default=Now()),
    }


def _make(post: Post, asker: User, public_keys: list[PublicKey], message: str) -> ReadRequest:
    new = ReadRequest(message=message)
    keys = [key.pk for key in public_keys]
    made = BoundQuery(
        _MAKE, [post.pk, asker.pk, new.message, new.state, new.reason, new.times_asked, keys]
    ).rows()
    return REQUEST.take(iter(made[0]))


# Django makes two statements of it, and takes 1 ms of processor time to compose them, for which the author waits.
_MAKE = f"""
    WITH made AS (
        INSERT INTO posts_readrequest (post_id, asker_id, message, state, reason, times_asked)
        VALUES (%s, %s, %s, %s, %s, %s) RETURNING {", ".join(REQUEST.names)}
    ), pinned AS (
        INSERT INTO posts_readrequest_public_keys (readrequest_id, publickey_id)
        SELECT id, unnest(%s::bigint[]) FROM made
    )
    SELECT {", ".join(REQUEST.names)} FROM made
"""  # noqa: S608
