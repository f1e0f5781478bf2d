"""The administration: Django's admin behind the site's own log-in, and what its lists have in common.

Moderators are people who 'may use the admin' with Django's permissions; the permission group 'Moderators'
(posts/admin/moderators.py) holds a useful set of them. They lock, remove, ban and delete. They can't read: nothing
here shows or changes content, keys or who may read, and nothing lets them act as somebody else.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, TypeVar, cast

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_permission_codename
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.db import DataError, ProgrammingError, transaction
from django.db.models import Model, QuerySet
from django.db.models.fields.related import RelatedField
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from secureblogs.queries.counting import count_of
from secureblogs.running.doctor.examination import INSIDE, examine
from secureblogs.version import version

Words = str | Promise
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
M = TypeVar("M", bound=Model)


# An address with these has PostgreSQL work for long, and no page of the admin has such a link.
PATTERNS = ("regex", "iregex")


def number_of(model: type[Model], relation: str) -> Coalesce:
    """How many rows of a relation belong to each row of a list, in the one query of the list."""
    return count_of(*_rows_of(model, relation))


def narrowing(field: str, thing: Model) -> SafeString:
    """A thing in a row of a list, as a link that leaves only its rows there."""
    return format_html('<a href="?{}__id__exact={}">{}</a>', field, thing.pk, thing)


def link_to_list(model: str, number: int, *, field: str, thing: Model) -> SafeString:
    """A number that leads to the list of what it counts: that of a model, narrowed to a thing."""
    address = reverse(f"admin:{model}_changelist", query={f"{field}__id__exact": thing.pk})
    return format_html('<a href="{}">{}</a>', address, number)


def _rows_of(model: type[Model], relation: str) -> tuple[QuerySet[Model], str]:
    """All rows of a relation, and the way back by foreign keys. The app above is known by that name only."""
    way: list[str] = []
    for name in relation.split("__"):
        back = model._meta.get_field(name).remote_field
        assert back is not None
        model, way = back.model, [back.name, *way]
    return model._base_manager.all(), "__".join(way)


class KindFilter(admin.SimpleListFilter):
    """Narrows a list to one of several kinds; of each the name, and what picks its rows."""

    kinds: Mapping[str, tuple[StrOrPromise, Callable[[QuerySet[Model]], QuerySet[Model]]]]

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Model]
    ) -> list[tuple[str, StrOrPromise]]:
        return [(kind, name) for kind, (name, _pick) in self.kinds.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        kind = self.kinds.get(self.value() or "")
        return kind[1](queryset) if kind else queryset


class NarrowedFilter(admin.RelatedFieldListFilter):
    """Names what a list is narrowed to by a link, and leads back to the whole list.

    Django's own would name every group or person that there is, and there may be thousands.
    """

    def field_choices(
        self, field: RelatedField[Model, Model], request: HttpRequest, model_admin: admin.ModelAdmin[Model]
    ) -> list[tuple[str, StrOrPromise]]:
        chosen = [pk for pk in self.lookup_val or [] if pk.isdecimal() and len(pk) < 19]
        return [(str(row.pk), str(row)) for row in field.related_model._default_manager.filter(pk__in=chosen)]

    def has_output(self) -> bool:
        return self.lookup_val is not None


class Administration(admin.AdminSite):
    """Django's admin without doors of its own: one logs in, logs out and changes a password as elsewhere."""

    site_header = site_title = index_title = _("SecureBlogs administration")

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Django's own holds a field of its form for each thing, and does all of it in one request.
        self.disable_action("delete_selected")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's, without the one that tells anybody here the address of anything, permission or not."""
        return [pattern for pattern in super().get_urls() if getattr(pattern, "name", "") != "view_on_site"]

    def index(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> TemplateResponse:
        """The first page, on which administrators see what is wrong with the installation."""
        findings = examine(INSIDE) if request.user.is_superuser else []
        return super().index(request, {"findings": findings, "version": version(), **(extra_context or {})})

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """The page, for people who may use the admin; for anybody else who is signed in there is none."""
        page = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise Http404
            return page(request, *args, **kwargs)

        return cast("View", guarded)

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Lead to the site's log-in, which counts attempts."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404
        there = reverse("admin:index", current_app=self.name)
        return redirect(there) if request.user.is_authenticated else redirect_to_login(there)

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponseBase:
        """Log out, and go where the site's own log-out leads."""
        return LogoutView.as_view(next_page="home")(request)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Lead to the site's page for it, which ends the other sessions."""
        return redirect("account_change_password")


class FilteredAdmin(admin.ModelAdmin[M]):
    """A list that an address may filter: by what it shows, and by nothing that PostgreSQL can't look for."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whether an address may filter by this: not by what is in a field that is shown to nobody.

        Django allows every field of the model itself, of which one could then find out bit by bit what it holds.
        """
        return (
            "\0" not in value
            and super().lookup_allowed(lookup, value, request)
            and lookup.split("__")[0] in self._shown_in_lists(request)
            and lookup.split("__")[-1] not in PATTERNS
        )

    def _shown_in_lists(self, request: HttpRequest) -> set[str]:
        filters = {
            each[0] if isinstance(each, tuple) else getattr(each, "parameter_name", each)
            for each in self.get_list_filter(request)
        }
        shown = [*self.get_list_display(request), *self.get_search_fields(request), self.date_hierarchy or ""]
        return {str(name).split("__")[0] for name in [*filters, *shown]}

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Django's list, with its rows; at what is no filter Django leads to the whole list, and a message says why."""
        try:
            # A statement that PostgreSQL refuses must leave the connection usable.
            with transaction.atomic():
                changelist = super().get_changelist_instance(request)
                # Later, while the page is rendered, an exception would be a 500.
                len(changelist.result_list)
        except (IncorrectLookupParameters, DataError, ProgrammingError, ValueError, OverflowError):
            if not request.GET:
                raise
            messages.warning(request, _("The list can't be filtered by that. It shows everything."))
            raise IncorrectLookupParameters from None
        return changelist


class ModeratedAdmin(FilteredAdmin[M]):
    """The admin of a model that only its own domain function deletes, after a page that says what goes with it."""

    # Most of it is seen by members only, and moderators often are none.
    view_on_site = False
    # The relations that go with it, by name. The page counts them and never fetches them: a post has a key a reader.
    goes_along: ClassVar[Mapping[str, Words]] = {}
    deletion_text: Words = _("Nothing of it can be brought back.")

    def delete(self, thing: M) -> bool:
        """Delete it the way the pages do, or as much of it as takes a moment; whether something is left."""
        raise NotImplementedError

    def reasons_to_keep(self, thing: M) -> Sequence[Words]:
        """Why it can't be deleted as things are."""
        return []

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may act on what nobody edits: Django's 'change' permission."""
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('change', self.opts)}")

    def count_what_goes_along(self, things: Sequence[M] | QuerySet[M]) -> dict[str, int]:
        """How much is deleted along with these things, by what it is."""
        counts = {}
        for relation, name in self.goes_along.items():
            rows, back = _rows_of(self.model, relation)
            counts[str(name)] = rows.filter(**{f"{back}__in": things}).count()
        return counts

    def told_by(self, thing: M) -> str:
        """What tells it from another one of the same name."""
        raise NotImplementedError

    def link(self, thing: M) -> str:
        """The kind of thing that it is, its name, which leads to it, and what tells it from others of that name."""
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[thing.pk])
        kind, told_by = capfirst(self.opts.verbose_name), self.told_by(thing)
        return format_html('{}: <a href="{}">{}</a> ({})', kind, address, thing, told_by)


class ReadOnlyAdmin(ModeratedAdmin[M]):
    """The admin of a model that moderators look at, and at most act upon: there is no form to save."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return super().has_view_permission(request, obj) or self.has_moderate_permission(request)


class NeverDeletedAdmin(ReadOnlyAdmin[M]):
    """The admin of a model whose rows end by an action of their own, or with what they belong to."""

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
