import sys

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import receivers, samples  # noqa: F401  (registers them)
        from accounts.domain import signing_up

        # A process with a wrong setting ends here, not at the first visitor's page.
        try:
            signing_up.rule()
        except ImproperlyConfigured as error:
            sys.exit(str(error))
