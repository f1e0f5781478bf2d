"""A name for the device that a browser says it runs on."""

from django.utils.translation import gettext

# The first one that matches counts: most browsers also claim to be some of those below them.
_BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
_DEVICES = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


def name_of(user_agent: str) -> str:
    """'Firefox on Linux', as far as it can be told; empty for what is no browser."""
    browser = _first(_BROWSERS, user_agent)
    device = _first(_DEVICES, user_agent)
    if not (browser and device):
        return browser
    return gettext("%(browser)s on %(device)s") % {"browser": browser, "device": device}


def name_of_browser(user_agent: str) -> str:
    """The same, and never empty: a name for a browser among its person's devices."""
    return name_of(user_agent) or gettext("Browser")


def clears_storage(user_agent: str) -> bool:
    """Whether it is of the WebKit kind, as every one on an iPhone: it deletes what a site that nobody visits keeps."""
    return "AppleWebKit/" in user_agent and "Chrome/" not in user_agent


def _first(names: list[tuple[str, str]], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
