"""Every answer tells the browser what it may do, and some requests are refused before any view runs."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path, resolve
from django.urls.converters import get_converters

from secureblogs.http.error_reports import RedactingReporter
from secureblogs.urls import urlpatterns as site_urlpatterns
from tests.answers import Answer
from tests.pages import signed_in

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types secureblogs dompurify"
HEADERS = {
    "Content-Security-Policy": POLICY + TRUSTED_TYPES,
    "Permissions-Policy": ", ".join(
        [
            *("accelerometer=()", "autoplay=()", "camera=()", "clipboard-read=()", "clipboard-write=(self)"),
            *("display-capture=()", "encrypted-media=()", "fullscreen=()", "geolocation=()", "gyroscope=()"),
            *("hid=()", "idle-detection=()", "local-fonts=()", "magnetometer=()", "microphone=()", "midi=()"),
            *("payment=()", "picture-in-picture=()", "screen-wake-lock=()", "serial=()", "usb=()"),
            "xr-spatial-tracking=()",
        ]
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "private, no-store",
}
# These belong to one answer, not to how browsers treat it.
OF_THE_ANSWER = {"Content-Type", "Content-Length", "Content-Language", "Vary", "Location", "Expires"}


# Where texts are shown, their pictures have an address in the page's own memory.
PICTURES = {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace(
        "img-src 'self'", "img-src 'self' blob:"
    )
}


def breaks(request: HttpRequest) -> HttpResponse:
    raise ValueError("This page is broken on purpose.")


urlpatterns = [*site_urlpatterns, path("breaks/", breaks)]


def headers_of(response: Answer) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name not in OF_THE_ANSWER}


@pytest.mark.parametrize(
    ("page", "status", "differs"),
    [
        ("/", 200, {}),
        ("/about/privacy/", 200, {}),
        ("/accounts/login/", 200, {}),
        ("/accounts/signup/", 200, {}),
        ("/sealing-key.json", 200, {"Cache-Control": "public, max-age=60"}),
        ("/favicon.ico", 302, {}),
        ("/groups/", 302, {}),
        ("/nothing/here/", 404, {}),
        ("/breaks/", 500, {}),
        ("/admin/", 302, {"Content-Security-Policy": POLICY}),
    ],
)
@pytest.mark.urls(__name__)
def test_every_answer_to_who_is_signed_out_has_the_same_headers(db, page, status, differs):
    response = Client(raise_request_exception=False).get(page)

    assert (response.status_code, headers_of(response)) == (status, HEADERS | differs)


@pytest.mark.parametrize(
    ("page", "status", "differs"),
    [
        ("/", 200, {}),
        ("/groups/", 200, {}),
        ("/groups/{group}/", 200, {}),
        ("/groups/{group}/posts/new/", 200, PICTURES),
        ("/keys/", 200, {}),
        ("/posts/{post}/", 200, PICTURES),
        ("/posts/{post}/envelope.json", 200, {}),
        ("/posts/00000000-0000-0000-0000-000000000000/", 404, {}),
        ("/admin/", 404, {"Content-Security-Policy": POLICY}),
    ],
)
def test_every_answer_to_a_member_has_the_same_headers(bob, group, post, page, status, differs):
    response = signed_in(bob).get(page.format(group=group.slug, post=post.uid))

    assert (response.status_code, headers_of(response)) == (status, HEADERS | differs)


@pytest.mark.parametrize(
    "page", ["", "posts/post/", "accounts/user/add/", "groups/group/{group}/delete/", "jsi18n/"]
)
def test_the_admin_has_the_same_headers_but_for_trusted_types(administrator, group, page):
    response = administrator.get(f"/admin/{page.format(group=group.pk)}")

    without = HEADERS | {"Content-Security-Policy": POLICY}
    assert (response.status_code, headers_of(response)) == (200, without)


def test_an_answer_to_a_forged_form_or_a_wrong_host_has_the_same_headers(bob):
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(bob.user)

    response = forged.post("/groups/new/", {"name": "Forged"})

    assert (response.status_code, headers_of(response)) == (403, HEADERS)

    response = Client().get("/", headers={"host": "evil.example"})

    assert (response.status_code, headers_of(response)) == (400, HEADERS)


def test_cookies_are_kept_from_scripts_and_other_sites(client, bob):
    response = client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": bob.user.email, "password": "correct horse battery staple"})

    token, session = response.cookies["csrftoken"], client.cookies["sessionid"]
    for cookie, is_hidden in ((token, ""), (session, True)):
        said = [cookie[name] for name in ("samesite", "httponly", "path", "domain")]
        assert said == ["Lax", is_hidden, "/", ""]
    assert session["max-age"] == 14 * 24 * 60 * 60


def all_routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Every address that the site knows, as Django writes it."""
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from all_routes(pattern.url_patterns, here)
        else:
            yield here


def example_of(route: str) -> str:
    """An address that the route matches."""
    samples = {"uuid": str(UUID(int=1)), "int": "1", "slug": "abc", "str": "abc", "path": "abc"}
    assert set(samples) == set(get_converters())
    route = re.sub(r"(?<!\(\?P)<(?:(\w+):)?\w+>", lambda found: samples[found[1] or "str"], route)
    route = re.sub(r"\(\?P<\w+>[^()]*\)", "abc", route)
    return "/" + re.sub(r"[\^$]|\\Z", "", route)


@pytest.mark.slow
def test_no_address_takes_a_form_without_its_token(administrator):
    forging = Client(enforce_csrf_checks=True)
    forging.cookies = administrator.cookies
    addresses = [example_of(route) for route in all_routes(get_resolver().url_patterns)]
    for address in addresses:
        resolve(address)

    answers = {address: forging.post(address).status_code for address in addresses}

    # Mail programs end messages at one click, with nothing but the token in the address.
    others = {address for address, status in answers.items() if status != 403}
    assert others == {"/requests/unsubscribe/abc/"}
    assert len(answers) > 60
    assert "/groups/abc/posts/" in answers


def test_a_form_with_its_token_is_taken_from_the_site_itself_only(bob):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob.user)
    browser.get("/groups/new/")
    token = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    form = {"name": "Cyclists", "description": "", "joining": "invitation"}

    statuses = [
        browser.post("/groups/new/", form, headers={**token, "origin": origin}).status_code
        for origin in ("https://evil.example", "null", "http://testserver.evil.example", "http://testserver")
    ]

    assert statuses == [403, 403, 403, 302]


def test_what_debug_shows_of_a_mistake_hides_servers_and_what_was_sent(settings, rf):
    settings.DEBUG = True
    request = rf.post("/", {"draft": "sealed"})
    reports = RedactingReporter()

    shown = reports.get_safe_settings()

    servers = ("DATABASES", "REDIS_URL", "CELERY_BROKER_URL", "CHANNEL_LAYERS")
    assert {shown[name] for name in (*servers, "SECRET_KEY", "EMAIL_HOST_PASSWORD")} == {
        RedactingReporter.cleansed_substitute
    }
    assert reports.get_post_parameters(request) == {"draft": RedactingReporter.cleansed_substitute}
