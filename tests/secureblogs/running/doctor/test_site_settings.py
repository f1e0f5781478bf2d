"""The doctor on the settings of the site."""

import pytest

from secureblogs.running import environment
from tests.secureblogs.running.doctor.findings import found

pytestmark = pytest.mark.usefixtures("complete")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", True, "DEBUG is on"),
        ("SECRET_KEY", "short", "SECRET_KEY is short"),
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS takes every name"),
        ("SITE_URL", "http://blogs.example.org", "SITE_URL is no https address"),
        ("IS_HTTPS", True, "TRUSTED_PROXIES is 0"),
        ("ACCOUNT_EMAIL_VERIFICATION", "none", "No mail server is named"),
        ("EMAIL_PORT", 465, "EMAIL_URL names a port and a way to TLS that do not fit"),
        ("ALLOWED_HOSTS", ["elsewhere.example.org"], "ALLOWED_HOSTS lacks the name in SITE_URL"),
        ("BACKUP_RECIPIENTS", [], "No backup can be made"),
        ("BACKUP_RECIPIENTS", ["AGE-SECRET-KEY-1X"], "BACKUP_RECIPIENTS: The recipient is no public key"),
        (
            "STORAGES",
            {"files": {"BACKEND": "no.such.Storage"}},
            "Pictures and files can't be stored: Invalid",
        ),
        ("SECURITY_CONTACTS", [], "Who finds a weakness"),
        ("WEB_THREADS", 150, "PostgreSQL takes 200 connections, and one web process needs up to 153."),
    ],
)
def test_a_setting_that_is_wrong_is_found(settings, name, value, words):
    setattr(settings, name, value)

    assert [what for what in found() if what.startswith(words)]


def test_a_name_that_is_no_setting_is_found(monkeypatch):
    named = ["SIGN_UP", "SIGNUP", "SECRET_KEY_FILE", "SITE_URL_FILE", "ENV_FILE"]
    monkeypatch.setattr(environment, "names_in_file", named)

    assert found() == ["The file of settings has SIGN_UP, which is no setting of this site."]


@pytest.mark.parametrize(
    ("port", "is_ssl", "fits"), [(465, True, True), (587, True, False), (587, False, True), (25, True, True)]
)
def test_ways_to_a_mail_server_that_fit_are_left_alone(settings, port, is_ssl, fits):
    settings.EMAIL_PORT, settings.EMAIL_USE_SSL = port, is_ssl

    assert [what[:15] for what in found()] == ([] if fits else ["EMAIL_URL names"])


def test_djangos_own_findings_are_among_them(settings):
    settings.SITE_URL, settings.SECURE_CONTENT_TYPE_NOSNIFF = "https://blogs.example.org", False

    assert [what for what in found() if what.startswith("security.W006")]
