"""The doctor as a whole: it finds nothing where nothing is wrong, and says what it finds to whom it concerns."""

import tomllib

import pytest
from django.utils.html import escape

from tests.commands import BARE, BASE_DIR, python
from tests.secureblogs.running.doctor.findings import found
from tests.site import Site


@pytest.mark.usefixtures("complete")
def test_nothing_is_found_where_nothing_is_wrong():
    assert found() == []


@pytest.mark.slow
def test_servers_that_are_away_are_found():
    away = {"DATABASE_URL": "postgres://nobody@localhost:1/none", "REDIS_URL": "redis://localhost:1"}
    secrets = {"SECRET_KEY": "none", "SEALING_PUBLIC_KEY": "none", "SITE_URL": "http://localhost:1"}
    code, said, complaint = python("manage.py", "doctor", env=BARE | away | secrets)

    assert (code, "Traceback" in complaint) == (1, False)
    assert "WRONG: PostgreSQL does not answer as it should: connection failed: " in said
    assert "WRONG: Redis does not answer, or refuses what the site asks." in said
    assert said.count("WRONG: PostgreSQL does not answer") == 1


def test_administrators_alone_read_it_on_the_first_page(settings, administrator, moderator):
    settings.SECURITY_CONTACTS = []
    words = escape("Who finds a weakness does not learn whom to write to.")

    assert words in administrator.get("/admin/").content.decode()
    assert words not in moderator.get("/admin/").content.decode()


def test_the_version_stands_in_one_place_and_is_shown(administrator, moderator):
    number = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

    assert python("manage.py", "version") == (0, f"{number}\n", "")
    for staff in (administrator, moderator):
        assert f"SecureBlogs {number}" in staff.get("/admin/").content.decode()
    assert f"\n## {number}, " in (BASE_DIR / "CHANGELOG.md").read_text()


def test_a_running_site_is_seen_as_its_visitors_see_it(site):
    code, words = doctor(site)
    wrong = [line for line in words.splitlines() if line.startswith("WRONG")]
    flushes = "PostgreSQL does not flush to the disk (fsync is off): a power cut can destroy the database."
    assert (code, wrong) == (1, [f"WRONG: {flushes}"])

    # Without the proxy that the settings count, a visitor can name any address.
    believing = site.start_another_web("believing", TRUSTED_PROXIES="1")
    assert "WRONG: Visitors can lie about their address" in doctor(site, SITE_URL=believing)[1]
    site.kill("believing")

    words = doctor(site, SITE_URL="http://localhost:1")[1]
    assert "WRONG: The site does not answer at http://localhost:1: " in words


def doctor(site: Site, **environment: str) -> tuple[int, str]:
    code, said, complaint = python("manage.py", "doctor", env=site.environment | environment)
    return code, said + complaint
