"""Doors for the workers, as in posts.tasks."""

from celery import shared_task

from accounts.domain import sessions


@shared_task(name="accounts.forget_ended_sessions")
def forget_ended_sessions() -> None:
    sessions.forget_ended()
