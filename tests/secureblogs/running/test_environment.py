"""A process reads its environment, and says when that makes no sense."""

from pathlib import Path

import pytest

from tests.commands import BARE, python

pytestmark = pytest.mark.slow

NAMED = {"DATABASE_URL": "postgres://localhost/x", "REDIS_URL": "redis://localhost"}
IN_PART = "{} is set and {} is not. Set both to use your own servers, or neither to run with embedded ones."
IN_PASSWORDS = ", with %2F for a / and %23 for a # in a password"
NO_SETTING = "Line {} of the file of settings has to be NAME=value, with no space around the name: "
AS_A_HOST = "such as https://..., in ASCII and without a path"
SECRET_LACKS = "{} is not set, but a site with servers of its own needs it: see docs/deploy.md."


def run(var: Path, command: list[str], settings: dict[str, str]) -> tuple[int, str, str]:
    return python(*command, env=BARE | {"SECUREBLOGS_VAR": str(var)} | settings)


@pytest.mark.parametrize(
    "command",
    [
        ["-c", "import secureblogs.settings"],
        ["-m", "secureblogs.running.release"],
        ["-m", "secureblogs.daphne.server"],
        ["-m", "celery", "--app", "secureblogs", "worker"],
        ["-m", "celery", "--app", "secureblogs", "beat"],
    ],
)
def test_importing_the_settings_starts_nothing(tmp_path, command):
    assert run(tmp_path / "var", command, {}) == (
        1,
        "",
        "DATABASE_URL and REDIS_URL are not set. `make run` and manage.py bring servers of their own; "
        "whatever else is started needs yours: see docs/deploy.md.\n",
    )
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DATABASE_URL": "postgres://localhost/x"}, IN_PART.format("DATABASE_URL", "REDIS_URL")),
        ({"REDIS_URL": "redis://localhost"}, IN_PART.format("REDIS_URL", "DATABASE_URL")),
        (NAMED, SECRET_LACKS.format("SECRET_KEY")),
        (NAMED | {"SECRET_KEY": "x"}, SECRET_LACKS.format("SEALING_PUBLIC_KEY")),
        (
            NAMED | {"SECRET_KEY_FILE": "/nowhere/key"},
            "SECRET_KEY_FILE can't be read: /nowhere/key (No such file or directory).",
        ),
        (
            {"ENV_FILE": "/nowhere/environment"},
            "The file of settings can't be read: /nowhere/environment (No such file or directory).",
        ),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["-m", "secureblogs"],
        ["-m", "secureblogs.running.processes", "web"],
        ["-c", "import secureblogs.settings"],
    ],
)
def test_settings_that_make_no_sense_are_said_in_one_sentence(tmp_path, settings, sentence, command):
    assert run(tmp_path / "var", command, settings) == (1, "", sentence + "\n")
    assert not (tmp_path / "var").exists()


def test_a_process_of_the_procfile_finds_its_settings_in_the_file(tmp_path):
    (tmp_path / "environment").write_text("DATABASE_URL=postgres://localhost/x\n")

    assert run(
        tmp_path / "var",
        ["-m", "secureblogs.running.processes", "release"],
        {"ENV_FILE": str(tmp_path / "environment")},
    ) == (1, "", IN_PART.format("DATABASE_URL", "REDIS_URL") + "\n")
    assert run(tmp_path / "var", ["-m", "secureblogs.running.processes", "all"], {}) == (
        1,
        "",
        "There is no process 'all': name one of release, web, worker, beat.\n",
    )


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (b"# Accounts\n\nSIGNUP = closed\n", NO_SETTING.format(3)),
        (b" DATABASE_URL=postgres://site:s3cret@localhost/site\n", NO_SETTING.format(1)),
        ("# Zürich\n".encode("latin-1"), "The file of settings is not written in UTF-8: "),
    ],
)
def test_a_line_that_is_no_setting_is_told_by_its_number(tmp_path, written, sentence):
    file = tmp_path / "environment"
    file.write_bytes(written)

    started = run(tmp_path / "var", ["-m", "secureblogs.running.processes", "web"], {"ENV_FILE": str(file)})

    assert started == (1, "", f"{sentence}{file}.\n")


