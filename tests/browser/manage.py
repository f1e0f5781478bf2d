"""What an administrator does to a running site, in a process of its own."""

import subprocess
import sys

from tests.site import BASE_DIR, Site


def manage(site: Site, statements: str) -> None:
    """Run Python statements as `manage.py shell` does."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", statements]
    subprocess.run(command, cwd=BASE_DIR, env=site.environment, check=True, timeout=60)
