"""Browser tests that failed beside others get three more runs, with the machine to themselves: `python -m tests.again`.

Two processors that drive ten browsers can be too late where nothing is wrong. What passes three times of three counts
as late: it is named at the end, and its failure stands above. No run is given to anything else that failed, to more
than three tests, or to a run in which something else was amiss (`pytest_plugin.py`).
"""

import json
import subprocess
import sys
from pathlib import Path

RUNS = 3
MOST = 3
# In the folder of pytest's cache: the names of the tests that may run again.
LATE = "secureblogs/late"


def run() -> bool:
    """Run what the last run has left as often as it takes; whether there was something, and nothing failed."""
    tests = json.loads(Path(".pytest_cache", "v", LATE).read_text())
    command = [sys.executable, "-m", "pytest", *tests]
    if not tests or any(subprocess.run(command, check=False).returncode for _ in range(RUNS)):
        return False
    print(f"Late beside the others, right {RUNS} times by themselves:", *tests, sep="\n  ")
    return True


if __name__ == "__main__":
    sys.exit(not run())
