"""A mail to oneself."""

from smtplib import SMTPException

from django.core.mail import send_mail
from django.utils.translation import gettext as _

from secureblogs.running.doctor.findings import Finding, Findings


def check_mail(address: str) -> Findings:
    """Send one; whether it arrives, its reader sees."""
    try:
        send_mail(
            _("SecureBlogs can send mail"),
            _("Whoever runs the site asked for this mail, to see that it arrives."),
            from_email=None,
            recipient_list=[address],
        )
    except (OSError, SMTPException) as error:
        yield Finding(
            _("The mail server took no mail for %(address)s: %(error)s")
            % {"address": address, "error": error},
            _("Look at EMAIL_URL and DEFAULT_FROM_EMAIL."),
        )
