"""A sealing key pair for the workers: `python -m secureblogs.make_sealing_key PRIVATE.pem > PUBLIC.pem`.

With a PRIVATE.pem that exists, the new key is put in front of the old ones, which go on opening what was
sealed to them: that is how a key is rotated. Needs no settings, since the site can't start without the pair.
"""

import os
import sys
from pathlib import Path

from secureblogs.crypto.wrapping import export_private_key, generate_private_key, public_key_of


def make_sealing_key(path: Path) -> str:
    """Put a fresh private key at the head of the file, readable by its owner alone; the public key as PEM."""
    private_key = generate_private_key()
    older = path.read_text() if path.exists() else ""
    unfinished = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(export_private_key(private_key) + older)
        if path.exists():
            # A worker of another user goes on reading it.
            os.fchown(file.fileno(), path.stat().st_uid, path.stat().st_gid)
            os.fchmod(file.fileno(), path.stat().st_mode & 0o777)
    unfinished.replace(path)
    return public_key_of(private_key).pem


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name a file for it: python -m secureblogs.make_sealing_key PRIVATE.pem > PUBLIC.pem")
    print(make_sealing_key(Path(sys.argv[1])), end="")
