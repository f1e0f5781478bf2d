"""An administrator's shell beside a running site."""

import subprocess
import sys

from tests.commands import BASE_DIR
from tests.site import Site


def manage(site: Site, statements: str) -> None:
    """Run Python statements as `manage.py shell` does."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", statements]
    subprocess.run(command, cwd=BASE_DIR, env=site.environment, check=True, timeout=60)
