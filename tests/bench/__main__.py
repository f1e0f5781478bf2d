"""`make bench`: every figure beside its yardstick from the same run, as JSON lines."""

import signal
import sys

from tests.bench.rig import site


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with site() as running:
        # They need Django's applications.
        from tests.bench import pages, publishing, sockets

        parts = {"publishing": publishing.measure, "sockets": sockets.measure, "pages": pages.measure}
        for name in sys.argv[1:] or parts:
            parts[name](running)


if __name__ == "__main__":
    main()
