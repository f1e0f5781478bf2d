"""The client of a request, as far as its headers tell: a session's key that came along, and a network address."""

from ipaddress import IPv4Address, ip_address, ip_network

from asgiref.typing import HTTPScope, WebSocketScope
from django.conf import settings
from django.http import parse_cookie


def header(scope: HTTPScope | WebSocketScope, name: bytes) -> str:
    """A header's value; of several with one name Django makes one, too."""
    return ",".join(value.decode("latin-1") for each, value in scope["headers"] if each == name)


def session_key(cookies: str) -> str:
    """The session's key in a Cookie header, as Django finds it; whether it is one is found out later."""
    return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")


def address(forwarded_for: str, peer: str) -> str:
    """The client's address: the one that the outermost of the site's own proxies saw."""
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    seen = forwarded_for.split(",")
    return seen[-trusted].strip() if 0 < trusted <= len(seen) and forwarded_for else peer


def network(address: str) -> str:
    """What is counted as one client: an IPv4 address, or the 64 bits of an IPv6 network that one household has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((int(found) >> 64 << 64, 64)))


def address_of(scope: HTTPScope) -> str:
    """The address of a request in the event loop."""
    client = scope.get("client")
    return address(header(scope, b"x-forwarded-for"), client[0] if client else "")


def is_refresh(method: str, *, accept: str, destination: str) -> bool:
    """Whether a script fetches a page, as browsers tell (Sec-Fetch-Dest). What a reader waits for is JSON."""
    return method == "GET" and "text/html" in accept and destination == "empty"
