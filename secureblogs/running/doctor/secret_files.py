"""Who may read the files of secrets, and do the sealing keys fit."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from secureblogs.crypto.errors import UnacceptableKey
from secureblogs.running import environment
from secureblogs.running.doctor.findings import Finding, Findings
from secureblogs.workers import keys

SECRETS = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "OIDC_CLIENT_SECRET")
NAMES = ("ENV_FILE", *(f"{secret}_FILE" for secret in SECRETS))


def check_secret_files() -> Findings:
    """Look at the permissions of what holds secrets, as the user of this process."""
    private = settings.SEALING_PRIVATE_KEYS_FILE
    for path in _files():
        if _is_open_to_all(path):
            yield Finding(
                _("Every user of this machine may read %(file)s.") % {"file": path},
                # The web process's user is in that group.
                _("chmod 600 %(file)s: it is for the workers' user alone.") % {"file": path}
                if str(path) == private
                else _("chmod 640 %(file)s, and let only the group of the site's users read it.")
                % {"file": path},
            )
    if private and not _is_embedded(Path(private)) and os.geteuid() and _may_read(private):
        yield Finding(
            _("This user may read the private sealing keys: who breaks into the web process can, too."),
            _("Run workers as a user of their own, and: chmod 600 %(file)s. A worker may ignore this.")
            % {"file": private},
        )


def check_sealing_key() -> Findings:
    """Look at the public sealing key; whether a worker opens it is looked for among the processes."""
    try:
        keys.public_key()
    except UnacceptableKey:
        yield Finding(
            _("SEALING_PUBLIC_KEY holds no sealing key: nobody can publish."),
            _("Print it again: make_sealing_key --public (docs/deploy.md, Changing the sealing key)."),
        )


def _files() -> Iterator[Path]:
    yield from (Path(os.environ[name]) for name in NAMES if os.environ.get(name))
    if settings.SEALING_PRIVATE_KEYS_FILE:
        yield Path(settings.SEALING_PRIVATE_KEYS_FILE)


def _may_read(private: str) -> bool:
    return os.access(private, os.R_OK, effective_ids=True)


def _is_open_to_all(path: Path) -> bool:
    try:
        return path.is_file() and bool(path.stat().st_mode & 0o007)
    except PermissionError:
        # It lies in a folder that this user may not enter, as the workers' private key does for the web process.
        return False


def _is_embedded(private: Path) -> bool:
    """Whether it is the try-out's, where everything runs as one user, as docs/deploy.md says."""
    return private.is_relative_to(environment.var_dir())
