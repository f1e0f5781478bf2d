"""What Prometheus reads at /metrics: counts of this process, and samples of servers and tables at that moment.

The address is for those whom METRICS_FROM names; anybody else finds nothing there.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.db import OperationalError
from django.http import HttpResponse
from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from redis import RedisError

from secureblogs.workers.hints import NoBroker

PATH = "/metrics"
# A sample has its numbers by the values of one label, or by "" where there is only one number.
Sample = Mapping[str, float]
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "WEBSOCKET")
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

registry = CollectorRegistry()
ProcessCollector(registry=registry)
_requests = Histogram(
    "secureblogs_request_seconds",
    "Time from a request to its answer",
    ["method", "status"],
    buckets=BUCKETS,
    registry=registry,
)
sockets = Gauge("secureblogs_open_sockets", "WebSockets open in this process", registry=registry)
_pool = Gauge(
    "secureblogs_pool",
    "Threads of this process, each with its connection to PostgreSQL, and requests that wait for one",
    ["state"],
    registry=registry,
)
_samples: list[tuple[str, str, str, Callable[[], Sample]]] = []


def count_request(method: str, status: int, seconds: float) -> None:
    """Count an answer. A method that a client made up is 'other': every label is kept in memory."""
    _requests.labels(method if method in METHODS else "other", status or "none").observe(seconds)


def note_pool(*, threads: int, busy: int, waiting: int) -> None:
    """Say how things stand in this process at the moment."""
    for state, number in (("free", threads - busy), ("busy", busy), ("waiting", waiting)):
        _pool.labels(state).set(number)


def sampled(name: str, words: str, label: str = "") -> Callable[[Callable[[], Sample]], Callable[[], Sample]]:
    """Have the decorated function called whenever Prometheus asks; it returns values by a label, or by ""."""

    def register(take: Callable[[], Sample]) -> Callable[[], Sample]:
        _samples.append((f"secureblogs_{name}", words, label, take))
        return take

    return register


def is_for(address: str) -> bool:
    """Whether METRICS_FROM names this client."""
    try:
        client = ip_address(address)
    except ValueError:
        return False
    return any(client in network for network in _networks(tuple(settings.METRICS_FROM)))


def answer() -> HttpResponse:
    """Everything, in Prometheus's text format."""
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@lru_cache(maxsize=1)
def _networks(named: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(network, strict=False) for network in named]


class _Samples:
    """Takes the samples anew each time. What can't be had while a server is away is left out."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, words, label, take in _samples:
            try:
                values = take()
            except (OperationalError, RedisError, NoBroker):
                continue
            family = GaugeMetricFamily(name, words, labels=[label] if label else [])
            for value, number in values.items():
                family.add_metric([value] if label else [], number)
            yield family


registry.register(_Samples())
