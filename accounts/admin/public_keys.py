from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.domain import keys
from accounts.models import PublicKey
from secureblogs.administration import NeverDeletedAdmin

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class StateFilter(admin.SimpleListFilter):
    """Keys that posts are wrapped for, and those that no longer open anything."""

    title = _("state")
    parameter_name = "state"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[PublicKey]
    ) -> list[tuple[str, StrOrPromise]]:
        return [("active", _("Active")), ("revoked", _("Revoked")), ("unusable", _("Unusable"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[PublicKey]) -> QuerySet[PublicKey]:
        match self.value():
            case "active":
                return queryset.filter(revoked_at=None, unusable_at=None)
            case "revoked":
                return queryset.exclude(revoked_at=None)
            case "unusable":
                return queryset.exclude(unusable_at=None)
        return queryset


@admin.register(PublicKey)
class PublicKeyAdmin(NeverDeletedAdmin[PublicKey]):
    """Public keys: whose and since when, and revoking one. Nobody adds or changes a key for somebody else."""

    list_display = ["short_fingerprint", "label", "user", "algorithm", "state", "created_at", "revoked_at"]
    list_filter = ["algorithm", StateFilter]
    list_select_related = ["user"]
    search_fields = ["fingerprint", "label", "user__name", "user__email"]
    date_hierarchy = "created_at"
    fields = [
        "user",
        "label",
        "algorithm",
        "state",
        "whole_fingerprint",
        "pem",
        "created_at",
        "revoked_at",
        "unusable_at",
    ]
    actions = ["revoke"]

    @admin.display(description=_("fingerprint"), ordering="fingerprint")
    def short_fingerprint(self, public_key: PublicKey) -> str:
        return " ".join(public_key.fingerprint_groups.split()[:4]) + " …"

    @admin.display(description=_("fingerprint"))
    def whole_fingerprint(self, public_key: PublicKey) -> SafeString:
        return format_html("<code>{}</code>", public_key.fingerprint_groups)

    @admin.display(description=_("public key (PEM)"))
    def pem(self, public_key: PublicKey) -> SafeString:
        return format_html("<pre>{}</pre>", public_key.pem)

    @admin.display(description=_("state"))
    def state(self, public_key: PublicKey) -> StrOrPromise:
        if public_key.revoked_at:
            return _("Revoked")
        return _("Unusable: nothing can be encrypted to it") if public_key.unusable_at else _("Active")

    @admin.action(description=_("Revoke"), permissions=["moderate"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[PublicKey]) -> TemplateResponse | None:
        """Ask, then revoke: what was wrapped for the keys is deleted."""
        page = self.ask_first(
            request,
            queryset,
            title=_("Revoke these keys?"),
            text=_(
                "What was encrypted to them can't be opened with them any more, nor can they be added again. "
                "Their owners read on with another key, and ask for what was published before they had it."
            ),
            verb=_("Revoke"),
        )
        if page is None:
            for public_key in queryset:
                keys.revoke(public_key)
                self.log_change(request, public_key, gettext("Revoked."))
            number = len(queryset)
            self.message_user(request, ngettext("%d key revoked.", "%d keys revoked.", number) % number)
        return page
