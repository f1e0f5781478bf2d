from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.admin.bulk import BulkAdmin, bulk_action
from accounts.domain import keys
from accounts.domain.jobs import Options
from accounts.models import PublicKey, User
from accounts.models.public_key import mark_of
from secureblogs.admin.site import KindFilter, NeverDeletedAdmin


class StateFilter(KindFilter):
    """Keys that posts are wrapped for, and those that no longer open anything."""

    title = _("state")
    parameter_name = "state"
    kinds = {
        "active": (_("Active"), lambda keys: keys.filter(pk__in=PublicKey.objects.active())),
        "superseded": (
            _("Superseded"),
            lambda keys: keys.filter(revoked_at=None).exclude(superseded_at=None),
        ),
        "revoked": (_("Revoked"), lambda keys: keys.exclude(revoked_at=None)),
        "unusable": (_("Unusable"), lambda keys: keys.exclude(unusable_at=None)),
    }


@admin.register(PublicKey)
class PublicKeyAdmin(BulkAdmin[PublicKey], NeverDeletedAdmin[PublicKey]):
    """Public keys: whose and since when, and revoking one. Nobody adds or changes a key for somebody else."""

    list_display = [
        "short_fingerprint",
        "label",
        "user",
        "kind",
        "algorithm",
        "state",
        "created_at",
        "revoked_at",
    ]
    list_filter = ["kind", "algorithm", StateFilter]
    search_fields = ["fingerprint", "label", "user__name", "user__email"]
    date_hierarchy = "created_at"
    fields = [
        "user",
        "kind",
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[PublicKey]:
        return super().get_queryset(request).select_related("user")

    def told_by(self, thing: PublicKey) -> str:
        """A moderator reads whose key it is, too: its fingerprint does not say that."""
        return f"{thing.user}, {thing.user.email}"

    @admin.display(description=_("fingerprint"), ordering="fingerprint")
    def short_fingerprint(self, public_key: PublicKey) -> str:
        return mark_of(public_key.fingerprint)

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
        if public_key.unusable_at:
            return _("Unusable: nothing can be encrypted to it")
        return _("Superseded: nothing more is encrypted to it") if public_key.superseded_at else _("Active")

    @bulk_action(
        description=_("Revoke"),
        permissions=["moderate"],
        title=_("Revoke these keys?"),
        text=_(
            "What was encrypted to them can't be opened with them any more, nor can they be added again. "
            "Their owners read on with another key, and ask for what was published before they had it."
        ),
        verb=_("Revoke"),
        logged=_("Revoked."),
    )
    def revoke(self, public_key: PublicKey, *, actor: User, options: Options) -> None:
        """End the key: what was wrapped for it is deleted."""
        keys.revoke(public_key)
