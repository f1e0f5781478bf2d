"""What people are told who can't comment right now."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.domain.members import GroupLocked
from posts.comments import commenting


def why_not(obstacle: Exception) -> str:
    """Why somebody can't write or edit a comment."""
    match obstacle:
        case GroupLocked():
            return _("This group is locked: nobody can comment in it now.")
        case commenting.TooManyToday():
            return ngettext(
                "You wrote %(most)d comment today, and no more may come. Send it again tomorrow.",
                "You wrote %(most)d comments today, and no more may come. Send it again tomorrow.",
                commenting.MOST_A_DAY,
            ) % {"most": commenting.MOST_A_DAY}
        case commenting.TooMany():
            return ngettext(
                "You wrote %(most)d comment in this minute, and no more may come. Send it again in a minute.",
                "You wrote %(most)d comments in this minute, and no more may come. Send it again in a minute.",
                commenting.MOST_A_MINUTE,
            ) % {"most": commenting.MOST_A_MINUTE}
        case commenting.ParentGone():
            return _("The comment that you answer was deleted.")
        case _:
            return _("The post is not encrypted for any key of yours, so you can't comment on it.")
