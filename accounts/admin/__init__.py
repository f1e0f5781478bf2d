"""People, their public keys and their permissions, for moderators and administrators."""

from accounts.admin.jobs import JobAdmin
from accounts.admin.log_entries import LogEntryAdmin
from accounts.admin.permission_groups import PermissionGroupAdmin
from accounts.admin.public_keys import PublicKeyAdmin
from accounts.admin.users import UserAdmin

__all__ = ["JobAdmin", "LogEntryAdmin", "PermissionGroupAdmin", "PublicKeyAdmin", "UserAdmin"]
