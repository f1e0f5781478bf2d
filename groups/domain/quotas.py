"""How many groups one person may own, and how many of their links may let people in."""

from datetime import datetime

from django.db.models import Min
from django.utils.translation import ngettext

from accounts.domain.quotas import Quota
from accounts.models import User
from groups.models import Invitation, Membership, Role


def _owned_by(user: User) -> int:
    return Membership.objects.filter(user=user, role=Role.OWNER).count()


def _few_groups_left(used: int, most: int) -> str:
    return ngettext(
        "You own %(used)d of the %(most)d group that one person may own.",
        "You own %(used)d of the %(most)d groups that one person may own.",
        most,
    ) % {"used": used, "most": most}


def _no_group_left(most: int, wait: str) -> str:
    return ngettext(
        "You own %(most)d group, and no more are possible. Delete it or hand it over, then make another one.",
        "You own %(most)d groups, and no more are possible. Delete one or hand one over, then make another one.",
        most,
    ) % {"most": most}


GROUPS = Quota("QUOTA_GROUPS", _owned_by, _few_groups_left, _no_group_left)


def _links_of(user: User) -> int:
    return Invitation.objects.usable().filter(created_by=user).count()


def _next_link_ends(user: User) -> datetime | None:
    links = Invitation.objects.usable().filter(created_by=user)
    ends: datetime | None = links.aggregate(ends=Min("expires_at"))["ends"]
    return ends


def _few_links_left(used: int, most: int) -> str:
    return ngettext(
        "You have %(used)d of the %(most)d working link that one person may have.",
        "You have %(used)d of the %(most)d working links that one person may have.",
        most,
    ) % {"used": used, "most": most}


def _no_link_left(most: int, wait: str) -> str:
    return ngettext(
        "%(most)d link of yours lets people in, and no more may. Revoke it, or wait until it ends in %(wait)s.",
        "%(most)d links of yours let people in, and no more may. Revoke one, or wait until the next ends in %(wait)s.",
        most,
    ) % {"most": most, "wait": wait}


INVITATIONS = Quota("QUOTA_INVITATIONS", _links_of, _few_links_left, _no_link_left, _next_link_ends)
