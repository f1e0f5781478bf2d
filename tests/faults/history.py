"""People's attempts, in the order in which they happened, and the site's answers."""

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """How an attempt came out, as its answer tells."""

    DONE = "done"
    # It was refused, or did not arrive whole.
    REFUSED = "refused"
    # No answer, or one of a server in trouble: it was done or it was not.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Attempt:
    """One request. People send them one after the other, so that none overlaps another.

    `what` is the uid of a post, a comment or a file, the name of an edit of a comment, or the fingerprint of a key;
    `is_new` whether the answer said that something was made.
    """

    kind: str
    who: str
    what: str
    outcome: Outcome
    is_new: bool
    words: str

    def __str__(self) -> str:
        return f"{self.kind} by {self.who} ({self.outcome.value}: {self.words})"


@dataclass
class History:
    """All attempts of a schedule."""

    attempts: list[Attempt]

    def bind(self, who: str, post: str, *, author: str) -> list[Attempt]:
        """The attempts that decide whether this person can read this post."""
        return [attempt for attempt in self.attempts if _is_about(attempt, who, post, author)]

    def revocations(self, who: str, fingerprint: str) -> list[Outcome]:
        """The outcomes of the attempts to revoke a key."""
        return [
            attempt.outcome
            for attempt in self.attempts
            if (attempt.kind, attempt.who, attempt.what) == ("revoke", who, fingerprint)
        ]

    def outcomes(self, kind: str, what: str) -> list[Outcome]:
        """Those of the attempts of this kind."""
        return [each.outcome for each in self.attempts if (each.kind, each.what) == (kind, what)]


def _is_about(attempt: Attempt, who: str, post: str, author: str) -> bool:
    if attempt.kind == "publish":
        return (attempt.who, attempt.what) == (author, post)
    return attempt.who == who and (
        attempt.kind in {"join", "leave"}
        or (attempt.kind in {"ask", "approve", "reject"} and attempt.what == post)
    )
