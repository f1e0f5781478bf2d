"""One way to answer people and programs: who gets JSON, and what a 'no' looks like as JSON and as a page."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeVar

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators import http

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
# Sentences by the member of what was sent that they are about; "__all__" is the whole.
Errors = Mapping[str, Iterable[object]]

JSON, HTML = "application/json", "text/html"
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class HasAddress(Protocol):
    """A post, a group: something with a page of its own."""

    def get_absolute_url(self) -> str: ...


class Unprocessable(BadRequest):
    """The client sent something that the address does not take; the message is a sentence for its person. 422."""


class TooMuch(BadRequest):
    """The person has as much as one may have for now; the message is a sentence for them. 429, with the seconds."""

    def __init__(self, sentence: str, *, seconds: int) -> None:
        super().__init__(sentence)
        self.seconds = seconds


def for_programs(view: View) -> View:
    """Mark an address that answers a client in JSON unless the client asks for a page."""
    vars(view)["pages_for"] = frozenset[str]()
    return view


def for_programs_and_forms(view: View) -> View:
    """Mark an address that answers in JSON, but a sent form by a page, unless the client asks for the other."""
    vars(view)["pages_for"] = FORMS
    return view


def require_POST(view: View) -> View:  # noqa: N802
    """Django's, marked, so that nobody is led to an address that shows nothing."""
    guarded = http.require_POST(view)
    vars(guarded)["shows_nothing"] = True
    return guarded


def wants_json(request: HttpRequest) -> bool:
    """Whether a client wants JSON: it sends JSON or prefers it, or leaves it to an address for programs."""
    view = request.resolver_match.func if request.resolver_match else None
    pages_for = getattr(view, "pages_for", None)
    is_json_first = pages_for is not None and request.content_type not in pages_for
    offered = [JSON, HTML] if is_json_first else [HTML, JSON]
    # Django takes the first of two that the client likes as much.
    return JSON in (request.content_type, request.get_preferred_type(offered) or offered[0])


def page_above(path: str) -> str:
    """/posts/<uid>/ of /posts/<uid>/delete/: an address that takes forms lies below the page that has them."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    return above if _shows_something(above) else page_above(above)


def _shows_something(path: str) -> bool:
    try:
        return not getattr(resolve(path).func, "shows_nothing", False)
    except Resolver404:
        return False


def refuse(
    request: HttpRequest,
    sentence: str,
    *,
    status: int,
    page: str,
    knows_reader: bool = True,
    way_on: str = "",
) -> HttpResponse:
    """A 'no' to the whole call: JSON, or the page of that template.

    The page can show the sentence as `text`, and lead to `way_on`. One that does not know its reader is rendered
    without the request, as long as nobody knows what is broken.
    """
    if wants_json(request):
        return refusal(sentence, status=status)
    shown = render_to_string(
        page, {"text": sentence, "way_on": way_on}, request=request if knows_reader else None
    )
    return HttpResponse(shown, status=status)


def refusal(sentence: str, *, status: int, member: str = "__all__", **members: object) -> JsonResponse:
    """A 'no' to the whole call or because of one member, for programs, in the shape that `malformed` has."""
    return JsonResponse({"errors": {member: [sentence]}, **members}, status=status)


def log_in_first() -> JsonResponse:
    """401, for programs that come without a session."""
    return refusal(_("Log in first."), status=401)


def malformed(errors: Errors, **members: object) -> JsonResponse:
    """422 with the sentences about each member, for programs, and what else a program could use."""
    listed = {member: [str(sentence) for sentence in sentences] for member, sentences in errors.items()}
    return JsonResponse({"errors": listed, **members}, status=422)


def turn_back(request: HttpRequest, errors: Errors | str, *, to: HasAddress | str) -> HttpResponse:
    """A view can't process what was sent: 422 for a program, and for a person a page that says it on top."""
    by_member: Errors = {"__all__": [errors]} if isinstance(errors, str) else errors
    if wants_json(request):
        return malformed(by_member)
    messages.error(request, " ".join(str(each) for sentences in by_member.values() for each in sentences))
    return redirect(to)
