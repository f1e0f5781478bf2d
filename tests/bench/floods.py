"""What readers and the web process notice while one client without a session sends all that it can."""

import http.client
import os
import socket
import statistics
import time
from pathlib import Path

from tests.bench.comparing import Reader, reader_of_twenty, site_before
from tests.bench.rig import report
from tests.floods import ASKED, flood
from tests.site import Site

PAGES = 50
AT_ONCE = {"signing-up": 95, "logging-in": 60, **dict.fromkeys(ASKED, 60)}
BODIES, MIB = 40, 1 << 20


def measure(site: Site) -> None:
    """A reader's median beside each flood and without it, and the memory that large bodies take."""
    with site_before(site) as before:
        for which, each in (("now", site), ("before", before)):
            if each is None:
                continue
            reader = reader_of_twenty(each)
            for kind, at_once in AT_ONCE.items():
                calm, _ = median(reader)
                with flood(kind, port=each.port, at_once=at_once):
                    beside, refused = median(reader)
                report(
                    f"a reader's page beside {at_once} {kind}",
                    site=which,
                    seconds=beside,
                    yardstick=calm,
                    ratio=beside / calm,
                    refused=refused,
                    at_most=2,
                )
            resting, holding = memory_of_bodies(each)
            report(
                f"memory with {BODIES} anonymous bodies of 9 MB", site=which, MiB=holding, yardstick=resting
            )


def median(reader: Reader) -> tuple[float, int]:
    """Seconds for a page of somebody who is signed in, the median of so many; and how many were refused."""
    connection = http.client.HTTPConnection("localhost", reader.site.port, timeout=60)
    seconds, refused = [], 0
    for _ in range(PAGES):
        began = time.perf_counter()
        connection.request("GET", reader.path, headers={"Cookie": reader.cookies})
        answer = connection.getresponse()
        answer.read()
        refused += answer.status != 200
        seconds.append(time.perf_counter() - began)
    connection.close()
    return statistics.median(seconds), refused


def memory_of_bodies(site: Site) -> tuple[float, float]:
    """MiB of the web process before and while it has these bodies, sent all at once by nobody."""
    resting, body = memory(site), b"x" * (9 * MIB)
    head = (
        f"POST /accounts/login/ HTTP/1.1\r\nHost: localhost:{site.port}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    connections = [socket.create_connection(("localhost", site.port), timeout=60) for _ in range(BODIES)]
    highest = resting
    for connection in connections:
        try:
            # All but the end, so that all of them are in hand when the ends come.
            connection.sendall(head + body[:-1])
        except ConnectionError:
            continue
    for connection in connections:
        try:
            connection.sendall(b"x")
        except ConnectionError:
            continue
    until = time.monotonic() + 5
    while time.monotonic() < until:
        highest = max(highest, memory(site))
        time.sleep(0.02)
    for connection in connections:
        connection.close()
    return resting, highest


def memory(site: Site) -> float:
    """Resident MiB of the web process."""
    pages = int(Path(f"/proc/{site.processes['web'].pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB
