"""Doors for the workers: each makes one domain call, which is silent when there is nothing to do."""

from celery import shared_task

from posts.publishing import fanout, posts, sweeping
from posts.requests import notices


@shared_task(name="posts.encrypt_post")
def encrypt_post(post_id: int) -> None:
    posts.encrypt(post_id)


@shared_task(name="posts.wrap_batch")
def wrap_batch(batch_id: int) -> None:
    fanout.wrap_batch(batch_id)


@shared_task(name="posts.send_notice")
def send_notice(author_id: int) -> None:
    notices.send(author_id)


@shared_task(name="posts.sweep")
def sweep() -> None:
    sweeping.sweep()
