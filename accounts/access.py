"""Which public keys and sessions a person may reach. What they may not see is a 404, the same as what is not there."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.models import Kind, OpenSession, PublicKey, User


def public_key_of(user: User, fingerprint: str) -> PublicKey:
    """One of the user's own keys. The query loads the user, too: a later one could find nobody."""
    own = PublicKey.objects.filter(kind=Kind.OWN).select_related("user")
    return get_object_or_404(own, user=user, fingerprint=fingerprint)


def any_key_of(user: User, fingerprint: str) -> PublicKey:
    """One of the user's, whether they keep it themselves or all their devices hold it."""
    return get_object_or_404(PublicKey.objects.filter(user=user), fingerprint=fingerprint)


def session_of(user: User, uid: UUID) -> OpenSession:
    """One that somebody has opened as this user."""
    return get_object_or_404(OpenSession, user=user, uid=uid)
