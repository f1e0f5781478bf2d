"""Sentences about read requests, the same for programs, for messages on a page and for the page itself."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posts.models import RequestState
from posts.requests import obstacles
from posts.requests.answering import WrongKeys


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
            return not_now()
        case obstacles.TooSoon(when=when):
            return may_ask_again(when)
        case obstacles.TooOften(minutes=minutes):
            return ngettext(
                "You asked for it again and again without waiting. You may ask once more in %(minutes)d minute.",
                "You asked for it again and again without waiting. You may ask once more in %(minutes)d minutes.",
                minutes,
            ) % {"minutes": minutes}
        case obstacles.LockedGroup():
            return _("This group is locked: nobody can ask in it now.")
        case obstacles.TooManyWaiting():
            return obstacles.WAITING.met(obstacles.WAITING.most, "")
        case _:
            return _(
                "There is nothing to ask for: the post is encrypted for all your keys, or not yet encrypted."
            )


def not_now() -> str:
    """All that somebody is told whose requests an author mutes."""
    return _("Not now.")


def may_ask_again(when: datetime) -> str:
    """When somebody who was refused may ask again."""
    return _("You may ask again on %(day)s.") % {"day": date_format(localtime(when), "j F Y")}


def already_answered(state: RequestState) -> str:
    """Why an author's answer to a request comes too late."""
    match state:
        case RequestState.APPROVED:
            return _("That request no longer waits: it is granted.")
        case RequestState.REJECTED:
            return _("That request no longer waits: it is refused.")
        case RequestState.WITHDRAWN:
            return _("That request no longer waits: it was withdrawn.")
        case _:
            return _("That request no longer waits: it is closed.")


def difference(wrong: WrongKeys) -> list[str]:
    """How the wrapped keys that came differ from those that were asked for."""
    sentences = {
        _("Wrapped keys are missing for: %(fingerprints)s."): wrong.missing,
        _("These keys are not asked for, or no longer active: %(fingerprints)s."): wrong.unexpected,
        _("These wrapped keys have the wrong size: %(fingerprints)s."): wrong.wrong_size,
    }
    return [
        sentence % {"fingerprints": ", ".join(fingerprints)}
        for sentence, fingerprints in sentences.items()
        if fingerprints
    ]