def test_empty_lines_and_indented_comments_are_no_settings(tmp_path):
    (tmp_path / "environment").write_text("   \n\t# LOG_FORMAT=xml\nexport SIGNUP='closed'\n")
    chosen = NAMED | {"SECRET_KEY": "x", "SEALING_PUBLIC_KEY": "x", "ENV_FILE": str(tmp_path / "environment")}
    look = "from secureblogs import settings as s; from secureblogs.running import environment as e"
    look += "; print(s.SIGNUP, s.LOG_FORMAT, e.names_in_file)"

    assert run(tmp_path / "var", ["-c", look], chosen) == (0, "closed plain ['SIGNUP']\n", "")


def test_a_mail_server_that_is_left_empty_is_none(tmp_path):
    secrets = {"SECRET_KEY": "x", "SEALING_PUBLIC_KEY": "x", "EMAIL_URL": ""}
    look = "from secureblogs import settings as s; print(s.EMAIL_BACKEND, s.ACCOUNT_EMAIL_VERIFICATION)"

    assert run(tmp_path / "var", ["-c", look], NAMED | secrets) == (
        0,
        "django.core.mail.backends.console.EmailBackend none\n",
        "",
    )


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("QUOTA_GROUPS", "many", "a whole number, 0 or more"),
        ("QUOTA_POSTS_A_DAY", "-3", "a whole number, 0 or more"),
        ("WEB_THREADS", "0", "a whole number, 1 or more"),
        ("HEARTBEAT_SECONDS", "nan", "a number of seconds, 40 at most"),
        ("HEARTBEAT_SECONDS", "60", "a number of seconds, 40 at most"),
        ("SECOND_FACTOR_FOR_EVERYBODY", "enabled", "true or false"),
        ("LOG_FORMAT", "xml", "plain or json"),
        ("SITE_URL", "blogs.example.org", "an address such as https://..."),
        ("SITE_URL", "https://", "an address such as https://..."),
        ("SITE_URL", "https://example.org/blogs/", f"the address of a whole host, {AS_A_HOST}"),
        ("SITE_URL", "https://blögs.example.org", f"the address of a whole host, {AS_A_HOST}"),
        ("OIDC_SERVER_URL", "login.example.org", "an address such as https://..."),
        (
            "DATABASE_URL",
            "postgres://site:s3cret/x@localhost/site",
            f"an address such as postgres://...{IN_PASSWORDS}",
        ),
        ("DATABASE_URL", "mysql://site@localhost/site", f"an address such as postgres://...{IN_PASSWORDS}"),
        (
            "DATABASE_URL",
            "postgres://site@localhost",
            "an address with the name of a database at its end, such as postgres://.../site",
        ),
        ("DEFAULT_FROM_EMAIL", "SecureBlogs", "an address of mail, such as SecureBlogs <noreply@localhost>"),
        (
            "DEFAULT_FROM_EMAIL",
            "SecureBlogs noreply@example.org",
            "an address of mail, such as SecureBlogs <noreply@localhost>",
        ),
        ("REDIS_URL", "localhost:6379", f"an address such as redis://...{IN_PASSWORDS}"),
        ("EMAIL_URL", "mail.example.org", f"an address such as smtp+tls://...{IN_PASSWORDS}"),
        (
            "METRICS_FROM",
            "127.0.0.1,prometheus",
            "addresses or networks, such as 127.0.0.1 or 10.0.0.0/8, with commas between",
        ),
        ("FILES_STORAGE_OPTIONS", "{", "an object in JSON"),
        ("FILES_STORAGE_OPTIONS", "[]", "an object in JSON"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named_without_its_value(tmp_path, name, value, wanted):
    secrets = {"SECRET_KEY": "x", "SEALING_PUBLIC_KEY": "x"}

    assert run(tmp_path / "var", ["manage.py", "doctor"], NAMED | secrets | {name: value}) == (
        1,
        "",
        f"{name} has to be {wanted}: see .env.example.\n",
    )


def test_what_ought_to_be_read_is(tmp_path):
    secrets = {
        "SECRET_KEY": "x",
        "SEALING_PUBLIC_KEY": "x",
        "REDIS_URL": "rediss://:s%2Fx@redis.example.org/1",
    }
    chosen = {
        "DATABASE_URL": "postgresql://site:s%2Fx@localhost:5433/site",
        "SECOND_FACTOR_FOR_STAFF": "Yes",
        "METRICS_FROM": "10.0.0.1/8, ::1",
        "EMAIL_URL": "smtp+tls://user:password@mail.example.org",
    }
    look = (
        "from secureblogs import settings as s; "
        "print(s.DATABASES['default']['PASSWORD'], s.REDIS_URL, s.SECOND_FACTOR_FOR_STAFF, "
        "s.SECOND_FACTOR_FOR_EVERYBODY, s.METRICS_FROM, s.EMAIL_USE_TLS, s.QUOTA_GROUPS)"
    )

    assert run(tmp_path / "var", ["-c", look], NAMED | secrets | chosen) == (
        0,
        "s/x rediss://:s%2Fx@redis.example.org/1 True False ['10.0.0.1/8', '::1'] True 50\n",
        "",
    )


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("HTTPS://Blogs.Example.org:443/", "https://blogs.example.org"),
        ("http://localhost:80", "http://localhost"),
        ("https://[::1]:8443", "https://[::1]:8443"),
    ],
)
def test_the_address_of_the_site_is_as_browsers_write_it(tmp_path, written, address):
    chosen = {"SECRET_KEY": "x", "SEALING_PUBLIC_KEY": "x", "SITE_URL": written}
    look = "from secureblogs import settings as s; print(s.SITE_URL, s.IS_HTTPS)"

    found = run(tmp_path / "var", ["-c", look], NAMED | chosen)

    assert found == (0, f"{address} {address.startswith('https')}\n", "")


