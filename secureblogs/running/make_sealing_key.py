"""Make a sealing key pair for the workers: `python -m secureblogs.running.make_sealing_key PRIVATE.pem PUBLIC.pem`.

If PRIVATE.pem exists, the new key is put in front of the old ones, which go on opening what was sealed to them: that is
how a key is rotated. `--public PRIVATE.pem` prints the public half again. No settings are needed, since the site can't
start without the pair.
"""

import errno
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from secureblogs.crypto.errors import UnacceptableKey
from secureblogs.crypto.public_keys import PublicKey
from secureblogs.crypto.wrapping import (
    export_private_key,
    generate_private_key,
    load_private_keys,
    public_key_of,
)

USAGE = (
    "Name two files: python -m secureblogs.running.make_sealing_key PRIVATE.pem PUBLIC.pem. "
    "With --public PRIVATE.pem the public half is printed again."
)


def main(arguments: list[str]) -> None:
    """Do what the command line asks for; one sentence if that fails."""
    try:
        match arguments:
            case ["--public", private]:
                print(newest_public_key(Path(private)).pem, end="")
            case [private, public] if not private.startswith("-"):
                make_pair(Path(private), Path(public))
            case _:
                sys.exit(USAGE)
    except OSError as error:
        sys.exit(f"Nothing was made: {error.filename} ({error.strerror}).")
    except UnacceptableKey as error:
        sys.exit(f"Nothing was made, since {private} is no file of private keys: {error}")


def newest_public_key(private: Path) -> PublicKey:
    """Return the public half of the first private key in the file. OSError, UnacceptableKey."""
    return public_key_of(load_private_keys(private.read_text())[0])


def make_pair(private: Path, public: Path) -> PublicKey:
    """Put a fresh private key at the head of one file and its public half into the other, or change neither.

    A new private file is its owner's alone; files that were there keep their owner and mode. OSError; UnacceptableKey
    if the private file holds something else.
    """
    _refuse_private(public, private)
    key = generate_private_key()
    older = private.read_text() if private.exists() else ""
    if older:
        load_private_keys(older)
    with ExitStack() as unfinished:
        new_private = _write(unfinished, private, export_private_key(key) + older, mode=0o600)
        new_public = _write(unfinished, public, public_key_of(key).pem, mode=0o644)
        old_private = _write(unfinished, private, older, mode=0o600) if older else None
        # The private key comes first: nobody seals to a public one that no worker can open.
        new_private.replace(private)
        try:
            new_public.replace(public)
        except OSError:
            if old_private:
                old_private.replace(private)
            else:
                private.unlink()
            raise
    return public_key_of(key)


def _refuse_private(public: Path, private: Path) -> None:
    """Private keys are overwritten by no public one, whichever of the names somebody mistook. OSError."""
    holds_private = public.is_file() and "PRIVATE KEY-----" in public.read_text()
    if holds_private or public.resolve() == private.resolve():
        raise OSError(errno.EEXIST, "it is for private keys", str(public))


def _write(unfinished: ExitStack, path: Path, text: str, *, mode: int) -> Path:
    """Write a text beside its place, whole and on the disk; the stack removes it if it is still there at the end."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error
    unfinished.callback(Path(name).unlink, missing_ok=True)
    with os.fdopen(number, "w") as file:
        file.write(text)
        os.fchmod(number, mode)
        if path.exists():
            # A worker of another user goes on reading it.
            os.fchown(number, path.stat().st_uid, path.stat().st_gid)
            os.fchmod(number, path.stat().st_mode & 0o777)
        file.flush()
        os.fsync(number)
    return Path(name)


if __name__ == "__main__":
    main(sys.argv[1:])
