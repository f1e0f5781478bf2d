from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from secureblogs.crypto.errors import UnacceptableKey
from secureblogs.http.answers import for_programs, refusal
from secureblogs.workers import keys


@require_safe
@for_programs
def sealing_key(request: HttpRequest) -> HttpResponse:
    """Show the workers' public key, to which browsers seal drafts. Workers also open those sealed to the one before."""
    try:
        key = keys.public_key()
    except UnacceptableKey:
        sentence = _(
            "Nothing can be published here now: the site's administrators have to set a valid sealing key."
        )
        return refusal(sentence, status=503)
    response = JsonResponse(
        {"algorithm": key.algorithm, "public_key": key.pem, "fingerprint": key.fingerprint.hex()}
    )
    patch_cache_control(response, public=True, max_age=60)
    return response
