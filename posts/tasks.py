"""Doors for the workers: each makes one domain call, which is silent when there is nothing to do."""

from celery import shared_task

from posts.files import cleaning
from posts.publishing import fanout, posts, sweeping
from posts.requests import notices


@shared_task(name="posts.encrypt_revision")
def encrypt_revision(revision_id: int) -> None:
    posts.encrypt(revision_id)


@shared_task(name="posts.wrap_batch")
def wrap_batch(batch_id: int) -> None:
    fanout.wrap_batch(batch_id)


@shared_task(name="posts.send_notice")
def send_notice(author_id: int) -> None:
    notices.send(author_id)


@shared_task(name="posts.sweep")
def sweep() -> None:
    sweeping.sweep()


@shared_task(name="posts.clear_files")
def clear_files() -> None:
    cleaning.clear()
