"""What a person's browser moves to their newest account key, in the background."""

from collections.abc import Iterator

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from accounts.keys import store
from accounts.keys.bodies import Members
from accounts.keys.views import answers
from accounts.keys.views.answers import for_browsers
from posts.lift import lifting
from posts.lift.lifting import MOST_WRAPS, Object, Wrap
from secureblogs.crypto.x_wing import XWingRecipient


@for_browsers
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: SignedInRequest) -> HttpResponse:
    """What is left to be moved; a POST brings what was moved."""
    if request.method != "POST":
        return JsonResponse(lifting.part(request.user))
    body = answers.body(request)
    lifting.lift(
        request.user,
        fingerprint=body.fingerprint("fingerprint"),
        wraps=list(_wraps(body)),
        objects=list(_objects(body)),
    )
    done, total = lifting.progress(request.user)
    return JsonResponse({"done": done, "total": total})


def _wraps(body: Members) -> Iterator[Wrap]:
    for name in ("wraps", "failed"):
        for each in body.objects(name, most=MOST_WRAPS):
            size = XWingRecipient.wrapped_size
            wrapped_key = each.data("wrapped_key", size=size) if name == "wraps" else None
            post, revision = str(each.uid("post")), each.number("revision")
            yield Wrap(post, revision, each.fingerprint("fingerprint"), wrapped_key)


def _objects(body: Members) -> Iterator[Object]:
    for name in ("objects", "failed_objects"):
        for each in body.objects(name, most=store.MOST_OBJECTS):
            kept = each.text("name", most=100)
            sealed = each.data("sealed", most=store.largest(kept)) if name == "objects" else None
            yield Object(kept, each.number("version"), sealed)
