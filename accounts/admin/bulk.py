"""Actions on whatever is ticked in a list: each asks first, names what is lost, and ends on a page that says so.

What a page asks about is pinned in a job (accounts.domain.jobs), so that nothing else is done, however long somebody
thinks about it, and however many things there are.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import unquote
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.domain import jobs
from accounts.domain.jobs import LeftAlone, Options
from accounts.models import User
from secureblogs.admin.site import ModeratedAdmin, Words

M = TypeVar("M", bound=Model)

# A page names so many things, and counts the others.
NAMED = 20

# An action does this to one thing. It gets the admin of its model, the thing, who acts, and what the form chose, and
# returns whether something of the thing is left to do; LeftAlone.
Act = Callable[..., bool | None]
Choose = Callable[["BulkAdmin[Model]", HttpRequest, QuerySet[Model]], HttpResponse]


class NoOptions(forms.Form):
    """There is nothing to choose but yes."""


@dataclass(frozen=True, slots=True)
class BulkAction:
    """The page's words before an action, and the words in a thing's history after it."""

    name: str
    act: Act
    title: Words
    text: Words
    verb: Words
    logged: Words
    form: type[forms.Form]
    # Whether its button has the colour of what takes something away.
    danger: bool


def bulk_action(
    *,
    description: StrOrPromise,
    permissions: Sequence[str],
    title: Words,
    text: Words,
    verb: Words,
    logged: Words,
    form: type[forms.Form] = NoOptions,
    danger: bool = True,
) -> Callable[[Act], Choose]:
    """Make an action of a list from a method that acts on one thing: `(self, thing, *, actor, options)`."""

    def decorate(act: Act) -> Choose:
        action = BulkAction(act.__name__, act, title, text, verb, logged, form, danger)

        @admin.action(description=description, permissions=permissions)
        def choose(self: "BulkAdmin[Model]", request: HttpRequest, queryset: QuerySet[Model]) -> HttpResponse:
            return self.ask(request, queryset, action)

        vars(choose)["bulk"] = action
        choose.__name__ = act.__name__
        return choose

    return decorate


class BulkAdmin(ModeratedAdmin[M]):
    """A list whose actions ask first, and go on without their moderator when they take long."""

    def __init__(self, model: type[M], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        for action in self._bulk_actions():
            jobs.register(self._job_name(action), jobs.Action(model, self._logged(action)))

    @bulk_action(
        description=_("Delete"),
        permissions=["delete"],
        title=_("Delete for ever?"),
        text="",
        verb=_("Delete"),
        logged="",
    )
    def delete_selected(self, thing: M, *, actor: User, options: Options) -> bool:
        """Delete it the way the pages do, a large one piece by piece, unless there is a reason to keep it."""
        if reasons := self.reasons_to_keep(thing):
            raise LeftAlone(" ".join(str(reason) for reason in reasons))
        # Django takes the primary key off what it deletes. A copy keeps it, and its name once it has said that.
        named = copy(thing)
        str(named)
        is_left = self.delete(thing)
        if not is_left:
            LogEntry.objects.log_actions(actor.pk, [named], DELETION)
        return is_left

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """The page of one thing's 'Delete' asks as the one of a list does: one thing can hold thousands of others."""
        thing = self.get_object(request, unquote(object_id))
        if thing is None or not self.has_delete_permission(request, thing):
            return super().delete_view(request, object_id, extra_context)
        chosen = self.get_queryset(request).filter(pk=thing.pk)
        action: BulkAction = vars(type(self).delete_selected)["bulk"]
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        back = add_preserved_filters(
            {"opts": self.opts, "preserved_filters": self.get_preserved_filters(request)}, address
        )
        return self.ask(request, chosen, action, back=back)

    def may(self, request: HttpRequest, action: BulkAction) -> bool:
        """Whether somebody may start a job of this action: it is one of the list, or deletes one thing on its page."""
        is_deletion = action.name == "delete_selected" and self.has_delete_permission(request)
        return is_deletion or action.name in self.get_actions(request)

    def ask(
        self, request: HttpRequest, queryset: QuerySet[M], action: BulkAction, *, back: str = ""
    ) -> TemplateResponse:
        """The page that names what was chosen, and says what becomes of it; its button starts the job."""
        assert isinstance(request.user, User)
        chosen = list(queryset.order_by("pk").values_list("pk", flat=True))
        job = jobs.prepare(
            request.user, action=self._job_name(action), things=chosen, back=back or request.get_full_path()
        )
        is_deletion = action.name == "delete_selected"
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "job": job,
            "title": action.title,
            "text": self.deletion_text if is_deletion else action.text,
            "reasons": self.reasons_to_keep(queryset[0]) if is_deletion and len(chosen) == 1 else [],
            "verb": action.verb,
            "danger": action.danger,
            "form": action.form(),
            "things": [self.link(thing) for thing in queryset[:NAMED]],
            "others": max(0, len(chosen) - NAMED),
            "goes_along": self.count_what_goes_along(queryset) if is_deletion else {},
        }
        return TemplateResponse(request, "admin/ask_first.html", context)

    def _bulk_actions(self) -> Iterator[BulkAction]:
        for name in dir(type(self)):
            if action := getattr(getattr(type(self), name), "bulk", None):
                yield action

    def _job_name(self, action: BulkAction) -> str:
        return f"{self.opts.label_lower}.{action.name}"

    def _logged(self, action: BulkAction) -> jobs.Act:
        def act(thing: Model, actor: User, options: Options) -> bool:
            is_left = bool(action.act(self, thing, actor=actor, options=options))
            if action.logged and not is_left:
                LogEntry.objects.log_actions(actor.pk, [thing], CHANGE, str(action.logged))
            return is_left

        return act
