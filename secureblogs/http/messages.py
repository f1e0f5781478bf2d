"""Django's messages to somebody about what they just did, kept in the session for the next page that they open."""

from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.session import SessionStorage
from django.http.response import HttpResponseBase

from secureblogs.http import clients


class PageMessages(SessionStorage):
    """A page that a script fetches again shows none, and leaves them to the page that the person opens."""

    def _get(self, *args: object, **kwargs: object) -> tuple[list[Message], bool]:
        # The stubs leave out what every storage has to bring.
        return ([], True) if self._is_refresh else super()._get(*args, **kwargs)  # type: ignore[misc]

    def update(self, response: HttpResponseBase) -> list[Message] | None:
        """Store what is left. Called by Django at the end of each request."""
        return [] if self._is_refresh else super().update(response)

    @property
    def _is_refresh(self) -> bool:
        headers = self.request.headers
        accept, destination = headers.get("Accept", ""), headers.get("Sec-Fetch-Dest", "")
        return clients.is_refresh(self.request.method or "", accept=accept, destination=destination)
