"""The doctor on the mail server."""

import pytest
from django.core import mail

from secureblogs.running.doctor.mail import check_mail
from tests.secureblogs.running.doctor.findings import words_of
from tests.site import free_port


@pytest.mark.parametrize("is_away", [False, True])
def test_a_mail_to_oneself_is_sent_or_its_failure_found(settings, is_away):
    if is_away:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    words = [what.partition(":")[0] for what in words_of(check_mail("alice@example.org"))]

    assert (words, len(mail.outbox)) == (
        (["The mail server took no mail for alice@example.org"], 0) if is_away else ([], 1)
    )
