"""What Django's page about a mistake may show, which only exists with DEBUG."""

import re

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class NothingPrivate(SafeExceptionReporterFilter):
    """No passwords in the addresses of servers, and nothing of what was sent."""

    hidden_settings = re.compile(
        r"API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|COOKIE|DATABASE|REDIS|BROKER|EMAIL|CHANNEL_LAYERS",
        re.IGNORECASE,
    )

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, object]:
        """The names of the fields."""
        return {} if request is None else dict.fromkeys(request.POST, self.cleansed_substitute)
