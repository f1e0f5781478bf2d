"""WebKit, in GTK's smallest browser, which Selenium drives on a screen that nobody sees."""

import os
import shutil
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from selenium.common import TimeoutException, WebDriverException
from selenium.webdriver import Remote, WebKitGTKOptions
from selenium.webdriver.common.utils import is_connectable
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.engines.browsers import SECONDS_TO_WAIT, Enter
from tests.engines.processes import running
from tests.site import free_port

# The driver types into nothing that is not seen, and file inputs are not.
CHOOSE = """
const [input, content, name] = arguments;
const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
const chosen = new DataTransfer();
chosen.items.add(new File([bytes], name, { type: "image/png" }));
input.files = chosen.files;
input.dispatchEvent(new Event("change", { bubbles: true }));
"""
PACKAGES = ("webkit2gtk-driver", "xvfb")


def executable() -> str | None:
    """The path of GTK's smallest browser, where its driver and a screen are there, too."""
    browsers = sorted(map(str, Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")))
    return browsers[-1] if browsers and shutil.which("WebKitWebDriver") and shutil.which("Xvfb") else None


@contextmanager
def webkit(logs: Path) -> Iterator[Enter]:
    """A driver and a browser for each profile."""
    path = executable()
    assert path, (
        "The tests need a WebKit, and there is none: on Debian, apt-get install webkit2gtk-driver xvfb."
    )
    with ExitStack() as ending:
        display = ending.enter_context(screen(logs / "xvfb.log"))
        yield lambda: Page(ending.enter_context(session(path, display=display, log=logs / "webkit.log")))


@contextmanager
def screen(log: Path) -> Iterator[str]:
    """A screen of a number that Xvfb finds free."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with running(command, log=log) as process:
        assert process.stdout
        yield f":{process.stdout.readline().strip()}"


@contextmanager
def session(path: str, *, display: str, log: Path) -> Iterator[Remote]:
    """A browser that forgets everything when it ends."""
    port = free_port()
    options = WebKitGTKOptions()
    options.binary_location = path
    options.add_argument("--automation")
    # Pages that are not to be stored it keeps in memory only where they came without HTTPS: frozen, with their workers,
    # which may hold a database that the next page waits for.
    options.add_argument("--enable-page-cache=FALSE")
    # What it downloads goes below its home.
    environment = {**os.environ, "DISPLAY": display, "HOME": str(log.parent)}
    command = ["WebKitWebDriver", f"--port={port}"]
    address = ClientConfig(remote_server_addr=f"http://127.0.0.1:{port}")
    with running(command, log=log, environment=environment):
        wait_until_listens(port)
        driver = Remote(RemoteConnection(client_config=address), options=options)
        try:
            yield driver
        finally:
            driver.quit()


def wait_until_listens(port: int) -> None:
    """Wait until the driver takes connections."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not is_connectable(port):
        assert time.monotonic() < deadline, "The driver of WebKit did not start."
        time.sleep(0.05)


def click_at_rest(element: WebElement) -> None:
    """Click where it stays: the driver clicks at a place, and what moves meanwhile is missed without a word.

    It clicks nothing below the window's edge, and does not scroll there by itself.
    """
    element.parent.execute_script("arguments[0].scrollIntoView({ block: 'center' })", element)
    place = element.rect
    time.sleep(0.1)
    if element.rect != place:
        raise WebDriverException("It still moves.")
    element.click()


T = TypeVar("T")


@dataclass
class Page:
    driver: Remote

    def open(self, address: str) -> None:
        self.driver.get(address)

    def click(self, xpath: str) -> None:
        self._when_seen(xpath, click_at_rest)

    def type(self, xpath: str, text: str) -> None:
        self._when_seen(xpath, lambda element: element.send_keys(text))

    def text(self, xpath: str) -> str:
        return self._when_seen(xpath, lambda element: element.text)

    def choose(self, xpath: str, path: str) -> None:
        chosen = Path(path)
        content = b64encode(chosen.read_bytes()).decode()
        self.driver.execute_script(CHOOSE, self.driver.find_element("xpath", xpath), content, chosen.name)

    def _when_seen(self, xpath: str, act: Callable[[WebElement], T]) -> T:
        def attempt(driver: Remote) -> tuple[T] | tuple[()]:
            element = driver.find_element("xpath", xpath)
            return (act(element),) if element.is_displayed() else ()

        # Until a page has come, its elements are missing, stale or covered, and each has an error of its own.
        waiting = WebDriverWait(self.driver, SECONDS_TO_WAIT, ignored_exceptions=[WebDriverException])
        try:
            (value,) = waiting.until(attempt)
        except TimeoutException as error:
            words = self.driver.find_element("tag name", "body").text
            raise AssertionError(f"{xpath}: {self.driver.current_url}\n{words}") from error
        return value
