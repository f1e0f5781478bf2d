"""Groups, who belongs to them and how people get in, for moderators and administrators.

Nobody is made a member here and no group is opened: who could do that would read what is published from then
on.
"""

from groups.admin.groups import GroupAdmin
from groups.admin.invitations import InvitationAdmin
from groups.admin.memberships import MembershipAdmin

__all__ = ["GroupAdmin", "InvitationAdmin", "MembershipAdmin"]
