"""Jobs: what somebody chose to do to many things, how far it is, and how it ended."""

from datetime import timedelta
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.admin.bulk import BulkAction, BulkAdmin
from accounts.domain import jobs
from accounts.models import Job, User
from secureblogs.admin.site import NeverDeletedAdmin

Context = dict[str, object] | None

# The page reloads itself to show progress, and a screen reader or a keyboard focus starts again at its top. A job that
# takes long reloads its page less often: after a tenth of the time that it has run.
FEWEST_SECONDS, MOST_SECONDS = 2, 30


@admin.register(Job)
class JobAdmin(NeverDeletedAdmin[Job]):
    """A moderator's own jobs, and for administrators every moderator's. A job is started on the page that asks."""

    list_display = ["what", "actor", "position", "total", "left_alone", "started_at", "finished_at"]
    list_select_related = ["actor"]
    fields = ["what", "actor", "total", "position", "left_alone", "asked_at", "started_at", "finished_at"]
    ordering = ["-asked_at", "-pk"]
    change_form_template = "admin/job.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        moderators = super().get_queryset(request).exclude(action__startswith=jobs.OWN)
        started = moderators.filter(started_at__isnull=False).defer("things")
        return started if request.user.is_superuser else started.filter(actor=request.user.pk)

    def has_view_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        # The queryset has nobody else's.
        return self.admin_site.has_permission(request)

    def get_urls(self) -> list[URLPattern]:
        start = path("<uuid:uid>/start/", self.admin_site.admin_view(self.start), name="accounts_job_start")
        return [start, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Context = None
    ) -> HttpResponse:
        """How far it is; the browser asks again until it has ended."""
        job = self.get_object(request, unquote(object_id))
        context: dict[str, object] = dict(extra_context or {})
        if job:
            context["subtitle"] = self.what(job)
            context["in_hand"] = self._in_hand(job) if job.finished_at is None else {}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        if job and job.finished_at is None:
            response.headers["Refresh"] = str(_seconds_until_look(job))
        return response

    def _in_hand(self, job: Job) -> dict[str, int]:
        """How much is left of what goes along with the thing that is being deleted, by what it is."""
        action, model_admin = _action_of(self.admin_site, job)
        if action.name != "delete_selected":
            return {}
        thing = Job.objects.filter(pk=job.pk).values_list(RawSQL("things[position + 1]", []))
        counts = model_admin.count_what_goes_along(model_admin.model._base_manager.filter(pk__in=thing))
        return {name: number for name, number in counts.items() if number}

    @admin.display(description=_("action"))
    def what(self, job: Job) -> str:
        """The verb of its action, and the name of the things."""
        action, model_admin = _action_of(self.admin_site, job)
        return f"{action.verb} ({model_admin.opts.verbose_name_plural})"

    def start(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        """Yes: what a moment allows is done at once; of the rest its page tells how far it is."""
        return require_POST(self._start)(request, uid)

    def _start(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        assert isinstance(request.user, User)
        job = get_object_or_404(Job.objects.filter(actor=request.user.pk).defer("things"), uid=uid)
        action, model_admin = _action_of(self.admin_site, job)
        if not model_admin.may(request, action):
            raise PermissionDenied
        form = action.form(request.POST)
        form.full_clean()
        job = jobs.start(job, options=form.cleaned_data)
        if job.finished_at is None:
            return redirect(reverse("admin:accounts_job_change", args=[job.pk]))
        self._report(request, job)
        return redirect(job.back)

    def _report(self, request: HttpRequest, job: Job) -> None:
        if job.changed:
            done = ngettext("%(verb)s: %(number)d done.", "%(verb)s: %(number)d done.", job.changed)
            values = {"verb": _action_of(self.admin_site, job)[0].verb, "number": job.changed}
            self.message_user(request, done % values, messages.SUCCESS)
        for reason in job.reasons:
            self.message_user(request, reason, messages.WARNING)


def _seconds_until_look(job: Job) -> int:
    assert job.started_at
    tenth = (timezone.now() - job.started_at) // timedelta(seconds=10)
    return min(max(tenth, FEWEST_SECONDS), MOST_SECONDS)


def _action_of(site: admin.AdminSite, job: Job) -> tuple[BulkAction, BulkAdmin[Model]]:
    label, name = job.action.rsplit(".", 1)
    for model, model_admin in site._registry.items():
        if model._meta.label_lower == label and isinstance(model_admin, BulkAdmin):
            return getattr(type(model_admin), name).bulk, model_admin
    raise LookupError(job.action)
