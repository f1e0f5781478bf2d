from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member may do beyond reading and writing."""

    OWNER = "owner", _("Owner")
    MODERATOR = "moderator", _("Moderator")
    MEMBER = "member", _("Member")


# Who may remove members, invite people and delete posts.
MODERATING = [Role.OWNER, Role.MODERATOR]


class Membership(models.Model):
    """One person in one group, since when and as what."""

    group = models.ForeignKey("groups.Group", models.CASCADE, related_name="memberships", verbose_name=_("group"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MEMBER)
    # The database's clock, as in Post.submitted_at: the two are compared, and machines' clocks differ.
    joined_at = models.DateTimeField(_("joined"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["group", "user"], name="membership_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.group}"

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER

    @property
    def can_moderate(self) -> bool:
        return self.role in MODERATING
