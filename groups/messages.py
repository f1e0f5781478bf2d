"""Why something in a group can't be done: one sentence each, for pages, forms and the administration."""

from django.utils.translation import gettext as _

from accounts.models import User
from groups.models import Group


def nobody_joins() -> str:
    """A moderator of the site locked the group."""
    return _("The group is locked: nobody can join it for now.")


def no_member(person: User) -> str:
    """The person does not belong to the group."""
    return _("%(name)s is no longer a member.") % {"name": person.name}


def cannot_own(person: User) -> str:
    """The group could be left with an owner who never comes."""
    return _("%(name)s can't own a group: their account is closed.") % {"name": person.name}


def you_are_last_owner() -> str:
    """The reader would leave the group without an owner."""
    return _("You are the only owner: make somebody else one first.")


def last_owner(person: User, group: Group) -> str:
    """Somebody who moderates the site would leave the group without an owner."""
    sentence = _(
        "%(user)s is the only owner of “%(group)s”: make another member its owner first, or delete it."
    )
    return sentence % {"user": person, "group": group}
