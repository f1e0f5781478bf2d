"""A database of an earlier commit, with rows in all of its tables, becomes one of today: `python -m tests.upgrades`."""

import json
import re
import secrets
import subprocess
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import psycopg
import pytest
from psycopg import sql

from secureblogs.local.postgresql import programs
from tests.cast import PASSWORD
from tests.commands import BASE_DIR, python
from tests.site import Site, create_database, drop_database, make_site

pytestmark = pytest.mark.slow

PLACE = BASE_DIR / "tests" / "upgrades"
# These count what Django itself adds for what is new.
GROW = {"django_migrations", "django_content_type", "auth_permission", "auth_group_permissions"}


def rows(url: str) -> dict[str, int]:
    """How many rows each table has."""
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        count = sql.SQL("SELECT count(*) FROM {}")
        found = {name: connection.execute(count.format(sql.Identifier(name))).fetchone() for (name,) in names}
    return {name: row[0] for name, row in found.items() if row}


@pytest.fixture
def before() -> Iterator[str]:
    """The database as it was."""
    url = create_database(f"site_{secrets.token_hex(6)}")
    load = [
        str(programs() / "psql"),
        "--quiet",
        "--set",
        "ON_ERROR_STOP=1",
        "--file",
        str(PLACE / "data.sql"),
        url,
    ]
    subprocess.run(load, stdout=subprocess.DEVNULL, check=True)
    yield url
    drop_database(url)


def test_an_earlier_database_keeps_its_rows_and_its_posts_open(before, tmp_path):
    there = rows(before)
    assert [name for name, number in there.items() if not number] == []
    assert {"posts_revision", "posts_comment", "posts_storedfile", "accounts_storeobject"} <= there.keys()

    site = make_site(tmp_path, DATABASE_URL=before)
    now = rows(before)

    assert {name: now.get(name) for name in there.keys() - GROW} == {
        name: there[name] for name in there.keys() - GROW
    }
    assert all(now[name] >= there[name] for name in GROW)
    site.start("web")
    try:
        site.wait_until_ready("/healthz")
        post, envelope = first_post(site)
    finally:
        site.kill("web")
    (tmp_path / "envelope.json").write_text(json.dumps(envelope))
    code, words, _ = python(
        "manage.py",
        "read_post",
        "--key",
        PLACE / "alice.pem",
        "--post",
        post,
        tmp_path / "envelope.json",
        env=site.environment,
    )
    assert (code, words) == (0, "Hello\n\nMoon\n")


def first_post(site: Site) -> tuple[str, object]:
    """The uid and the envelope of Alice's post, for herself, who logs in with her password."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{site.url}/accounts/login/").read().decode()
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page))
    form = {
        "csrfmiddlewaretoken": token,
        "login": "alice@example.org",
        "password": PASSWORD,
        "next": "/groups/walkers/",
    }
    page = browser.open(f"{site.url}/accounts/login/", urlencode(form).encode()).read().decode()
    page = browser.open(f"{site.url}/groups/walkers/").read().decode()
    posts = re.findall(r'href="/posts/([0-9a-f-]{36})/"', page)
    envelopes = {
        post: json.load(browser.open(f"{site.url}/posts/{post}/envelope.json")) for post in posts[-1:]
    }
    return next(iter(envelopes.items()))
