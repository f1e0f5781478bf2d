"""Doors for the workers, as in posts.tasks."""

from celery import shared_task

from accounts import cache
from accounts.domain import sessions


@shared_task(name="accounts.forget_ended")
def forget_ended() -> None:
    sessions.forget_ended()
    cache.forget_expired()
