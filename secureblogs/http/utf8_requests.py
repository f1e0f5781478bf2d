"""Requests of a site that speaks UTF-8 only, and whose headers may hold anything."""

from django.core.exceptions import BadRequest
from django.core.handlers.asgi import ASGIRequest
from django.http.request import MediaType
from django.utils.functional import cached_property
from django.utils.http import parse_header_parameters

UTF_8 = {"utf-8", "utf8"}


class Utf8Request(ASGIRequest):
    """Django's own takes any codec of Python's for the text of forms, and breaks off at a header that it can't parse.

    Some of these codecs are none of text, and it breaks off where nobody answers with the site's pages and headers.
    """

    def _set_content_type_params(self, meta: dict[str, str]) -> None:
        try:
            self.content_type, self._parameters = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            self.content_type, self._parameters = "", {}
        self.content_params = self._parameters

    def _load_post_and_files(self) -> None:
        # Whatever another method says of its body, nobody reads a form from it.
        if self.method == "POST" and self._parameters.get("charset", "utf-8").lower() not in UTF_8:
            self._mark_post_parse_error()  # type: ignore[attr-defined]
            raise BadRequest("A form has to be in UTF-8.")
        super()._load_post_and_files()

    @cached_property
    def accepted_types(self) -> list[MediaType]:
        try:
            found: list[MediaType] = super().accepted_types
            return found
        except ValueError:
            return []
