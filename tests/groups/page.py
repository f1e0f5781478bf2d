"""A page as somebody sees it who looks at its text and its controls only."""

from html.parser import HTMLParser
from typing import Protocol

# What is not seen before something is pressed, or never.
HIDDEN = {"dialog", "template", "script", "title"}


class Answer(Protocol):
    content: bytes


class Page(HTMLParser):
    """Text, links and buttons of the main part of a page, in order."""

    def __init__(self, response: Answer) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.buttons: list[str] = []
        self.tags: list[str] = []
        self._texts: list[str] = []
        self._path: list[str] = []
        self._control = ""
        self._address = ""
        self.feed(response.content.decode())

    @property
    def text(self) -> str:
        """Everything that is seen, with single spaces."""
        return " ".join("".join(self._texts).split())

    @property
    def _is_seen(self) -> bool:
        return "main" in self._path and not HIDDEN.intersection(self._path)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in {"meta", "link", "input", "br", "hr", "img"}:
            return
        self._path.append(tag)
        if tag in {"a", "button"}:
            self._control = ""
            self._address = dict(attributes).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if self._is_seen and tag == "a":
            self.links[self._control.strip()] = self._address
        if self._is_seen and tag == "button":
            self.buttons.append(self._control.strip())
        if tag in {"td", "th", "button"}:
            self._texts.append(" ")
        while self._path and self._path.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._is_seen:
            self._texts.append(data)
            self._control += data
