"""Whether a revision is signed by its author, as its readers will check it."""

from dataclasses import asdict

from accounts.models import AccountKey
from posts.models import Revision
from secureblogs.crypto.authors import check_author
from secureblogs.crypto.errors import BrokenChain, UnacceptableKey, WrongSignature
from secureblogs.crypto.frames import Frame


class NotSigned(Exception):
    """The author's account key did not sign this document for this place."""


class KeySuperseded(Exception):
    """It was signed with an account key that had been replaced when the revision was submitted."""


def check(revision: Revision, frame: Frame) -> None:
    """NotSigned or KeySuperseded. Only somebody who had no account key when they submitted it may leave it unsigned."""
    if not frame.is_signed and revision.author_generation == 0:
        return
    chain = [key.link for key in AccountKey.objects.of(revision.post.author)]
    try:
        link = check_author(frame, chain=chain, **asdict(revision.contexts))
    except (BrokenChain, UnacceptableKey, WrongSignature):
        raise NotSigned from None
    if link.generation < revision.author_generation:
        raise KeySuperseded
