"""Actions on many things: pinned when the page asks, done one by one, finished whatever happens in between."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from accounts.admin import bulk
from accounts.domain import jobs, users
from accounts.models import Job, User
from tests.accounts.people import many_people
from tests.moderation import act, address, asked, said
from tests.pages import page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moderator waits for one thing only: a worker does the rest."""
    monkeypatch.setattr(jobs, "SECONDS_TO_WAIT", 0)


def closed() -> int:
    return User.objects.filter(is_active=False).count()


def test_the_page_names_the_first_and_counts_the_rest(moderator):
    people = many_people(bulk.NAMED + 3)

    asking = asked(moderator, "deactivate", *people)

    assert (len(asking.context["things"]), asking.context["others"]) == (bulk.NAMED, 3)
    assert closed() == 0


def test_a_list_with_thousands_of_things_is_chosen_as_a_whole(moderator):
    # More than a form may have fields.
    people = many_people(1_200)
    chosen = {"action": "deactivate", "select_across": "1", "_selected_action": [people[0].pk]}

    asking = moderator.post(f"{address(User, 'changelist')}?is_staff__exact=0", chosen)

    assert asking.context["job"].total == 1_200
    assert "is_staff__exact=0" in asking.context["job"].back


def test_only_what_was_chosen_when_the_page_asked_is_done(moderator, bob):
    asking = asked(moderator, "deactivate", bob.user)
    newcomer = many_people(1)[0]

    moderator.post(reverse("admin:accounts_job_start", args=[asking.context["job"].uid]))

    assert list(User.objects.filter(is_active=False)) == [bob.user]
    assert User.objects.get(pk=newcomer.pk).is_active


def test_what_takes_long_goes_on_without_its_moderator_and_says_how_far_it_is(at_once, moderator):
    people = many_people(5)

    response = act(moderator, "deactivate", *people)

    job = Job.objects.get()
    assert response["Location"] == address(job, "change")
    assert (job.position, closed()) == (1, 1)
    under_way = moderator.get(response["Location"])
    assert "1 of 5 are done." in under_way.text
    assert under_way["Refresh"] == "2"

    jobs.run(job.pk)

    assert (closed(), LogEntry.objects.filter(change_message="Deactivated.").count()) == (5, 5)
    ended = moderator.get(response["Location"])
    assert "5 of 5 are done." in ended.text
    assert f'href="{job.back}"' in ended.text
    assert "Refresh" not in ended


def test_the_page_of_a_job_that_takes_long_looks_less_often(at_once, moderator):
    there = act(moderator, "deactivate", *many_people(2))["Location"]
    pauses = []
    for minutes in (0, 1, 60):
        Job.objects.update(started_at=timezone.now() - timedelta(minutes=minutes))
        pauses.append(moderator.get(there)["Refresh"])

    assert pauses == ["2", "6", "30"]


def test_a_job_in_which_the_database_goes_away_goes_on_where_it_was(at_once, moderator, monkeypatch):
    people = many_people(4)
    act(moderator, "deactivate", *people)
    job = Job.objects.get()

    def goes_away(user: User) -> None:
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(users, "deactivate", goes_away)
        with pytest.raises(OperationalError):
            jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.position, job.finished_at) == (1, None)

    jobs.run(job.pk)

    assert closed() == 4


def test_the_sweep_rings_for_a_job_whose_hint_was_lost(
    at_once, moderator, django_capture_on_commit_callbacks, settings
):
    settings.SWEEP_AFTER_SECONDS = -60
    act(moderator, "deactivate", *many_people(3))

    with django_capture_on_commit_callbacks() as hints:
        jobs.hint_unfinished()

    assert len(hints) == 1


def test_nobody_starts_a_job_of_somebody_else_or_sees_it(moderator, administrator, mallory, bob):
    asking = asked(moderator, "deactivate", bob.user)
    start = reverse("admin:accounts_job_start", args=[asking.context["job"].uid])

    assert administrator.post(start).status_code == 404
    assert signed_in(mallory).post(start).status_code == 404
    assert moderator.get(start).status_code == 405
    assert closed() == 0

    moderator.post(start)

    assert closed() == 1
    job = Job.objects.get()
    assert signed_in(mallory).get(address(job, "change")).status_code == 404


def test_a_moderator_who_is_none_any_more_starts_nothing_and_ends_what_runs(at_once, moderator, mona, bob):
    people = many_people(3)
    act(moderator, "deactivate", *people)
    waiting = asked(moderator, "deactivate", bob.user)
    mona.user.groups.clear()

    start = reverse("admin:accounts_job_start", args=[waiting.context["job"].uid])
    assert moderator.post(start).status_code == 403

    User.objects.filter(pk=mona.user.pk).update(is_staff=False)
    running = Job.objects.get(started_at__isnull=False)
    jobs.run(running.pk)

    running.refresh_from_db()
    assert (running.position, closed()) == (1, 1)
    assert running.finished_at is not None


def test_a_job_to_which_nobody_said_yes_is_forgotten_after_a_day(moderator, bob, monkeypatch):
    asked(moderator, "deactivate", bob.user)
    jobs.forget_unstarted()
    assert Job.objects.count() == 1

    monkeypatch.setattr(jobs, "KEPT_UNSTARTED", -jobs.KEPT_UNSTARTED)
    jobs.forget_unstarted()

    assert Job.objects.count() == 0


def test_what_is_gone_meanwhile_is_no_trouble(moderator, bob, alice):
    asking = asked(moderator, "deactivate", bob.user, alice.user)
    users.delete(bob.user)

    response = moderator.post(reverse("admin:accounts_job_start", args=[asking.context["job"].uid]))

    assert said(response) == ["Deactivate: 2 done."]
    assert list(User.objects.filter(is_active=False)) == [alice.user]


def test_only_what_takes_something_away_has_the_colour_of_danger(moderator, bob):
    classes = {
        action: page(asked(moderator, action, bob.user)).one("body")["class"]
        for action in ("deactivate", "activate")
    }

    assert {action: "delete-confirmation" in each for action, each in classes.items()} == {
        "deactivate": True,
        "activate": False,
    }


def test_the_page_tells_two_of_the_same_name_apart(moderator):
    people = many_people(2)
    User.objects.update(name="Sam")

    shown = page(asked(moderator, "deactivate", *people))

    named = {each.text for each in shown.all("li") if "Sam" in each.text}
    assert named == {f"User: Sam ({each.email})" for each in people}


def test_the_page_of_a_job_names_it_by_its_verb_and_says_why_it_ended_early(at_once, moderator, mona):
    act(moderator, "deactivate", *many_people(3))
    job = Job.objects.get()
    User.objects.filter(pk=mona.user.pk).update(is_staff=False)
    jobs.run(job.pk)
    User.objects.filter(pk=mona.user.pk).update(is_staff=True)

    shown = moderator.get(address(job, "change"))

    assert "Deactivate (users)" in [each.text for each in page(shown).all("h2")]
    assert job.action not in shown.text
    assert "The job has ended before that" in shown.text
