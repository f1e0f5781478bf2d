"""Read requests as people make and see them in a browser."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.people import Person

# Milliseconds in which news arrive: well under one second, but for a machine that does ten things at once.
SOON = 3_000


def ask(asker: Person, post: str, *, message: str = "") -> int:
    """Open a post that one has no key for, and ask with one click; the number of the request."""
    asker.open(post)
    expect(asker.article).to_have_attribute("data-access", "no-key")
    if message:
        asker.page.get_by_text("With a message", exact=True).click()
        asker.page.get_by_label("Message", exact=True).fill(message)
    asker.press("Ask to read")
    expect(asker.article).to_have_attribute("data-request-state", "pending")
    return asked(asker)


def asked(asker: Person) -> int:
    """The number of the request that waits on the open page of a post."""
    address = asker.page.locator("form.ask").get_attribute("action")
    assert address is not None
    return int(address.split("/")[2])


def sees_waiting(author: Person, number: int) -> None:
    """The badge and the title of the open page say so many."""
    badge = author.page.locator('[data-badge="requests"]')
    if number:
        expect(badge).to_have_text(str(number))
        expect(badge).to_be_visible()
    else:
        expect(badge).to_be_hidden()
    expect(author.page).to_have_title(re.compile(rf"^\({number}\) [^(]" if number else r"^[^(]"))


def told(person: Person, kind: str) -> list[object]:
    """The numbers of the requests of which the sockets of this browser brought a message of that kind."""
    return [message["request_id"] for message in person.heard if message.get("type") == kind]


def toasts(person: Person) -> Locator:
    """The words of the toasts at the edge of the open page, links included."""
    return person.page.locator("#toasts .toast__text")


def waiting(author: Person) -> Locator:
    """The cards of the requests that wait, on the page of requests."""
    return author.page.locator("#waiting [data-request-id]")


def rows(person: Person, section: str) -> Locator:
    """The rows of a list on the page of requests: 'Answered lately' or 'What you asked'."""
    return person.page.get_by_role("region", name=section, exact=True).locator("[data-request-id]")


def card(person: Person, request_id: int) -> Locator:
    """One request on that page, whichever list it is in."""
    return person.page.locator(f'[data-request-id="{request_id}"]')


def approve(author: Person, request_id: int) -> None:
    """Press 'Approve' on the page of requests, which is open."""
    author.page.bring_to_front()
    card(author, request_id).get_by_role("button", name="Approve", exact=True).click()


def reject(author: Person, request_id: int, *, reason: str = "") -> None:
    """Press 'Reject' there, after writing why."""
    author.page.bring_to_front()
    card(author, request_id).get_by_label("Reason", exact=True).fill(reason)
    card(author, request_id).get_by_role("button", name="Reject", exact=True).click(no_wait_after=True)


def reads(asker: Person, text: str) -> None:
    """The open page of the post shows its text."""
    expect(asker.article).to_have_attribute("data-access", "open")
    expect(asker.body).to_have_text(text)
