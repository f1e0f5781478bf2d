from groups.models.group import Group, Joining
from groups.models.invitation import Invitation
from groups.models.kept_out import KeptOut
from groups.models.membership import Membership, Role

__all__ = ["Group", "Invitation", "Joining", "KeptOut", "Membership", "Role"]
