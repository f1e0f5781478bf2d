"""Why a request about a person's keys is refused; every one carries a sentence for the person."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """Something in the request is wrong in itself; `member` is at fault."""

    def __init__(self, member: str, sentence: str) -> None:
        super().__init__(sentence)
        self.member = member


class TooLate(Exception):
    """The request fitted to how things were: somebody was faster, or it is over."""


class TooOften(Exception):
    """The person did this as often as one may for now."""


class NotConfirmed(Exception):
    """The person has to confirm first who they are."""


def no_key_yet() -> TooLate:
    """The error where somebody goes on from an account key, and their account has none."""
    return TooLate(_("This account has no key yet."))