def test_what_is_left_empty_has_its_default_and_spaces_and_line_ends_are_no_part_of_a_value(tmp_path):
    (tmp_path / "secret").write_text("s3cret\n")
    chosen = {
        "SECRET_KEY_FILE": str(tmp_path / "secret"),
        "SEALING_PUBLIC_KEY": "x",
        "SITE_URL": "https://blogs.example.org",
        "OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        "BACKUP_RECIPIENTS": "age1a, age1b,",
        **dict.fromkeys(["ALLOWED_HOSTS", "SIGNUP", "QUOTA_GROUPS", "DEFAULT_FROM_EMAIL", "FILES_ROOT"], ""),
    }
    look = (
        "from secureblogs import settings as s; "
        "print(s.ALLOWED_HOSTS[0], s.SIGNUP, s.QUOTA_GROUPS, s.DEFAULT_FROM_EMAIL, s.FILES_ROOT, "
        "s.BACKUP_RECIPIENTS, repr(s.OIDC_CLIENT_SECRET), repr(s.SECRET_KEY))"
    )

    assert run(tmp_path / "var", ["-c", look], NAMED | chosen) == (
        0,
        "blogs.example.org open 50 SecureBlogs <noreply@blogs.example.org> "
        # Another SECRET_KEY would log everybody out, and end their second factors.
        f"{tmp_path}/var/files ['age1a', 'age1b'] 's3cret' 's3cret\\n'\n",
        "",
    )


def test_a_dollar_is_a_part_of_a_value(tmp_path):
    chosen = {"SECRET_KEY": "$SITE_URL", "SEALING_PUBLIC_KEY": "x", "OIDC_CLIENT_SECRET": r"$$a\$b$"}
    look = "from secureblogs import settings as s; print(s.SECRET_KEY, s.OIDC_CLIENT_SECRET)"

    assert run(tmp_path / "var", ["-c", look], NAMED | chosen) == (0, "$SITE_URL $$a\\$b$\n", "")


def test_who_may_sign_up_is_read_before_anything_starts(tmp_path):
    secrets = {"SECRET_KEY": "x", "SEALING_PUBLIC_KEY": "x", "SIGNUP": "everyone"}

    assert run(tmp_path / "var", ["manage.py", "doctor"], NAMED | secrets) == (
        1,
        "",
        "SIGNUP is 'everyone': set one of open, invitation, closed, or domains:example.org.\n",
    )
