"""The OpenID Connect provider that the settings name: are they whole, and does it answer as the log-in needs it."""

from urllib.parse import urlsplit

from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from requests import RequestException

from secureblogs.running.doctor.findings import Finding, Findings
from secureblogs.running.doctor.site_settings import HERE


def check_provider_settings() -> Findings:
    """Look at OIDC_*; none of them needs to be set."""
    if not settings.OIDC_SERVER_URL:
        if settings.OIDC_CLIENT_SECRET:
            yield Finding(
                _("OIDC_CLIENT_SECRET is set, but not OIDC_SERVER_URL: nobody can log in by the provider."),
                _("Set OIDC_SERVER_URL to the provider's issuer (docs/deploy.md, step 5)."),
            )
        return
    if not settings.OIDC_CLIENT_ID or not settings.OIDC_CLIENT_SECRET:
        yield Finding(
            _("OIDC_SERVER_URL is set, but not what this site is called there, with its secret."),
            _("Set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or take OIDC_SERVER_URL away."),
        )
    address = urlsplit(settings.OIDC_SERVER_URL)
    if address.scheme != "https" and address.hostname not in HERE:
        yield Finding(
            _("OIDC_SERVER_URL is no https address: whoever is on the way could log in as anybody."),
            _("Set OIDC_SERVER_URL=https://..."),
        )


def check_provider() -> Findings:
    """Ask the provider how it wants to be asked, as the log-in does."""
    if not settings.OIDC_SERVER_URL:
        return
    try:
        # The name is the one that the settings give it, below APPS.
        asked_at = str(OpenIDConnectOAuth2Adapter(HttpRequest(), "provider").authorize_url)
    except (RequestException, ValueError, KeyError) as error:
        yield Finding(
            _("The provider at %(address)s does not say how to log in: %(error)s.")
            % {"address": settings.OIDC_SERVER_URL, "error": type(error).__name__},
            _(
                "Look at OIDC_SERVER_URL, below which /.well-known/openid-configuration has to answer this machine."
            ),
        )
        return
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(asked_at))
    if origin not in settings.OIDC_ORIGINS:
        yield Finding(
            _("The provider asks people at %(origin)s, and browsers do not let the button lead there.")
            % {"origin": origin},
            _("Add it to OIDC_ORIGINS."),
        )
