"""Sessions, for code that runs outside of a request."""

import uuid
from collections.abc import Collection, Mapping
from importlib import import_module

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    update_session_auth_hash,
)
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.domain import second_factors
from accounts.models import User
from secureblogs import live
from secureblogs.http.sessions import stored_key
from secureblogs.queries.bound import BoundQuery, Row, rows_of
from secureblogs.queries.compiled import Columns

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


Data = dict[str, str]
_USER = Columns(User)


def users_of(session_keys: Collection[str]) -> dict[str, User]:
    """The users of sessions, by session key, in two queries; a session that has ended is not among them."""
    found = _decoded(session_keys, _sessions(session_keys).rows())
    owners = {int(data[SESSION_KEY]) for data in found.values() if SESSION_KEY in data}
    return _current(found, _people(owners).rows())


def users_still_in(
    owners: Mapping[str, int], *questions: BoundQuery
) -> tuple[dict[str, User], list[list[Row]]]:
    """The users of sessions whose owners' pks are known, and the answers to questions; all in one round trip."""
    sessions, people, *answers = rows_of(_sessions(owners), _people(owners.values()), *questions)
    return _current(_decoded(owners, sessions), people), answers


def active_user(pk: int) -> User | None:
    """The user, if there is one and the account is open."""
    return next((_USER.take(iter(row)) for row in _people([pk]).rows()), None)


# Every request and every message to a tab waits for these. Django takes 1.5 ms of processor time to compose both.


def _sessions(session_keys: Collection[str]) -> BoundQuery:
    return BoundQuery(
        "SELECT session_key, session_data FROM django_session WHERE session_key = ANY(%s) AND expire_date > %s",
        [[stored_key(key) for key in session_keys], timezone.now()],
    )


def _people(pks: Collection[int]) -> BoundQuery:
    columns = ", ".join(_USER.names)
    active = f"SELECT {columns} FROM accounts_user WHERE is_active AND id = ANY(%s)"  # noqa: S608
    return BoundQuery(active, [list(set(pks))])


def _decoded(session_keys: Collection[str], rows: list[Row]) -> dict[str, Data]:
    keys, decode = {stored_key(key): key for key in session_keys}, SessionStore().decode
    return {keys[str(key)]: decode(data) for key, data in rows}


def _current(found: dict[str, Data], rows: list[Row]) -> dict[str, User]:
    people = {user.pk: user for user in (_USER.take(iter(row)) for row in rows)}
    users = {key: people.get(int(data.get(SESSION_KEY, 0))) for key, data in found.items()}
    return {key: user for key, user in users.items() if user and _may_act_as(user, found[key])}


def _may_act_as(user: User, data: Data) -> bool:
    is_proved = second_factors.PROVED in data
    return _belongs_to(data, user) and second_factors.lets_in(user, is_proved=is_proved)


def _belongs_to(data: Data, user: User) -> bool:
    # Django's get_user compares this hash, too: a new password ends the sessions of the old one.
    is_same = constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return is_same and data.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS


def good_keys(user: User, stored_keys: Collection[str]) -> set[str]:
    """Those of these keys, as the database has them, whose sessions the user can go on in."""
    rows = Session.objects.filter(session_key__in=stored_keys, expire_date__gt=timezone.now())
    decode = SessionStore().decode
    return {row.session_key for row in rows if _belongs_to(decode(row.session_data), user)}


def recheck(user: User, **why: str | int) -> None:
    """Make every open tab of the user look at its session again: some may have ended, and say why.

    `why` has `reason`, and for a lost device the `number` of the list of keyholders that came along.
    """
    live.publish(live.user_channel(user), live.SESSIONS_CHANGED, each=[why])


def end_all(user: User, **why: str | int) -> None:
    """End the user's sessions for good, wherever they are open; `why` as in `recheck`."""
    user.session_seed = uuid.uuid4()
    User.objects.filter(pk=user.pk).update(session_seed=user.session_seed)
    recheck(user, **why)


def go_on(request: HttpRequest) -> None:
    """Let this session go on, under another key, after `end_all` of its user."""
    assert isinstance(request.user, User)
    update_session_auth_hash(request, request.user)


def forget_ended() -> None:
    """Delete the rows of sessions whose time is over; nobody can use them any more."""
    SessionStore.clear_expired()


def end(session_key: str) -> None:
    """Tell the session's open tabs that it is over."""
    live.publish(live.session_channel(session_key), live.SESSION_ENDED)
