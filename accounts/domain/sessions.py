"""Sessions, looked at from outside a request."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from secureblogs import live

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


def user_of(session_key: str) -> User | None:
    """Whose session this is right now; None when it has ended, for whatever reason."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    user = get_user(request)
    return user if isinstance(user, User) else None


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
