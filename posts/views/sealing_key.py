from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from posts.domain import sealing_keys


@require_safe
@cache_control(public=True, max_age=60)
def sealing_key(request: HttpRequest) -> HttpResponse:
    """The workers' public key, to which drafts are sealed. Workers still open those for the one before."""
    key = sealing_keys.public_key()
    return JsonResponse(
        {"algorithm": key.algorithm, "public_key": key.pem, "fingerprint": key.fingerprint.hex()}
    )
