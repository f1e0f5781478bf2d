from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.admin.bulk import BulkAdmin, bulk_action
from accounts.domain.jobs import Options
from accounts.models import User
from groups.domain import invitations
from groups.models import Invitation
from secureblogs.admin.site import KindFilter, NeverDeletedAdmin


class StateFilter(KindFilter):
    """Links that let somebody in, and those that no longer do."""

    title = _("state")
    parameter_name = "state"
    kinds = {
        "open": (_("Open"), lambda links: links.filter(pk__in=Invitation.objects.usable())),
        "expired": (
            _("Expired"),
            lambda links: links.filter(revoked_at=None, expires_at__lte=timezone.now()),
        ),
        "revoked": (_("Revoked"), lambda links: links.exclude(revoked_at=None)),
    }


@admin.register(Invitation)
class InvitationAdmin(BulkAdmin[Invitation], NeverDeletedAdmin[Invitation]):
    """Links that let people join: whose, until when, and revoking one. Nobody here knows the link itself."""

    list_display = ["group", "created_by", "state", "created_at", "expires_at"]
    list_filter = [StateFilter]
    list_select_related = ["group", "created_by"]
    search_fields = ["group__name", "group__slug", "created_by__name", "created_by__email"]
    date_hierarchy = "created_at"
    fields = ["group", "created_by", "state", "created_at", "expires_at", "revoked_at"]
    actions = ["revoke"]

    def told_by(self, thing: Invitation) -> str:
        return f"{thing.created_by}, {thing.created_by.email}"

    @admin.display(description=_("state"))
    def state(self, invitation: Invitation) -> StrOrPromise:
        if invitation.revoked_at:
            return _("Revoked")
        return _("Open") if invitation.expires_at > timezone.now() else _("Expired")

    @bulk_action(
        description=_("Revoke: these links let nobody in any more"),
        permissions=["moderate"],
        title=_("Revoke these links?"),
        text=_("They let nobody in any more. People who have joined by one stay."),
        verb=_("Revoke"),
        logged=_("Revoked."),
    )
    def revoke(self, invitation: Invitation, *, actor: User, options: Options) -> None:
        """End the link. People who have joined by it stay."""
        invitations.revoke(invitation)
