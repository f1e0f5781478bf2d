"""`make bench`: every figure beside its yardstick from the same run, as JSON lines.

`python -m tests.bench wrapping pages` measures these parts alone. `pages` compares with the checkout that
`BENCH_BEFORE` names, `rival` and `sockets` with the rival that `BENCH_RIVAL` and `BENCH_RIVAL_PYTHON` name.
"""

import signal
import sys

from tests.bench.rig import site


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with site() as running:
        # They need Django's applications.
        from tests.bench import (
            backups,
            floods,
            lifting,
            live,
            million,
            opening,
            pages,
            publishing,
            searching,
            sockets,
        )

        parts = {
            "wrapping": publishing.measure_wrapping,
            "rival": publishing.measure_rival,
            "textbook": publishing.measure_textbook,
            "growth": publishing.measure_growth,
            "requests": publishing.measure_requests,
            "waiting": publishing.measure_waiting,
            "heavy": publishing.measure_heavy,
            "pages": pages.measure,
            "floods": floods.measure,
            "million": million.measure,
            "backups": backups.measure,
            "sockets": sockets.measure,
            "live": live.measure,
            "tabs": live.measure_beside_tabs,
            "sign-up": opening.measure_sign_up,
            "lift": lifting.measure,
            "opening": opening.measure,
            "fan-out": opening.measure_fan_out,
            "search": searching.measure,
        }
        for name in sys.argv[1:] or parts:
            parts[name](running)


if __name__ == "__main__":
    main()
