"""The campaign: `python -m tests.faults --schedules 300 --seed 1`, or `make faults`. One JSON line a schedule."""

import argparse
import json
import signal
import sys
import time

from tests.faults.clocks import MISSING
from tests.faults.running import world
from tests.faults.summary import Summary

# An ordinary Celery: tasks are acknowledged before they run, and nobody looks for what was lost.
ORDINARY = {"DJANGO_SETTINGS_MODULE": "tests.faults.ordinary_settings"}
SHORT = {"SWEEP_AFTER_SECONDS": "1"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, help="faults in each schedule: 2, of the control 6")
    parser.add_argument("--shipped", action="store_true", help="with the shipped intervals, not short ones")
    parser.add_argument("--ordinary", action="store_true", help="the control: it has to show losses")
    options = parser.parse_args()
    settings = ORDINARY if options.ordinary else {} if options.shipped else SHORT
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    number_of_faults = options.faults or (6 if options.ordinary else 2)
    summary, began = Summary(), time.monotonic()
    with world(**settings) as running:
        # It needs Django's applications.
        from tests.faults.schedules import Schedule

        for seed in range(options.seed, options.seed + options.schedules):
            outcome = Schedule(running, seed).run(number_of_faults=number_of_faults)
            print(json.dumps(outcome), flush=True)
            summary.add(outcome)
            if outcome["wrong"]:
                clear()
        words = running.site.words()
    print(json.dumps({**vars(summary), "without": MISSING, "seconds": round(time.monotonic() - began)}))
    if summary.failed and not options.ordinary:
        print(words[-5000:], file=sys.stderr)
    # Late is not lost: the control has to show posts that never come.
    sys.exit(not summary.unpublished if options.ordinary else bool(summary.failed))


def clear() -> None:
    """Delete what one schedule left undone, so that it does not count against the next."""
    from posts.models import KeyBatch, SealedDraft

    KeyBatch.objects.all().delete()
    SealedDraft.objects.all().delete()


if __name__ == "__main__":
    main()
