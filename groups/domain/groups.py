"""Groups: making one, describing it, locking it."""

import re
import secrets
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.domain import locks
from accounts.models import User
from groups.domain import members, quotas
from groups.models import Group, Joining, Role
from groups.signals import group_clearing, group_closing
from secureblogs import live

# Addresses have these words, or might have them: /groups/new/ is never a group.
NEVER_SLUGS = {"new", "join", "leave", "members", "edit", "posts", "invitations", "requests", "keys", "admin"}


@transaction.atomic
def create(name: str, *, owner: User, description: str = "", joining: Joining = Joining.INVITATION) -> Group:
    """Make a group with its owner as the first member. QuotaMet."""
    # The second of two groups that somebody makes at once waits, and counts the first.
    locks.lock_people(owner)
    quotas.GROUPS.check(owner)
    values = {"name": name, "description": description, "joining": joining}
    for slug in _slugs(name):
        # The constraint sends one of two groups that are made at once under one name on to the next slug.
        group, is_new = Group.objects.get_or_create(slug=slug, defaults=values)
        if is_new:
            break
    members.join(group, user=owner, role=Role.OWNER)
    return group


@transaction.atomic
def describe(group: Group, *, name: str, description: str, joining: Joining | None = None) -> None:
    """Change what the group is called, what it is about and, if that is given, who can join; its address stays."""
    group.name, group.description = name, description
    fields = ["name", "description"]
    if joining is not None:
        group.joining = joining
        fields.append("joining")
    group.save(update_fields=fields)


@transaction.atomic
def lock(group: Group) -> None:
    """Lock the group: nobody posts and nobody joins any more, and open pages show it. Harmless twice."""
    if _lock(group):
        live.publish(live.group_channel(group), live.NEWS_MISSED)


@transaction.atomic
def unlock(group: Group) -> None:
    """Let people post and join again, and open pages show it. Harmless twice."""
    if Group.objects.filter(pk=group.pk).exclude(locked_at=None).update(locked_at=None):
        live.publish(live.group_channel(group), live.NEWS_MISSED)
    group.refresh_from_db(fields=["locked_at"])


@transaction.atomic
def delete(group: Group) -> None:
    """Delete a group with its memberships, its invitations and all its posts. Harmless twice."""
    # The lock keeps everybody from posting, joining and leaving. The full one would deadlock with a worker, which at
    # its commit looks at the foreign keys of the post that it changed twice.
    held = Group.objects.select_for_update(no_key=True).filter(pk=group.pk).first()
    if held is None:
        return
    group_closing.send(sender=Group, group=held)
    _tell_of_end(held)
    held.delete()


@transaction.atomic
def end(group: Group) -> bool:
    """Delete a group of any size piece by piece, for its members at once; whether something of it is left.

    Call it until nothing is, each time in a transaction of its own.
    """
    if group.memberships.exists():
        close(group)
        return True
    if clear(group):
        return True
    delete(group)
    return False


@transaction.atomic
def clear(group: Group) -> bool:
    """Lock a group and delete a piece of what was written in it; whether something was there."""
    _lock(group)
    return any(found for _, found in group_clearing.send(sender=Group, group=group))


@transaction.atomic
def close(group: Group) -> None:
    """End all memberships of a group; nobody posts, joins or finds it any more."""
    held = members.lock_group(group)
    Group.objects.filter(pk=held.pk).update(joining=Joining.INVITATION)
    _lock(held)
    # In the order in which everybody locks several of them.
    list(held.memberships.order_by("pk").select_for_update().values_list("pk"))
    held.memberships.all().delete()
    _tell_of_end(held)


def _lock(group: Group) -> bool:
    """Lock the group without telling anybody; whether it was unlocked before."""
    is_new = Group.objects.filter(pk=group.pk, locked_at=None).update(locked_at=timezone.now()) > 0
    group.refresh_from_db(fields=["locked_at"])
    return is_new


def _tell_of_end(group: Group) -> None:
    # The message is not within the group: when it arrives, nobody belongs to the group any more.
    live.publish(live.group_channel(group), "membership.ended", group=group.slug)
    live.publish(live.group_channel(group), live.MEMBERSHIPS_CHANGED)


def _slugs(name: str) -> Iterator[str]:
    """Addresses for a group of this name, the nicest first, without end."""
    base = re.sub(r"[^a-z0-9]+", "-", slugify(name))[:50].strip("-")
    if base and base not in NEVER_SLUGS:
        yield base
    while True:
        # A -2 or -3 would say how many groups of this name there are.
        yield "-".join(filter(None, [base, secrets.token_hex(3)]))
