"""What a person's browsers keep for one another."""

from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from accounts.keys import access, reading, store
from accounts.keys.views import answers
from accounts.keys.views.answers import for_browsers


@for_browsers
@require_safe
def names(request: SignedInRequest) -> HttpResponse:
    """What is kept, by name, without what is sealed."""
    stored = access.store_objects_of(request.user)
    return JsonResponse({"objects": [reading.store_object(each, whole=False) for each in stored]})


@for_browsers
@require_http_methods(["GET", "HEAD", "PUT", "DELETE"])
def store_object(request: SignedInRequest, name: str) -> HttpResponse:
    """One object: what is there, its next version, or its end."""
    if request.method == "PUT":
        return _put(request, name)
    if not store.is_name(name):
        raise Http404
    if request.method == "DELETE":
        store.delete(request.user, name)
        return HttpResponse(status=204)
    return JsonResponse(reading.store_object(access.store_object_of(request.user, name)))


def _put(request: SignedInRequest, name: str) -> HttpResponse:
    body = answers.body(request)
    generation, version = body.number("generation"), body.number("version")
    sealed = body.data("sealed", most=store.MOST_SENT)
    try:
        stored, is_new = store.put(request.user, name, generation=generation, version=version, sealed=sealed)
    except store.OtherVersion as other:
        there = reading.store_object(other.stored) if other.stored else {"version": 0}
        return JsonResponse(there, status=409)
    return JsonResponse(reading.store_object(stored, whole=False), status=201 if is_new else 200)
