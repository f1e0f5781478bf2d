"""What these tests do with a browser, whatever its engine."""

from collections.abc import Callable
from typing import Protocol

# Debian's Firefox takes most of it to start on a machine that has much else to do.
SECONDS_TO_WAIT = 60


class Browser(Protocol):
    """A page in a profile of its own. Everything waits until the element of the XPath is to be seen.

    `choose` gives a picture on this machine to a file input that is there.
    """

    def open(self, address: str) -> None: ...

    def click(self, xpath: str) -> None: ...

    def type(self, xpath: str, text: str) -> None: ...

    def text(self, xpath: str) -> str: ...

    def choose(self, xpath: str, path: str) -> None: ...


# Lets somebody in, with a new profile.
Enter = Callable[[], Browser]
