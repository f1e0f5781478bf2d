"""Which posts a person may reach. What they may not see is a 404, the same as what is not there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.models import User
from accounts.requests import SignedInRequest
from groups.models import Membership
from posts.models import Post
from posts.models.post import PostQuerySet
from secureblogs.error_pages import too_long

P = ParamSpec("P")


def listed_posts(user: User) -> PostQuerySet:
    """What lists show the user: no content, but whether they can read it and, if not, why."""
    posts = Post.objects.listed_for(user).with_access(user).select_related("group", "author")
    return posts.annotate(is_from_before=_is_from_before(user))


def post_to_read(user: User, uid: UUID) -> Post:
    """One post with its sealed content; whether the user can open it, since when, and may delete it."""
    deletable = Post.objects.deletable_by(user).filter(pk=models.OuterRef("pk"))
    posts = listed_posts(user).with_own_keys(user).annotate(is_deletable=models.Exists(deletable))
    # The last word on what is deferred: the content is what this is for.
    return get_object_or_404(posts.defer(None).defer("waiting_key"), uid=uid)


def post_to_delete(user: User, uid: UUID) -> Post:
    return get_object_or_404(Post.objects.deletable_by(user).select_related("group"), uid=uid)


def post_to_retry(user: User, uid: UUID) -> Post:
    return get_object_or_404(Post.objects.listed_for(user), author=user, uid=uid)


def login_required_json(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For addresses that programs call: 401 signed out, and every 'no' as JSON."""
    protected = csrf_protect(view)

    # Signed out it is 401, with or without a token. Signed in, the token is checked as everywhere.
    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return refusal(_("Log in first."), status=401)
        try:
            return protected(cast(SignedInRequest, request), *args, **kwargs)
        except Http404:
            return refusal(
                _("There is nothing here for you. Perhaps you are no longer a member of the group."),
                status=404,
            )
        except RequestDataTooBig:
            return refusal(too_long(), status=413)

    return wrapper


def refusal(sentence: str, *, status: int) -> JsonResponse:
    """A 'no' that concerns the call as a whole, in the same form as the errors of single members."""
    return JsonResponse({"errors": {"__all__": [sentence]}}, status=status)


def _is_from_before(user: User) -> models.Exists:
    """Whether the user joined after a post was submitted: by number, as it was decided whom the post is for."""
    later = Membership.objects.filter(pk__gt=models.OuterRef("newest_membership"))
    return models.Exists(later.filter(group=models.OuterRef("group"), user=user))
