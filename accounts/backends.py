"""Finds the account of a session, and the account of an address and a password."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.domain import sessions
from accounts.models import User


class Backend(AuthenticationBackend):
    """allauth's, which has Django compose the question whose session it is anew for every request."""

    def get_user(self, user_id: int) -> User | None:
        """The user of a session whose account is open. Called by Django."""
        return sessions.active_user(user_id)
