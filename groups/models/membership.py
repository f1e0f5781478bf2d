from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountKey, PublicKey
from secureblogs.queries.counting import count_of


class Role(models.TextChoices):
    """The rights of a member beyond reading and writing."""

    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"


# Members with these roles remove members, invite people and delete posts.
MODERATING = [Role.OWNER, Role.MODERATOR]


def oldest_key() -> Coalesce:
    """The fingerprint of the oldest active key of each row's `user`; empty without one."""
    keys = PublicKey.objects.active_of(models.OuterRef("user")).order_by("pk")
    return Coalesce(models.Subquery(keys.values("fingerprint")[:1]), models.Value(""))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def with_keys(self) -> Self:
        """Each membership with `key_count`, how many active public keys the member has, `key_mark`, `has_account_key`.

        The mark is the oldest one's fingerprint, empty without a key. It tells people of one name apart.
        """
        account_keys = AccountKey.objects.filter(user=models.OuterRef("user"))
        return self.annotate(
            key_count=count_of(PublicKey.objects.active(), "user", of="user"),
            key_mark=oldest_key(),
            has_account_key=models.Exists(account_keys),
        )

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
    # People read this. The clock may jump: the code that has to be right goes by the order of the primary keys.
    joined_at = models.DateTimeField(_("joined"), db_default=Now(), editable=False)

    # Set by MembershipQuerySet.with_keys.
    key_count: int
    key_mark: str
    has_account_key: bool

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
