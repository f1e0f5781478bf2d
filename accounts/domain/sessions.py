"""Sessions, looked at from outside a request."""

from collections.abc import Collection
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User
from secureblogs import live
from secureblogs.session_store import stored_key

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


def user_of(session_key: str) -> User | None:
    """Whose session this is right now; None when it has ended, for whatever reason."""
    return users_of([session_key]).get(session_key)


def users_of(session_keys: Collection[str]) -> dict[str, User]:
    """The same of many sessions in two queries; those that have ended are not there."""
    keys = {stored_key(key): key for key in session_keys}
    current = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    decode = SessionStore().decode
    found = {keys[key]: decode(data) for key, data in current.values_list("session_key", "session_data")}
    people = User.objects.filter(is_active=True).in_bulk(
        {int(data[SESSION_KEY]) for data in found.values() if SESSION_KEY in data}
    )
    users = {key: people.get(int(data.get(SESSION_KEY, 0))) for key, data in found.items()}
    return {key: user for key, user in users.items() if user and _belongs_to(found[key], user)}


def _belongs_to(data: dict[str, str], user: User) -> bool:
    # As django.contrib.auth.get_user has it: a new password ends the sessions of the old one.
    is_same = constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return is_same and data.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS


def recheck(user: User) -> None:
    """Have every open tab of the user look at its session again: some may have ended."""
    live.tell(live.user_channel(user), live.SESSIONS_CHANGED)


def end_all(user: User) -> None:
    """End the user's sessions for good, wherever they are open. Looks at every session there is: for rare use."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
    recheck(user)


def forget_ended() -> None:
    """Delete the rows of sessions whose time is over; nobody can use them any more."""
    SessionStore.clear_expired()


def end(session_key: str) -> None:
    """Tell the session's open tabs that it is over."""
    live.tell(live.session_channel(session_key), live.SESSION_ENDED)
