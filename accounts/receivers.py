"""What accounts do when Django or allauth say that a session or a password changed."""

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.domain import sessions
from accounts.models import User


@receiver(user_logged_out)
def end_session(request: HttpRequest, **kwargs: object) -> None:
    if request.session.session_key:
        sessions.end(request.session.session_key)


@receiver([password_changed, password_reset, password_set])
def end_other_sessions(user: User, **kwargs: object) -> None:
    # Django ends them by the session's auth hash; their open tabs have to be told to look.
    sessions.recheck(user)
