"""Deleting one's own account: closed at once, with the groups that nobody takes over; a worker does the rest."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Model

from accounts.domain import account_notices, jobs, locks, users
from accounts.domain.jobs import Options
from accounts.models import Job, User
from groups.domain import groups, members, ownership
from groups.models import Group, Membership, Role

DELETE = "own.delete_account"
# Why the sessions end, for the browsers that are there: they forget what they hold.
REASON = "account_deleted"


class MayAdminister(Exception):
    """Another administrator has to take the permissions away first."""


def delete_account(user: User, *, keep_written: bool, heirs: Mapping[int, Membership | None]) -> None:
    """Delete the account, and leave what its owner wrote to its readers if they wish so.

    `heirs` are, by the pk of each group that needs an owner, the member who becomes one, or None for a group that is
    deleted. MayAdminister; members.LastOwner if one more group needs an owner by now, NotAMember, CannotOwn.
    """
    job = _close(user, keep_written=keep_written, heirs=heirs)
    jobs.run(job.pk, seconds=jobs.SECONDS_TO_WAIT)


@transaction.atomic
def _close(user: User, *, keep_written: bool, heirs: Mapping[int, Membership | None]) -> Job:
    locks.lock_people(user, *(heir.user for heir in heirs.values() if heir))
    if User.objects.get(pk=user.pk).is_staff:
        raise MayAdminister
    ending: list[int] = []
    mine = Membership.objects.filter(user=user, role=Role.OWNER).select_related("group", "user")
    # All groups come before any membership.
    list(Group.objects.filter(pk__in=mine.values("group")).select_for_update(no_key=True).order_by("pk"))
    for membership in mine.order_by("group"):
        if not _settle(membership, heirs):
            ending.append(membership.group_id)
    account_notices.tell_of_deletion(user)
    users.deactivate(user, reason=REASON)
    options = {"keep_written": keep_written, "groups": ending}
    return jobs.begin(user, action=DELETE, things=[user.pk], options=options)


def _settle(membership: Membership, heirs: Mapping[int, Membership | None]) -> bool:
    """Leave a group to its other members, if it stays; whether it does."""
    group = membership.group
    others = Membership.objects.filter(group=group).exclude(pk=membership.pk)
    if not others.exists():
        # It goes with its only member.
        return True
    if Membership.objects.owners_beside(membership).exists():
        # From now on the others keep an owner among themselves.
        members.change_role(membership, role=Role.MEMBER)
        return True
    if group.pk not in heirs:
        raise members.LastOwner
    if heir := heirs[group.pk]:
        ownership.hand_over(heir, by=membership)
        return True
    groups.close(group)
    return False


@transaction.atomic
def _delete_some(user: Model, actor: User, options: Options) -> bool:
    assert isinstance(user, User)
    ending = options["groups"]
    assert isinstance(ending, list)
    for group in Group.objects.filter(pk__in=ending).order_by("pk")[:1]:
        groups.end(group)
        return True
    return users.end(user, keep_written=bool(options["keep_written"]))


jobs.register(DELETE, jobs.Action(User, _delete_some, may=jobs.anybody))
