"""What every page tells its person about their key, put off for a while."""

import time

from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.http import SignedInRequest, login_required, page_before
from accounts.keys import banners
from secureblogs.http.answers import require_POST

# In the session: when its person put one off, by its name.
PUT_OFF = "banners_put_off"


@login_required
@require_POST
def put_off(request: SignedInRequest) -> HttpResponse:
    """'Later', or 'Understood': the pages of this session don't say it for now."""
    name = request.POST.get("banner", "")
    if name in banners.NAMES:
        request.session[PUT_OFF] = {**request.session.get(PUT_OFF, {}), name: time.time()}
    return redirect(page_before(request) or "home")
