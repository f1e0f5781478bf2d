"""Whether a page offers a visitor to sign up."""

from allauth.account.utils import get_next_redirect_url
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.domain import signing_up


def may_sign_up(request: HttpRequest) -> dict[str, object]:
    """`may_sign_up`, found out only where a template asks for it, and `signup_mode`."""
    return {
        "may_sign_up": SimpleLazyObject(lambda: _offers_to_sign_up(request)),
        "signup_mode": signing_up.rule().mode,
    }


def is_open_for_signup(request: HttpRequest) -> bool:
    """Whether this visitor may sign up, as far as no address is known."""
    return signing_up.rule().is_open_to(get_next_redirect_url(request) or "")


def _offers_to_sign_up(request: HttpRequest) -> bool:
    # The page that refuses a form which can't be read has links, too: it must not be the first to read the form.
    is_unread = request.method == "POST" and not hasattr(request, "_post")
    return signing_up.rule().is_open_to("") if is_unread else is_open_for_signup(request)
