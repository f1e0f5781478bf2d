from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group

from accounts.models import PermissionGroup
from secureblogs.admin.site import FilteredAdmin

admin.site.unregister(Group)


@admin.register(PermissionGroup)
class PermissionGroupAdmin(FilteredAdmin[PermissionGroup], GroupAdmin):
    """Sets of permissions; 'Moderators' comes with the site."""
