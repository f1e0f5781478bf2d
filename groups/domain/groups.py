"""Groups: making one, describing it, locking it."""

import re
import secrets
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from groups.domain import members
from groups.models import Group, Joining, Role
from groups.signals import group_closing
from secureblogs import live

# Words that stand in addresses, or might: /groups/new/ is never a group.
NEVER_SLUGS = {"new", "join", "leave", "members", "edit", "posts", "invitations", "requests", "keys", "admin"}


@transaction.atomic
def create(name: str, *, owner: User, description: str = "", joining: Joining = Joining.INVITATION) -> Group:
    """Make a group with its owner as the first member."""
    values = {"name": name, "description": description, "joining": joining}
    for slug in _slugs(name):
        # The constraint decides: of two groups made at once under one name, one goes on to the next slug.
        group, is_new = Group.objects.get_or_create(slug=slug, defaults=values)
        if is_new:
            break
    members.join(group, user=owner, role=Role.OWNER)
    return group


@transaction.atomic
def describe(group: Group, *, name: str, description: str, joining: Joining) -> None:
    """Change what the group is called, what it is about and who can join; its address stays."""
    group.name, group.description, group.joining = name, description, joining
    group.save(update_fields=["name", "description", "joining"])


@transaction.atomic
def lock(group: Group) -> None:
    """Nobody posts and nobody joins any more. Harmless twice."""
    Group.objects.filter(pk=group.pk, locked_at=None).update(locked_at=timezone.now())
    group.refresh_from_db(fields=["locked_at"])


@transaction.atomic
def unlock(group: Group) -> None:
    """Let people post and join again. Harmless twice."""
    Group.objects.filter(pk=group.pk).update(locked_at=None)
    group.refresh_from_db(fields=["locked_at"])


@transaction.atomic
def delete(group: Group) -> None:
    """Delete a group with its memberships, its invitations and all its posts. Harmless twice."""
    # Nobody posts, joins or leaves meanwhile. The full lock would deadlock with a worker: at its end it looks at the
    # foreign keys of the post that it changed twice.
    held = Group.objects.select_for_update(no_key=True).filter(pk=group.pk).first()
    if held is None:
        return
    group_closing.send(sender=Group, group=held)
    # Not within the group: when it arrives, nobody belongs to it any more.
    live.tell(live.group_channel(held), "membership.ended", group=held.slug)
    live.tell(live.group_channel(held), live.MEMBERSHIPS_CHANGED)
    held.delete()


def _slugs(name: str) -> Iterator[str]:
    """Addresses for a group of this name, the nicest first, without end."""
    base = re.sub(r"[^a-z0-9]+", "-", slugify(name))[:50].strip("-")
    if base and base not in NEVER_SLUGS:
        yield base
    while True:
        # Not -2, -3: that would say how many groups of this name there are.
        yield "-".join(filter(None, [base, secrets.token_hex(3)]))
