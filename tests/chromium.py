"""The Chromium that the browser tests drive: `python -m tests.chromium` makes sure that there is one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import debian

# The first is the same browser without a window's own pages, one or two of which the others load beside each page: it
# takes a quarter of the work for a page.
SHELL = "chromium-headless-shell"
INSTALLED = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without the last ones it looks for updates and hosts of its maker at every start.
ARGUMENTS = (
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
)
WITHOUT = (
    # Each page would have one more process started for it, in case that another site came next: half of the work.
    "SpareRendererForSitePerProcess",
    # Chromium takes a page that a test has answered for one of the wide world, which may open no local socket.
    "LocalNetworkAccessChecks",
    # Chromium heeds only the last list: these are the ones of Playwright's own that concern us.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
)


def executable() -> str | None:
    """The path of an installed one, or of Playwright's own; None if there is neither."""
    found = next((path for name in INSTALLED if (path := shutil.which(name))), None)
    if found is None:
        with sync_playwright() as playwright:
            own = playwright.chromium.executable_path
        found = own if Path(own).exists() else None
    return found


def arguments() -> list[str]:
    """What to start it with; its sandbox refuses to run as root."""
    features = f"--disable-features={','.join(WITHOUT)}"
    return [*ARGUMENTS, features, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def install() -> None:
    """Debian's package where that is possible, else Playwright's own."""
    debian.install(SHELL, "fonts-liberation")
    if executable() is None:
        print("Installing Playwright's own Chromium", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if executable() is None:
        sys.exit("The browser tests need a Chromium, and none could be installed: install one as `chromium`.")


if __name__ == "__main__":
    if not shutil.which(SHELL):
        install()
