"""The people of whom an author takes no more requests."""

from django.db import transaction

from accounts.domain.locks import lock_people
from accounts.models import User
from posts.models import AlreadyAnswered, Mute, ReadRequest
from posts.requests import answering


@transaction.atomic
def mute(author: User, *, asker: User) -> None:
    """Refuse, without a word, what this person has asked the author, and take no more requests of them. Gone."""
    # The lock keeps both accounts from being deleted, and the asker from asking.
    lock_people(author, asker)
    Mute.objects.get_or_create(author=author, asker=asker)
    waiting = ReadRequest.objects.to_answer_by(author).pending().filter(asker=asker)
    for read_request in waiting.with_people().in_order_of_locks():
        try:
            answering.reject(read_request)
        except AlreadyAnswered:
            pass  # The asker withdrew it in the same moment.


def unmute(author: User, *, asker: User) -> None:
    """Let this person ask again; harmless twice."""
    Mute.objects.between(author, asker).delete()


def muted_by(author: User) -> list[User]:
    """The people whom the author mutes, by name."""
    return list(User.objects.filter(pk__in=author.mutes.values("asker")).order_by("name", "pk"))
