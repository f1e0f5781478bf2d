import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from groups.models.membership import MODERATING, Membership


class Joining(models.TextChoices):
    """Who can become a member without being let in by somebody."""

    ANYONE = "anyone", _("Anyone signed in")
    INVITATION = "invitation", _("By invitation")


class GroupQuerySet(models.QuerySet["Group"]):
    def of_member(self, user: User) -> Self:
        """The groups that the user belongs to."""
        return self.filter(memberships__user=user)

    def moderated_by(self, user: User) -> Self:
        """The groups that the user may moderate."""
        return self.filter(memberships__in=Membership.objects.filter(user=user, role__in=MODERATING))

    def visible_to(self, user: User) -> Self:
        """The groups whose name, description and size the user may see: their own, and the open ones."""
        return self.filter(models.Q(joining=Joining.ANYONE) | models.Q(pk__in=Group.objects.of_member(user)))


class Group(models.Model):
    """People who read each other's posts."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("address"), max_length=60, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=50)
    description = models.TextField(_("description"), max_length=500, blank=True)
    joining = models.CharField(_("who can join"), max_length=20, choices=Joining, default=Joining.INVITATION)
    # While a group is locked nobody posts and nobody joins.
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through=Membership, related_name="blog_groups")

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("posts:group", args=[self.slug])
