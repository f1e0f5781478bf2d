"""The permission group 'Moderators': what somebody needs to look after the site without running it.

They see people, keys, groups, memberships, invitations, posts, comments, and how much files take; close accounts and
open them again, turn off a lost second factor, revoke keys and invitations, lock, describe and delete groups, take
roles away, remove members, delete comments, delete posts and have failed ones tried again. They make no accounts,
delete none, and hand out neither permissions nor roles in groups: administrators do.
"""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

NAME = "Moderators"
PERMISSIONS = {
    "accounts": ["view_user", "change_user", "view_publickey", "change_publickey"],
    "groups": [
        "view_group",
        "change_group",
        "delete_group",
        "view_membership",
        "delete_membership",
        "view_invitation",
        "change_invitation",
    ],
    "posts": ["view_post", "change_post", "delete_post", "view_comment", "delete_comment", "view_storedfile"],
}


def make_group(**kwargs: object) -> None:
    """After a migration: make the group if there is none. What administrators made of it stays."""
    group, is_new = Group.objects.get_or_create(name=NAME)
    if is_new:
        wanted = Q()
        for app, codenames in PERMISSIONS.items():
            wanted |= Q(content_type__app_label=app, codename__in=codenames)
        group.permissions.set(Permission.objects.filter(wanted))
