import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.validators import validate_line, validate_text
from groups.models.kept_out import KeptOut
from groups.models.membership import MODERATING, Membership, Role
from secureblogs.queries.counting import count_of

# Characters.
NAME_LENGTH = 50
DESCRIPTION_LENGTH = 500


class Joining(models.TextChoices):
    """The ways in which people become members."""

    ANYONE = "anyone"
    INVITATION = "invitation"


class GroupQuerySet(models.QuerySet["Group"]):
    def of_member(self, user: User) -> Self:
        """The groups that the user belongs to."""
        return self.filter(memberships__user=user)

    def to_post_in(self, user: User) -> Self:
        """Those of the user's groups that take posts now."""
        return self.of_member(user).filter(locked_at=None)

    def moderated_by(self, user: User) -> Self:
        """The groups that the user may moderate."""
        return self.filter(memberships__in=Membership.objects.filter(user=user, role__in=MODERATING))

    def owned_by(self, user: User) -> Self:
        """The groups that the user may describe anew and appoint people in."""
        return self.filter(memberships__in=Membership.objects.filter(user=user, role=Role.OWNER))

    def visible_to(self, user: User) -> Self:
        """The groups whose name, description and size the user may see: their own, and the open ones."""
        return self.filter(models.Q(joining=Joining.ANYONE) | models.Q(pk__in=Group.objects.of_member(user)))

    def open_to(self, user: User) -> Self:
        """The groups that the user is not in and could join right now without being let in."""
        there, kept_out = Group.objects.of_member(user), KeptOut.objects.filter(user=user).values("group")
        return (
            self.filter(joining=Joining.ANYONE, locked_at=None).exclude(pk__in=there).exclude(pk__in=kept_out)
        )

    def with_size(self) -> Self:
        """Each group with `size`: how many members it has."""
        return self.annotate(size=count_of(Membership.objects.all(), "group"))


class Group(models.Model):
    """People who read each other's posts."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("address"), max_length=60, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, validators=[validate_line])
    description = models.TextField(
        _("description"), max_length=DESCRIPTION_LENGTH, blank=True, validators=[validate_text]
    )
    joining = models.CharField(_("who can join"), max_length=20, choices=Joining, default=Joining.INVITATION)
    # While a group is locked nobody posts and nobody joins.
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through=Membership, related_name="blog_groups")

    # Set by GroupQuerySet.with_size.
    size: int

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("posts:group", args=[self.slug])

    @property
    def is_open(self) -> bool:
        return self.joining == Joining.ANYONE

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None
