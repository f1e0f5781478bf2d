"""Why a request about a person's keys is refused; every one carries a sentence for the person."""


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
