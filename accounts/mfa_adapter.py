"""Where allauth.mfa asks the site what to do: how secrets are kept, and what apps, browsers and people are told."""

import base64
import logging
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.domain import devices, site_sealing
from accounts.models import User
from secureblogs.crypto.encoding import to_base64

logger = logging.getLogger(__name__)

PURPOSE = b"second factor"


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": _("Backup codes come with a second factor: set one up first."),
        "incorrect_code": _("This was not right. Try it again."),
    }

    def encrypt(self, text: str) -> str:
        return to_base64(site_sealing.seal(text.encode(), purpose=PURPOSE, context=b""))

    def decrypt(self, encrypted_text: str) -> str:
        try:
            sealed = base64.b64decode(encrypted_text)
            return site_sealing.unseal(sealed, purpose=PURPOSE, context=b"").decode()
        except site_sealing.CannotOpen:
            # A secret that nobody knows lets nobody in, and breaks no page.
            logger.error("A second factor can't be opened: was SECRET_KEY changed? It has to be set up anew.")
            unknown: str = generate_totp_secret()
            return unknown

    def get_totp_issuer(self) -> str:
        return f"SecureBlogs ({urlsplit(settings.SITE_URL).hostname})"

    def build_totp_svg(self, url: str) -> str:
        # The page draws it: the policy would not show a picture that stands in the page.
        return ""

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        return devices.name_of_browser(context.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        # The host that the browser is at, which ALLOWED_HOSTS has let through.
        host = urlsplit(f"//{context.request.get_host()}").hostname or ""
        return {"id": host, "name": "SecureBlogs"}
