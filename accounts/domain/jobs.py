"""Actions on many things, of moderators and of owners: asked about, then done one by one, by a worker if that is long.

Each thing is done in a transaction of its own, together with the job's position: a worker that is killed leaves a job
that goes on with the next thing. A thing that takes longer than a moment is done in pieces, each in a transaction.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Model
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts.models import Job, User
from secureblogs.queries.outages import is_outage
from secureblogs.workers.hints import hint, hint_again

logger = logging.getLogger(__name__)

# How long a moderator waits before a worker goes on, and how long a worker goes on before others have their turn.
SECONDS_TO_WAIT = 1.0
SECONDS_AT_A_TIME = 5.0
REASONS_KEPT = 10
KEPT_UNSTARTED = timedelta(days=1)

Options = Mapping[str, object]


# An action does this to a thing for an actor, and returns whether something is left, so that the job calls it again.
Act = Callable[[Model, User, Options], bool]


class LeftAlone(Exception):
    """The thing stays as it is; the message is a sentence that says why."""


def moderator(actor: User) -> bool:
    """Whether somebody may go on with what moderators do."""
    return actor.is_active and actor.is_staff


def anybody(actor: User) -> bool:
    """For what people do with their own things: it goes on even when their account is closed."""
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """An action on each thing of a model; `act` raises LeftAlone where it can't be done."""

    model: type[Model]
    act: Act
    # The jobs of somebody end when their right to act does.
    may: Callable[[User], bool] = moderator


_actions: dict[str, Action] = {}
# The names of what people do with their own things begin so; moderators have no list of it.
OWN = "own."


def register(name: str, action: Action) -> None:
    """Let jobs of this name be done by this process."""
    _actions[name] = action


def prepare(actor: User, *, action: str, things: list[int], back: str) -> Job:
    """A job that waits for its moderator's yes."""
    return Job.objects.create(actor=actor, action=action, things=things, total=len(things), back=back)


def begin(actor: User, *, action: str, things: list[int], options: Options) -> Job:
    """A job to which its owner has said yes. `run` goes on with it, and the sweep does if this process dies before."""
    return Job.objects.create(
        actor=actor,
        action=action,
        options=dict(options),
        things=things,
        total=len(things),
        started_at=Now(),
        hinted_at=Now(),
    )


def start(job: Job, *, options: Options) -> Job:
    """The moderator said yes: do what a moment allows, and leave the rest to a worker; harmless twice."""
    started = Job.objects.filter(pk=job.pk, started_at=None)
    started.update(started_at=Now(), hinted_at=Now(), options=dict(options))
    run(job.pk, seconds=SECONDS_TO_WAIT)
    return Job.objects.defer("things").get(pk=job.pk)


def run(pk: int, *, seconds: float = SECONDS_AT_A_TIME) -> None:
    """Go on with a job, and hint that it goes on later if it is not finished. Silent if there is nothing to do."""
    deadline = time.monotonic() + seconds
    while _do_next(pk):
        if time.monotonic() >= deadline:
            with transaction.atomic():
                Job.objects.filter(pk=pk).update(hinted_at=Now())
                hint("accounts.run_job", pk)
            return


def hint_unfinished() -> None:
    """Ring a worker for jobs whose hint was lost. Called by the sweep."""
    wait = timedelta(seconds=settings.SWEEP_AFTER_SECONDS + SECONDS_AT_A_TIME)
    unfinished = Job.objects.filter(started_at__isnull=False, finished_at=None)
    hint_again(unfinished, "accounts.run_job", wait=wait)


def forget_unstarted() -> None:
    """Delete jobs to which nobody said yes."""
    Job.objects.filter(started_at=None, asked_at__lt=Now() - KEPT_UNSTARTED).delete()


@transaction.atomic
def _do_next(pk: int) -> bool:
    """Do one thing or a piece of it; False if none is left, or if somebody else has the job in hand."""
    jobs = Job.objects.filter(pk=pk, started_at__isnull=False, finished_at=None).defer("things")
    jobs = jobs.annotate(thing=RawSQL("things[position + 1]", []))
    job = jobs.select_related("actor").select_for_update(skip_locked=True, of=("self",)).first()
    if job is None:
        return False
    if job.position >= job.total or not _actions[job.action].may(job.actor):
        Job.objects.filter(pk=pk).update(finished_at=Now())
        return False
    try:
        if _do(job, job.thing):
            return True
        reason = ""
    except LeftAlone as left_alone:
        reason = str(left_alone)
    changes: dict[str, object] = {"position": F("position") + 1}
    if reason:
        changes["left_alone"] = F("left_alone") + 1
        if reason not in job.reasons and len(job.reasons) < REASONS_KEPT:
            changes["reasons"] = [*job.reasons, reason]
    Job.objects.filter(pk=pk).update(**changes)
    return True


def _do(job: Job, thing: int) -> bool:
    """Whether something of the thing is left to do; it may be gone. LeftAlone."""
    action = _actions[job.action]
    row = action.model._base_manager.filter(pk=thing).first()
    if row is None:
        return False
    try:
        with transaction.atomic():
            return action.act(row, job.actor, job.options)
    except LeftAlone:
        raise
    except Exception as mistake:
        if is_outage(mistake):
            # The database failed, and not the thing: the job goes on when the database does.
            raise
        # Tried again and again, one thing would keep the job from its end.
        logger.exception("A thing of the job %s failed.", job.action)
        raise LeftAlone(gettext("One failed. The mistake is ours; the site's log says more.")) from mistake
