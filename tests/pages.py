"""Pages as a test looks at them: signed in as somebody, and by element, not by searching for words."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client

from posts.models import Post
from tests.cast import Person, session_of

# A reader sees these only after pressing something, or never.
HIDDEN = {"dialog", "template", "script", "noscript"}
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}


def signed_in(person: Person, *, enforce_csrf_checks: bool = False) -> Client:
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(person.user)
    return client


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words, one space between them; none of what is in a template or a script."""
        return " ".join("".join(self._words(HIDDEN - {"dialog"})).split())

    @property
    def seen(self) -> str:
        """Its words that are seen before something is pressed."""
        return " ".join("".join(self._words(HIDDEN)).split())

    @property
    def links(self) -> dict[str, str]:
        """The addresses of the links that are seen, by their words."""
        return {link.text: link["href"] for link in self._inside(HIDDEN) if link.tag == "a"}

    @property
    def buttons(self) -> list[str]:
        """The buttons to press first; those inside a dialog or a template come later, if ever."""
        return [button.text for button in self._inside(HIDDEN) if button.tag == "button"]

    def all(self, tag: str, **attributes: str) -> "list[Element]":
        """The elements of this tag inside, with these attributes; `class_` is one of several."""
        return [element for element in self._inside() if element._is(tag, attributes)]

    def one(self, tag: str, **attributes: str) -> "Element":
        (found,) = self.all(tag, **attributes)
        return found

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)

    def _is(self, tag: str, attributes: dict[str, str]) -> bool:
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        one_class = wanted.pop("class-", None)
        return (
            self.tag == tag
            and all(self.attributes.get(name) == value for name, value in wanted.items())
            and (one_class is None or one_class in self.attributes.get("class", "").split())
        )

    def _inside(self, hidden: Collection[str] = ()) -> "Iterator[Element]":
        for child in self.children:
            if isinstance(child, Element) and child.tag not in hidden:
                yield child
                yield from child._inside(hidden)

    def _words(self, hidden: Collection[str]) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in hidden:
                yield from child._words(hidden)
                yield " " if child.tag in {"td", "th", "button"} else ""


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, "Elements have to be closed in order."

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def page(response: HttpResponseBase) -> Element:
    """The document of a page that answered 200."""
    assert response.status_code == 200
    return whole(response)


def main(response: HttpResponseBase) -> Element:
    """The main part of a page, whatever its status."""
    return whole(response).one("main")


def whole(response: HttpResponseBase) -> Element:
    """The document of a page, whatever its status."""
    builder = _Builder()
    builder.feed(response.getvalue().decode())
    builder.close()
    return builder.open[0]


def post_page(person: Person, post: Post) -> Element:
    """The page of a post, as this person gets it."""
    return page(signed_in(person).get(f"/posts/{post.uid}/"))


def article(person: Person, post: Post) -> Element:
    """The part of it that speaks of the post."""
    return post_page(person, post).one("article")


def buttons(element: Element) -> list[str]:
    return [button.text for button in element.all("button")]


def text_of(element: Element, css: str) -> str:
    return element.one("p", class_=css).text
