"""Django's page about a mistake, which only exists with DEBUG, shows nothing private."""

import re

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class RedactingReporter(SafeExceptionReporterFilter):
    """No passwords in the addresses of servers, and nothing of what was sent."""

    hidden_settings = re.compile(
        r"API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|COOKIE|DATABASE|REDIS|BROKER|EMAIL|CHANNEL_LAYERS",
        re.IGNORECASE,
    )

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, object]:
        """The names of the fields."""
        return {} if request is None else dict.fromkeys(request.POST, self.cleansed_substitute)
