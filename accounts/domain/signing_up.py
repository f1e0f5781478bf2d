"""The setting SIGNUP decides which visitors may make an account."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.signals import invitation_shown

MODES = ("open", "invitation", "closed")
DOMAINS = "domains:"


@dataclass(frozen=True)
class SignupRule:
    """SIGNUP, read: one of MODES, or "domains" with those whose addresses may sign up."""

    mode: str
    domains: frozenset[str] = frozenset()

    def is_open_to(self, destination: str) -> bool:
        """Whether a visitor on the way to this path of the site may sign up, as far as no address is known."""
        if self.mode == "invitation":
            return any(usable for _, usable in invitation_shown.send(SignupRule, path=destination))
        return self.mode != "closed"

    def takes(self, email: str) -> bool:
        """Whether this address may sign up."""
        return not self.domains or email.rpartition("@")[2].lower() in self.domains


def rule() -> SignupRule:
    """Return the rule that the settings hold; ImproperlyConfigured."""
    return read_rule(settings.SIGNUP)


def check_address(email: str) -> None:
    """Refuse an address that the rule does not take, at a sign-up or later: ValidationError."""
    found = rule()
    if not found.takes(email):
        raise ValidationError(
            _("Only addresses at %(domains)s can sign up here."),
            code="domain",
            params={"domains": get_text_list(sorted(found.domains), gettext("or"))},
        )


def read_rule(text: str) -> SignupRule:
    """Read a rule as SIGNUP has it: "open", "invitation", "closed", or "domains:example.org,example.com"."""
    if text.startswith(DOMAINS):
        names = (name.strip().lower() for name in text.removeprefix(DOMAINS).split(","))
        if domains := frozenset(filter(None, names)):
            return SignupRule("domains", domains)
    if text not in MODES:
        raise ImproperlyConfigured(
            f"SIGNUP is {text!r}: set one of {', '.join(MODES)}, or domains:example.org."
        )
    return SignupRule(text)
