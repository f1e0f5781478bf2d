from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from accounts.models import PublicKey


class Role(models.TextChoices):
    """What a member may do beyond reading and writing."""

    OWNER = "owner", _("Owner")
    MODERATOR = "moderator", _("Moderator")
    MEMBER = "member", _("Member")


# Who may remove members, invite people and delete posts.
MODERATING = [Role.OWNER, Role.MODERATOR]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def with_key_count(self) -> Self:
        """Each membership with `key_count`: how many active public keys the member has."""
        keys = PublicKey.objects.active().filter(user=models.OuterRef("user")).order_by().values("user")
        count = models.Subquery(keys.annotate(count=models.Count("pk")).values("count"))
        return self.annotate(key_count=Coalesce(count, 0))

    def owners_beside(self, membership: "Membership") -> Self:
        """The group's other owners."""
        return self.filter(group=membership.group_id, role=Role.OWNER).exclude(pk=membership.pk)


class Membership(models.Model):
    """One person in one group, since when and as what."""

    group = models.ForeignKey(
        "groups.Group", models.CASCADE, related_name="memberships", verbose_name=_("group")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MEMBER)
    # For people to read. The clock may jump: what has to be right goes by the order of the primary keys.
    joined_at = models.DateTimeField(_("joined"), db_default=Now(), editable=False)

    # Set by MembershipQuerySet.with_key_count.
    key_count: int

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["group", "user"], name="membership_unique"),
        ]
        indexes = [
            models.Index(fields=["group", "id"], name="membership_pages"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.group}"

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER

    @property
    def can_moderate(self) -> bool:
        return self.role in MODERATING

    def can_remove(self, other: "Membership") -> bool:
        """Owners remove anybody but themselves, moderators ordinary members."""
        if self.group_id != other.group_id or self.pk == other.pk:
            return False
        return self.is_owner or (self.can_moderate and other.role == Role.MEMBER)

    def can_appoint(self, other: "Membership", role: Role) -> bool:
        """Owners give any member any role, themselves too; moderators make ordinary members moderators."""
        if self.group_id != other.group_id:
            return False
        return self.is_owner or (self.can_moderate and role == Role.MODERATOR and not other.is_owner)
