"""How the addresses of keys say no."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts import reauthentication
from accounts.http import SignedInRequest, login_required, session_mark
from accounts.keys import reading
from accounts.keys.bodies import Members
from accounts.keys.errors import NotConfirmed, Refused, TooLate, TooOften
from accounts.keys.keyholders import Caller
from secureblogs.http.answers import for_programs, malformed, refusal
from secureblogs.http.json_bodies import json_members

P = ParamSpec("P")
KEYS = "/keys/"


def for_browsers(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """An address of keys: JSON, with a session, and each refusal with its sentence."""

    @wraps(view)
    def guarded(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            return malformed({refused.member: [str(refused)]})
        except TooLate as late:
            errors = {"__all__": [str(late)]}
            return JsonResponse({"errors": errors, "account": reading.account(request.user)}, status=409)
        except TooOften as often:
            return refusal(str(often), status=429)
        except NotConfirmed:
            return reauthentication.ask(request, back_to=KEYS)

    return for_programs(login_required(guarded))


def account(request: SignedInRequest, *, status: int = 200) -> JsonResponse:
    """What became of the person's keys."""
    return JsonResponse({"account": reading.account(request.user)}, status=status)


def body(request: SignedInRequest) -> Members:
    """The JSON object that was sent."""
    return Members(json_members(request))


def caller(request: SignedInRequest) -> Caller:
    """The caller of this request."""
    return Caller(session_mark(request), reauthentication.is_covered(request))


def confirmed_caller(request: SignedInRequest) -> Caller:
    """The same; NotConfirmed unless its person has just confirmed who they are."""
    found = caller(request)
    if not found.is_confirmed:
        raise NotConfirmed
    return found
