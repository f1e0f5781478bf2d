"""Which read requests a person may reach, and how programs and plain forms are told that they may not."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.access import signed_in
from accounts.models import User
from accounts.requests import SignedInRequest
from posts.access import login_required_json
from posts.models import Mute, Post, ReadRequest

P = ParamSpec("P")


def post_to_ask_for(user: User, uid: UUID) -> Post:
    """A post that the user may see in lists."""
    return get_object_or_404(Post.objects.listed_for(user).select_related("group", "author"), uid=uid)


def post_with_grants(user: User, uid: UUID) -> Post:
    """A post of the user's, or one that they were granted themselves."""
    posts = Post.objects.listed_for(user).with_own_keys(user).select_related("group", "author")
    return get_object_or_404(posts.filter(Q(author=user) | Q(is_granted=True)), uid=uid)


def read_request_to_answer(user: User, pk: int) -> ReadRequest:
    """A request about one of the user's own posts."""
    return get_object_or_404(ReadRequest.objects.to_answer_by(user).with_people(), pk=pk)


def read_request_asked(user: User, pk: int) -> ReadRequest:
    """One of the user's own requests."""
    return get_object_or_404(ReadRequest.objects.made_by(user).with_people(), pk=pk)


def read_request_to_hear_of(user: User, pk: int) -> ReadRequest:
    """A request that the user made or is to answer."""
    to_answer, asked = ReadRequest.objects.to_answer_by(user), ReadRequest.objects.made_by(user)
    either = Q(pk__in=to_answer.values("pk")) | Q(pk__in=asked.values("pk"))
    return get_object_or_404(ReadRequest.objects.filter(either).with_people().with_mute(), pk=pk)


def muted_person(user: User, uid: UUID) -> User:
    """Somebody whose requests the user mutes."""
    muted = Mute.objects.filter(author=user).values("asker")
    return get_object_or_404(User.objects.filter(pk__in=muted), uid=uid)


def is_form(request: HttpRequest) -> bool:
    """Whether a browser sent a plain form and wants to be led to a page; programs want to know the outcome."""
    return "text/html" in request.headers.get("Accept", "")


def is_sent_as_form(request: HttpRequest) -> bool:
    """The same of an address that takes JSON or a form: then what was sent tells, unless the answer shall be JSON."""
    if request.content_type == "application/json":
        return False
    return "application/json" not in request.headers.get("Accept", "")


def login_required_form_or_json(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For what a page's form and programs call alike: signed out, a form leads to the sign-in, the rest is 401."""
    for_programs = login_required_json(view)
    for_forms = csrf_protect(signed_in(back_to="posts:requests")(view))

    @csrf_exempt  # Each of the two checks the token itself.
    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_form(request):
            return for_forms(request, *args, **kwargs)
        return for_programs(request, *args, **kwargs)

    return wrapper
