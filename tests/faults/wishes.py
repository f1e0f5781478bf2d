"""People's wishes: each is sent until the site answers it, and the history keeps the outcome."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import Error, connection

from tests.crowd import Answer
from tests.faults.history import Attempt, History, Outcome

SECONDS_TO_ANSWER = 30

# None where nothing was sent, since there is nothing to do.
Send = Callable[[], Answer | None]


@dataclass(frozen=True)
class Wish:
    """Something that a person wants done; `what` as in Attempt."""

    kind: str
    who: str
    what: str
    send: Send


@dataclass
class Left(Exception):
    """The browser was gone while it sent. What did not arrive whole is not done; who `comes_back` sends it again."""

    is_whole: bool
    comes_back: bool


@dataclass
class Wishes:
    """All of a schedule. `accepted` is called with the uid of each post whose submission was answered, or, with true,
    an edit of it."""

    accepted: Callable[[str, bool], None]
    history: History = field(default_factory=lambda: History([]))
    unanswered: list[Wish] = field(default_factory=list)

    def send(self, wish: Wish) -> None:
        """Send a wish once; if there is no answer, `send_again` sends it again."""
        if not self._try(wish):
            self.unanswered.append(wish)

    def send_again(self) -> None:
        """Send what the site did not answer, until it does or everybody has lost patience."""
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while self.unanswered and time.monotonic() < deadline:
            self.unanswered = [wish for wish in self.unanswered if not self._try(wish)]

    def _try(self, wish: Wish) -> bool:
        """Whether it was answered, or nobody waits for that any more."""
        try:
            answer = wish.send()
        except (ConnectionRefusedError, Error):
            # Nobody listened, or there was no session to come with: it was not sent.
            connection.close()
            return False
        except Left as left:
            self._note(wish, Outcome.UNKNOWN if left.is_whole else Outcome.REFUSED, words=repr(left))
            return not left.comes_back
        except Exception as error:  # Whatever it was, it was no answer.
            self._note(wish, Outcome.UNKNOWN, words=repr(error))
            return False
        if answer is None:
            return True
        words = f"{answer.status} {answer.body[:200]!r}" if answer.status >= 400 else str(answer.status)
        if answer.status >= 500:
            self._note(wish, Outcome.UNKNOWN, words=words)
            return False
        outcome = Outcome.REFUSED if answer.status >= 400 else Outcome.DONE
        self._note(wish, outcome, words=words, is_new=answer.status == 201)
        if wish.kind in {"publish", "edit"} and outcome is Outcome.DONE:
            self.accepted(wish.what, wish.kind == "edit")
        return True

    def _note(self, wish: Wish, outcome: Outcome, *, words: str, is_new: bool = False) -> None:
        self.history.attempts.append(Attempt(wish.kind, wish.who, wish.what, outcome, is_new, words))
