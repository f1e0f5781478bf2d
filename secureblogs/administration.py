"""The administration: Django's admin behind the site's own log-in, and what its lists have in common.

Moderators are people who 'may use the admin' with Django's permissions; the permission group 'Moderators'
(posts/moderators.py) holds a useful set of them. They lock, remove, ban and delete. They can't read: nothing
here shows or changes content, keys or who may read, and nothing lets them act as somebody else.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.auth import get_permission_codename
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

Words = str | Promise
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
M = TypeVar("M", bound=Model)

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin
else:

    class ModelAdmin(admin.ModelAdmin, Generic[M]):
        """Django's own, which can't be given its model as a type."""


def number_of(model: type[Model], relation: str) -> Coalesce:
    """How many rows of a relation belong to each row of a list, in the one query of the list."""
    rows, back = _rows_of(model, relation)
    groups = rows.filter(**{back: OuterRef("pk")}).order_by().values(back)
    return Coalesce(Subquery(groups.annotate(number=Count("*")).values("number")), 0)


def _rows_of(model: type[Model], relation: str) -> tuple[QuerySet[Model], str]:
    """All rows of a relation, and the name of their foreign key. The app above is known by that name only."""
    back = model._meta.get_field(relation).remote_field
    assert back is not None
    return back.model._base_manager.all(), back.name


class Administration(admin.AdminSite):
    """Django's admin without doors of its own: one logs in, logs out and changes a password as elsewhere."""

    site_header = site_title = index_title = _("SecureBlogs administration")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's, without the one that tells anybody here the address of anything, permission or not."""
        return [pattern for pattern in super().get_urls() if getattr(pattern, "name", "") != "view_on_site"]

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """The page for whoever may use the admin; for anybody else who is signed in there is none."""
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


class ModeratedAdmin(ModelAdmin[M]):
    """What is deleted only by its own domain function, after a page that says what goes with it."""

    # Most of it is seen by members only, and moderators often are none.
    view_on_site = False
    # What is deleted along with it: relation -> its name. Counted, never fetched: a post has a key a reader.
    goes_along: ClassVar[Mapping[str, Words]] = {}

    def delete(self, thing: M) -> None:
        """Delete it the way the pages do."""
        raise NotImplementedError

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whether an address may filter by this: not by what is in a field that is shown to nobody.

        Django allows every field of the model itself, of which one could then find out bit by bit what it holds.
        """
        return (
            "\0" not in value
            and super().lookup_allowed(lookup, value, request)
            and lookup.split("__")[0] in self._shown_in_lists(request)
        )

    def _shown_in_lists(self, request: HttpRequest) -> set[str]:
        filters = {getattr(each, "parameter_name", each) for each in self.get_list_filter(request)}
        shown = [*self.get_list_display(request), *self.get_search_fields(request), self.date_hierarchy or ""]
        return {str(name).split("__")[0] for name in [*filters, *shown]}

    def reasons_to_keep(self, thing: M) -> Sequence[Words]:
        """Why it can't be deleted as things are."""
        return []

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may act on what nobody edits: Django's 'change' permission."""
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('change', self.opts)}")

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        self.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[M]) -> None:
        for thing in queryset:
            self.delete(thing)

    def get_deleted_objects(
        self, objs: Sequence[M] | QuerySet[M], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What would go, counted. Django's own fetches every row, ciphertexts and wrapped keys included."""
        things = list(objs)
        counts = {str(self.opts.verbose_name_plural): len(things)}
        for relation, name in self.goes_along.items():
            rows, back = _rows_of(self.model, relation)
            counts[str(name)] = rows.filter(**{f"{back}__in": things}).count()
        forbidden = not all(self.has_delete_permission(request, thing) for thing in things)
        missing = {str(self.opts.verbose_name)} if forbidden else set()
        reasons = [str(reason) for thing in things for reason in self.reasons_to_keep(thing)]
        return [self._link(thing) for thing in things], counts, missing, reasons

    def ask_first(
        self, request: HttpRequest, queryset: QuerySet[M], *, title: Words, text: Words, verb: Words
    ) -> TemplateResponse | None:
        """The page on which an action that destroys is confirmed; None when it has been."""
        if "confirmed" in request.POST:
            return None
        everything = request.POST.get("select_across") == "1"
        # Django wants one key even then; and a form has at most a thousand fields.
        selected = [thing.pk for thing in (queryset[:1] if everything else queryset)]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "text": text,
            "verb": verb,
            "things": [self._link(thing) for thing in queryset],
            "selected": selected,
            "select_across": int(everything),
            "action": request.POST["action"],
            "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/ask_first.html", context)

    def _link(self, thing: M) -> str:
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[thing.pk])
        return format_html('{}: <a href="{}">{}</a>', capfirst(self.opts.verbose_name), address, thing)


class ReadOnlyAdmin(ModeratedAdmin[M]):
    """What is looked at here, and at most acted upon: there is no form to save."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return super().has_view_permission(request, obj) or self.has_moderate_permission(request)


class NeverDeletedAdmin(ReadOnlyAdmin[M]):
    """What ends by an action of its own, or with what it belongs to."""

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
