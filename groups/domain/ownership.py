"""What an owner does with a group as a whole: hand it over, or delete it."""

from django.conf import settings
from django.db import transaction
from django.db.models import Case, IntegerField, Model, QuerySet, Value, When
from django.utils.translation import gettext

from accounts.domain import account_notices, jobs, locks
from accounts.domain.jobs import LeftAlone, Options
from accounts.models import User
from groups.domain import groups, members
from groups.models import Group, Membership, Role

DELETE = "own.delete_group"
# A page offers so many people; anybody else is made an owner on the page of members.
MOST_OFFERED = 50


def heirs(group: Group, *, of: User) -> QuerySet[Membership]:
    """The members whom somebody could hand the group over to: its owners and moderators first, then the oldest."""
    rank = Case(
        When(role=Role.OWNER, then=Value(0)),
        When(role=Role.MODERATOR, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    others = Membership.objects.filter(group=group, user__is_active=True).exclude(user=of)
    return others.select_related("user", "group").order_by(rank, "pk")[:MOST_OFFERED]


@transaction.atomic
def hand_over(membership: Membership, *, by: Membership) -> None:
    """Make somebody else an owner at once, and `by`, an owner, an ordinary member.

    At once, without asking them: a group whose owner leaves must not wait for a yes that may never come, and who does
    not want it leaves or hands it on. They are told by mail. NotAllowed, NotAMember; CannotOwn.
    """
    if membership.pk == by.pk:
        raise members.NotAllowed
    locks.lock_people(membership.user, by.user)
    members.appoint(membership, role=Role.OWNER, by=by)
    members.change_role(by, role=Role.MEMBER)
    # Neither names: who makes groups and hands them over could say something to strangers by them.
    group_url = settings.SITE_URL + membership.group.get_absolute_url()
    account_notices.write(membership.user, "groups/email/handed_over", {"group_url": group_url})


def delete(group: Group, *, by: User) -> None:
    """Delete a group as its owner: for its members at once, the rest of a large one by a worker. NotAllowed."""
    job = jobs.begin(by, action=DELETE, things=[group.pk], options={})
    jobs.run(job.pk, seconds=jobs.SECONDS_TO_WAIT)
    job.refresh_from_db(fields=["left_alone"])
    if job.left_alone:
        raise members.NotAllowed


@transaction.atomic
def _delete_some(group: Model, actor: User, options: Options) -> bool:
    assert isinstance(group, Group)
    held = members.lock_group(group)
    # The first piece ends every membership: from then on nobody can be an owner, and nobody joins.
    if held.memberships.exists() and not held.memberships.filter(user=actor, role=Role.OWNER).exists():
        raise LeftAlone(gettext("You don't own the group any more."))
    return groups.end(held)


jobs.register(DELETE, jobs.Action(Group, _delete_some, may=jobs.anybody))
