"""Doors for the workers, as in posts.tasks."""

from celery import shared_task

from accounts import cache
from accounts.domain import former, jobs, mails, open_sessions, sessions


@shared_task(name="accounts.forget_ended")
def forget_ended() -> None:
    sessions.forget_ended()
    open_sessions.forget_ended()
    cache.forget_expired()
    jobs.forget_unstarted()
    mails.forget_old()
    former.forget_needless()


@shared_task(name="accounts.run_job")
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task(name="accounts.send_mail")
def send_mail(mail_id: int) -> None:
    mails.send(mail_id)
