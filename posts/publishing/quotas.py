"""How many posts one person may publish in a day, each edit of one among them."""

from django.utils.translation import ngettext

from accounts.domain.quotas import DailyCount, Quota

# Posts that were deleted since count, too: workers encrypted them for everybody.
posted = DailyCount("posts-of-a-day")


def _few_left(used: int, most: int) -> str:
    return ngettext(
        "You published %(used)d of the %(most)d post that one person may publish in a day, edits included.",
        "You published %(used)d of the %(most)d posts that one person may publish in a day, edits included.",
        most,
    ) % {"used": used, "most": most}


def _none_left(most: int, wait: str) -> str:
    return ngettext(
        "You published %(most)d post within a day, edits included, and no more are possible. You may publish again in "
        "%(wait)s.",
        "You published %(most)d posts within a day, edits included, and no more are possible. You may publish again in "
        "%(wait)s.",
        most,
    ) % {"most": most, "wait": wait}


POSTS_A_DAY = Quota("QUOTA_POSTS_A_DAY", posted.of, _few_left, _none_left, posted.ends_at)
