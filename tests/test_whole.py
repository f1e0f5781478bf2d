"""The site as a whole: models have their migrations, and what is written about settings is true."""

import re
from collections.abc import Iterator

import pytest
from django.core.management import call_command

from secureblogs.local.system_user import ROOTS_USER
from secureblogs.running.processes import read_procfile
from tests.commands import BASE_DIR
from tests.mutations import mutations

SECRET = re.compile(
    'testid="(post-body|recovery-code|device-code)"|data-(preview|comment)-text|data-preview-title|data-files-shown'
    '|textarea id="(text|private-key|{{ id }})"|id="tags"|data-tags|data-part="name"|draft={id}" dir'
    "|data-(about|other-text|changes-text|results|viewer-(picture|words)|safety-number|app-secret|backup-code)"
)
TOO_MUCH = re.compile(
    r"end.to.end.encrypt|(add|plant) a (reader|device) unseen|no longer read anything|code is worthless"
    r"|deleted everywhere|military.grade|unbreakable",
    re.IGNORECASE,
)
APPS = ("accounts", "groups", "posts", "secureblogs")


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_the_example_names_exactly_the_settings_that_are_read():
    code = "".join(path.read_text() for path in (BASE_DIR / "secureblogs").rglob("*.py"))
    read = set(re.findall(r'\benv(?:iron)?\.\w+\(\s*"([A-Z_]+)"', code))
    read |= set(re.findall(r"\$\{(\w+)", (BASE_DIR / "Procfile").read_text()))
    read -= {"DJANGO_SETTINGS_MODULE", "PATH"}
    named = set(re.findall(r"^(?:# )?(\w+)=", (BASE_DIR / ".env.example").read_text(), re.MULTILINE))

    assert {"ENV_FILE", "PING_TIMEOUT", "SEALING_PRIVATE_KEYS_FILE", "WORKER_PROCESSES"} <= read
    assert {name.removesuffix("_FILE") for name in read} == {name.removesuffix("_FILE") for name in named}


def test_the_example_the_units_and_the_page_about_deploying_agree():
    page = (BASE_DIR / "docs" / "deploy.md").read_text()
    example = (BASE_DIR / ".env.example").read_text()
    units = {path.name: path.read_text() for path in (BASE_DIR / "deploy" / "systemd").iterdir()}
    (settings,) = set(re.findall(r"ENV_FILE=(\S+)", "".join(units.values())))

    assert f"ENV_FILE={settings}" in example
    assert f" {settings}\n" in page
    places = re.findall(r"^\w+=(/\S+)", example, re.MULTILINE) + re.findall(
        r"ReadWritePaths=(\S+)", "".join(units.values())
    )
    assert len(places) == 9
    # Git does not name what is made inside a folder.
    assert [place for place in places if place not in page and place != "/var/lib/secureblogs/static"] == []
    processes = {name: re.findall(r"processes (\w+)\n", unit) for name, unit in units.items()}
    # Each web process has a port, by which its unit is named.
    assert {
        name.removesuffix("@.service").removesuffix(".service"): found for name, found in processes.items()
    } == {f"secureblogs-{name}": [name] for name in read_procfile(BASE_DIR / "Procfile")}
    users = {user for unit in units.values() for user in re.findall(r"User=(\S+)", unit)}
    assert users == set(re.findall(r"^useradd .* (\S+)$", page, re.MULTILINE))
    assert ROOTS_USER not in {"secureblogs", *users}


def test_nothing_in_a_page_is_given_the_role_that_it_has():
    superfluous = re.compile(r"<(?:[uo]l\b[^>]*role=.list\b|li\b[^>]*role=|(?:nav|main)\b[^>]*role=)")
    pages = [*(BASE_DIR / "templates").rglob("*.html"), *(BASE_DIR / "static" / "js").rglob("*.js")]
    assert len(pages) > 100

    assert [page.name for page in pages if superfluous.search(page.read_text())] == []


def test_times_are_written_as_html_has_them():
    times = re.findall(r"(?:iso=|datetime=\")[^>%]*", "".join(templates()))

    # With the microseconds that a database keeps, HTML takes it for no time.
    right = re.compile(
        r"iso=.*\|date:\"Y-m-d|datetime=\"\{\{ (?:\w*iso|machine_day) \}\}|datetime=.*\|date:[\"']Y-m-d"
    )
    assert len(times) > 20
    assert "<time>" not in "".join(templates())
    assert [time for time in times if not right.match(time)] == []


def test_no_translator_gets_what_is_secret():
    tags = [tag for page in templates() for tag in re.findall(r"<[a-z][^>]*>", page) if SECRET.search(tag)]

    assert len(tags) == 24
    assert [tag for tag in tags if 'translate="no"' not in tag] == []


def templates() -> Iterator[str]:
    for path in sorted((BASE_DIR / "templates").rglob("*.html")):
        yield path.read_text()


def test_no_page_and_no_mail_promises_more_than_is_so():
    places = [*(BASE_DIR / "templates").rglob("*.*"), *(BASE_DIR / "static" / "js").rglob("*.js")]
    words = [path.read_text() for path in [*places, *BASE_DIR.glob("[agps]*/**/*.py")]]
    quantum = [line for text in words for line in text.splitlines() if "quantum" in line.lower()]

    assert len(words) > 500
    assert [found[0] for text in words if (found := TOO_MUCH.search(text))] == []
    # Texts are closed to that, and only those of such readers; a signature never is.
    assert quantum
    assert [
        line for line in quantum if "as long as readers use the keys that browsers make here" not in line
    ] == []


def test_every_test_stands_in_a_file_that_is_collected():
    is_collected = {path: path.name.startswith("test_") for path in (BASE_DIR / "tests").rglob("*.py")}
    holds_tests = {
        path: bool(re.search(r"^\s*(async )?def test_", path.read_text(), re.MULTILINE))
        for path in is_collected
    }

    assert len(is_collected) > 100
    assert is_collected == holds_tests


def test_every_mutation_can_be_made_and_the_tests_that_notice_it_are_there():
    missing = []
    for mutation in mutations():
        # This raises unless the line stands there once.
        mutation.made_in((BASE_DIR / mutation.file).read_text())
        for test in mutation.tests:
            path, _, name = test.removesuffix("]").partition("::")
            function, _, case = name.partition("[")
            text = (BASE_DIR / path).read_text()
            words = [f"def {function}("] * bool(name) + [f'"{part}"' for part in case.split("-") if case]
            missing += [test for each in words if each not in text]

    assert missing == []


def test_no_page_takes_for_markup_what_somebody_wrote():
    pages = {path: path.read_text() for path in (BASE_DIR / "templates").rglob("*.html")}
    code = {path: path.read_text() for app in APPS for path in (BASE_DIR / app).rglob("*.py")}

    escapes_less = re.compile(r"\|\s*safe|autoescape|mark_safe|__html__|html_safe|SafeString\(|SafeText")
    found = [
        str(path.relative_to(BASE_DIR))
        for path, text in {**pages, **code}.items()
        if escapes_less.search(text)
    ]
    # Those hints are the site's own words.
    assert found == ["templates/forms/_notes.html"]
    assert (len(pages) > 50, len(code) > 100) == (True, True)
