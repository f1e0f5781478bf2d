"""What an engine for containers does with a Containerfile, as far as bubblewrap can: on Debian, as root.

Base images are made by mmdebstrap from the packages of which they consist.
"""

import json
import os
import re
import shlex
import shutil
import ssl
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.deploy.programs import find

DEBIAN = re.compile(r"docker\.io/library/debian:(\w+)-slim")
# Of this machine: by these, programs in a container reach the registries of packages.
CERTIFICATES = "/run/certificates.crt"
ROOT = "0:0"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass
class Image:
    """A folder with all files, and what a container starts with."""

    root: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    folder: str = "/"
    user: str = ROOT
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Each instruction of a Containerfile with what follows it."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\n\s*", "", lines).splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            yield name, rest.strip()


def build(containerfile: Path, *, context: Path, into: Path) -> Image:
    """The image of the last stage. Every stage is a folder of its own in `into`, its base one, too."""
    stages: dict[str, Image] = {}
    bases: dict[str, Path] = {}
    image: Image | None = None
    for name, rest in instructions(containerfile.read_text()):
        if name == "FROM":
            base, _, alias = rest.partition(" AS ")
            bases[base] = bases.get(base) or _base(base, into / f"base-{len(bases)}")
            image = Image(into / f"stage-{len(stages)}")
            subprocess.run(["cp", "--archive", "--reflink=auto", bases[base], image.root], check=True)
            stages[alias or "last"] = image
            continue
        assert image
        match name:
            case "RUN":
                _run(image, rest)
            case "COPY":
                _copy(image, rest.split(), context=context, stages=stages)
            case "WORKDIR":
                image.folder = rest
                _inside(image, ".").mkdir(parents=True, exist_ok=True)
            case "ENV":
                image.environment |= dict(each.split("=", 1) for each in shlex.split(rest))
            case "USER":
                image.user = rest
            case "CMD":
                image.command = json.loads(rest)
            case "HEALTHCHECK":
                image.healthcheck = json.loads(rest.partition(" CMD ")[2])
            case "EXPOSE":
                pass
            case _:
                raise AssertionError(f"The tests don't know the instruction {name}.")
    assert image
    return image


def container(
    image: Image,
    command: Iterable[str],
    *,
    read_only: bool = True,
    volumes: Iterable[str] = (),
    environment: Mapping[str, str] | None = None,
    options: Iterable[str] = (),
) -> list[str]:
    """The command line that runs a command in a container; volumes are as in compose.yaml: "from:to", "from:to:ro"."""
    bubblewrap = [find("bwrap"), "--die-with-parent", "--unshare-pid", "--unshare-ipc", "--clearenv"]
    bubblewrap += [
        "--ro-bind" if read_only else "--bind",
        str(image.root),
        "/",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
    ]
    for folder in ("/tmp", "/dev/shm", *(() if read_only else ("/run",))):
        bubblewrap += ["--perms", "1777", "--tmpfs", folder]
    for volume in volumes:
        source, target, *mode = volume.split(":")
        # An engine makes places for them in a layer of the container's own.
        (image.root / target.lstrip("/")).mkdir(parents=True, exist_ok=True)
        for folder in [*reversed(Path(target).parents)][1:]:
            bubblewrap += ["--perms", "0755", "--dir", str(folder)]
        bubblewrap += ["--ro-bind" if mode == ["ro"] else "--bind", source, target]
    for name, value in {**image.environment, **(environment or {})}.items():
        bubblewrap += ["--setenv", name, value]
    bubblewrap += [*options, "--chdir", image.folder, "--"]
    if image.user != ROOT:
        user, group = image.user.split(":")
        drop = ["--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
        bubblewrap += ["setpriv", f"--reuid={user}", f"--regid={group}", *drop]
    return [*bubblewrap, *command]


def _base(name: str, folder: Path) -> Path:
    found = DEBIAN.fullmatch(name)
    assert found, f"The tests can't make the base image {name}."
    command = [find("mmdebstrap"), "--quiet", "--mode=root", "--variant=minbase", found[1], str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return folder


def _run(image: Image, script: str) -> None:
    certificates = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    options = [
        "--ro-bind",
        "/etc/resolv.conf",
        "/etc/resolv.conf",
        "--ro-bind",
        str(certificates),
        CERTIFICATES,
    ]
    environment = {"PIP_CERT": CERTIFICATES, "DEBIAN_FRONTEND": "noninteractive"}
    command = container(
        image, ["/bin/sh", "-c", script], read_only=False, environment=environment, options=options
    )
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, f"RUN {script}\n{done.stdout}"


def _copy(image: Image, words: list[str], *, context: Path, stages: Mapping[str, Image]) -> None:
    if words[0].startswith("--from="):
        stage = stages[words.pop(0).removeprefix("--from=")]
        context = stage.root
    *sources, target = words
    for name in sources:
        source, place = context / name.lstrip("/"), _inside(image, target)
        if source.is_dir():
            shutil.copytree(source, place, symlinks=True, dirs_exist_ok=True)
        else:
            shutil.copy(source, place / source.name if target.endswith("/") else place)


def _inside(image: Image, path: str) -> Path:
    """A path of the image, as a path of this machine."""
    return image.root / os.path.join(image.folder, path).lstrip("/")


def as_user(image: Image, user: str) -> Image:
    """The image, for a container of another user."""
    return replace(image, user=user)
