"""The textbook rival, measured by its own program in the same run as this site.

`BENCH_RIVAL` names its folder, with lab.py and measure.py, and `BENCH_RIVAL_PYTHON` a Python that has its packages.
"""

import json
import os
import subprocess
from dataclasses import dataclass

FOLDER = os.environ.get("BENCH_RIVAL", "")
PYTHON = os.environ.get("BENCH_RIVAL_PYTHON", f"{FOLDER}/venv/bin/python")
SECONDS_TO_MEASURE = 600


@dataclass(frozen=True)
class Rival:
    """What it took, in seconds: to publish to so many members, and from asking to the author's socket."""

    publish: float
    p50: float
    p99: float


def measure(members: int) -> Rival | None:
    """Measure the rival; None if no rival is named."""
    if not FOLDER:
        return None
    ran = subprocess.run(
        [PYTHON, f"{FOLDER}/lab.py", PYTHON, f"{FOLDER}/measure.py", str(members)],
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=SECONDS_TO_MEASURE,
    )
    found = {line["what"]: line for line in map(json.loads, ran.stdout.splitlines())}
    notified = found["notify_ms"]
    return Rival(found["fanout"]["median_s"], notified["p50"] / 1000, notified["p99"] / 1000)
