"""Reads settings from the environment. One that makes no sense ends the process with a sentence that names it.

The sentence never holds the value, which may be a password.
"""

import sys
from collections.abc import Sequence
from email.utils import parseaddr
from ipaddress import ip_network
from typing import NoReturn
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import split_domain_port
from environ import FileAwareEnv
from environ.fileaware_mapping import FileAwareMapping

TRUE, FALSE = {"true", "on", "yes", "1"}, {"false", "off", "no", "0", ""}
DATABASES, REDISES = ("postgres", "postgresql"), ("redis", "rediss", "unix")
SITES = ("https", "http")
DEFAULT_PORTS = {"https": "443", "http": "80"}


class Said(FileAwareMapping):
    """What the environment says, and the files that it names, without the end of their lines.

    What is left empty is not said. SECRET_KEY stays as it is: sessions and second factors hang on each of its bytes.
    """

    def __getitem__(self, name: str) -> str:
        value: str = super().__getitem__(name)
        if name != "SECRET_KEY":
            value = value.strip()
        if not value:
            raise KeyError(name)
        # django-environ would take what begins with a dollar for the name of another setting.
        return value.replace("$", r"\$")


class Env(FileAwareEnv):
    """django-environ, with sentences in place of tracebacks."""

    ENVIRON = Said()

    def __init__(self) -> None:
        super().__init__()
        # A dollar that `Said` escaped is one.
        self.escape_proxy = True

    def number(self, name: str, default: int, *, least: int = 0) -> int:
        """A whole number."""
        text = self.str(name, default=str(default))
        if not text.isdecimal() or int(text) < least:
            _refuse(name, f"a whole number, {least} or more")
        return int(text)

    def seconds(self, name: str, default: float, *, most: float) -> float:
        """A number of seconds above 0, and no more than `most`."""
        try:
            found = float(self.str(name, default=str(default)))
        except ValueError:
            found = 0
        if not 0 < found <= most:
            _refuse(name, f"a number of seconds, {most:g} at most")
        return found

    def switch(self, name: str) -> bool:
        """True or false, which it is unless somebody says so: what else stands there may be meant either way."""
        text = self.str(name, default="false").strip().lower()
        if text not in TRUE | FALSE:
            _refuse(name, "true or false")
        return text in TRUE

    def one_of(self, name: str, *choices: str) -> str:
        """One of these, the first by default."""
        text: str = self.str(name, default=choices[0])
        if text not in choices:
            _refuse(name, " or ".join(choices))
        return text

    def address(self, name: str, *schemes: str, default: str | None = None) -> str:
        """An address that begins with one of these schemes; it may be empty where that is the default."""
        text: str = self.str(name) if default is None else self.str(name, default=default)
        try:
            found = urlsplit(text)
            is_right = found.scheme in schemes and (found.hostname or schemes != SITES)
            # A "/" or "#" in a password makes a port of what stands before it.
            found.port  # noqa: B018
        except ValueError:
            is_right = False
        if not is_right and (text or default != ""):
            tip = "" if schemes == SITES else ", with %2F for a / and %23 for a # in a password"
            _refuse(name, f"an address such as {schemes[0]}://...{tip}")
        return text

    def database(self, name: str) -> str:
        """The address of a database."""
        text = self.address(name, *DATABASES)
        if not urlsplit(text).path.strip("/"):
            _refuse(
                name, f"an address with the name of a database at its end, such as {DATABASES[0]}://.../site"
            )
        return text

    def sender(self, name: str, default: str) -> str:
        """The sender of the site's mail: an address, with a name or without."""
        text: str = self.str(name, default=default)
        address = parseaddr(text)[1]
        if text != default and ("@" not in address or " " in address):
            _refuse(name, f"an address of mail, such as {default}")
        return text

    def site(self, name: str, default: str) -> str:
        """The address of a whole site, as browsers write its origin: nothing is served below a path."""
        address = urlsplit(self.address(name, *SITES, default=default))
        host, port = split_domain_port(address.netloc)
        if not host or address._replace(scheme="", netloc="", path=address.path.strip("/")).geturl():
            _refuse(
                name, f"the address of a whole host, such as {SITES[0]}://..., in ASCII and without a path"
            )
        end = f":{port}" if port not in ("", DEFAULT_PORTS[address.scheme]) else ""
        return f"{address.scheme}://{host}{end}"

    def several(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """What stands there with commas between, and spaces or none."""
        text: str = self.str(name, default=",".join(default))
        return [each.strip() for each in text.split(",") if each.strip()]

    def networks(self, name: str) -> list[str]:
        """Addresses or networks, with commas between."""
        found = self.several(name)
        try:
            [ip_network(each, strict=False) for each in found]
        except ValueError:
            _refuse(name, "addresses or networks, such as 127.0.0.1 or 10.0.0.0/8, with commas between")
        return found

    def members(self, name: str) -> dict[str, object]:
        """An object in JSON."""
        try:
            found = self.json(name, default={})
        except (ValueError, ImproperlyConfigured):
            found = None
        if not isinstance(found, dict):
            _refuse(name, "an object in JSON")
        return found


def _refuse(name: str, wanted: str) -> NoReturn:
    sys.exit(f"{name} has to be {wanted}: see .env.example.")
