"""Sentences about posts on their way, for their authors and for moderators."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from posts.models import Failure
from posts.publishing import posts
from posts.publishing.attempts import MOST_ATTEMPTS
from secureblogs.crypto.documents import MAX_BODY


def why_failed(failure: str) -> str:
    """Why a post was not published; nothing of one that has not failed."""
    match failure:
        case Failure.DOES_NOT_OPEN:
            return _("The sealed draft could not be opened. It may have been sealed to an old key.")
        case Failure.NOT_A_DOCUMENT:
            return _("The sealed draft is not a document that this site understands.")
        case Failure.TITLE_DIFFERS:
            return _("The title in the sealed draft is not the title that was sent with it.")
        case Failure.WRONG_SIGNATURE:
            return _("The sealed draft is not signed by its author for this place.")
        case Failure.KEY_SUPERSEDED:
            return _(
                "It was signed with a key that its author had replaced before. Remove it here: the program that "
                "sent it can send it once more, as a new one, signed with the newest key."
            )
        case Failure.KEPT_FAILING:
            return ngettext(
                "Encrypting failed %(times)d time. What was written is kept, still sealed.",
                "Encrypting failed %(times)d times. What was written is kept, still sealed.",
                MOST_ATTEMPTS,
            ) % {"times": MOST_ATTEMPTS}
        case Failure.TOOK_TOO_LONG:
            return _("Encrypting took too long and was ended. What was written is kept, still sealed.")
        case _:
            return ""


def too_long() -> str:
    """Why a text is not taken."""
    return _("The text is too long: %(most)d MiB is the most.") % {"most": MAX_BODY >> 20}


def too_many() -> str:
    """Why no more of an author's posts are taken on."""
    return ngettext(
        "%(most)d post of yours is still being encrypted. Wait until it is done, then try again.",
        "%(most)d posts of yours are still being encrypted. Wait until some are done, then try again.",
        posts.MOST_UNFINISHED,
    ) % {"most": posts.MOST_UNFINISHED}
