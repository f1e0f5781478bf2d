"""Sentences about read requests, for answers to programs and for messages on a page."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posts.domain import obstacles
from posts.domain.answers import WrongKeys


def why_not(obstacle: obstacles.CannotAsk) -> str:
    """Why somebody may not ask right now."""
    match obstacle:
        case obstacles.NoActiveKey():
            return _("You have no key that a post could be encrypted for. Make one first.")
        case obstacles.NobodyCanGrant():
            return _("Only you could grant it, with a key that you no longer have.")
        case obstacles.AuthorGone():
            return _("Its author has left the group, so nobody can let you read it.")
        case obstacles.AuthorClosed():
            return _("The account of its author is closed, so nobody can let you read it now.")
        case obstacles.Muted():
            return _("Not now.")
        case obstacles.TooSoon(when=when):
            return _("You may ask again on %(day)s.") % {"day": date_format(when)}
        case obstacles.TooOften(minutes=minutes):
            return (
                ngettext(
                    "You asked for it again and again without waiting. You may ask once more in %d minute.",
                    "You asked for it again and again without waiting. You may ask once more in %d minutes.",
                    minutes,
                )
                % minutes
            )
        case obstacles.LockedGroup():
            return _("This group is locked: nobody can ask in it now.")
        case obstacles.TooManyWaiting():
            return _(
                "%(most)d requests of yours wait in this group, and no more may. Ask again when some are answered."
            ) % {"most": obstacles.MOST_WAITING}
        case _:
            return _(
                "There is nothing to ask for: the post is encrypted for all your keys, or not yet encrypted."
            )


def difference(wrong: WrongKeys) -> list[str]:
    """How the wrapped keys that came differ from those that were asked for."""
    sentences = {
        _("Wrapped keys are missing for: %s."): wrong.missing,
        _("These keys are not asked for, or no longer active: %s."): wrong.unexpected,
        _("These wrapped keys have the wrong size: %s."): wrong.wrong_size,
    }
    return [
        sentence % ", ".join(fingerprints) for sentence, fingerprints in sentences.items() if fingerprints
    ]
