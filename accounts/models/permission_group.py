from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _


class PermissionGroup(Group):
    """Django's groups of permissions under a name that nobody takes for the groups that people read in."""

    class Meta:
        proxy = True
        verbose_name = _("permission group")
        verbose_name_plural = _("permission groups")
