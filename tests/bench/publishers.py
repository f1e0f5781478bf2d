"""Groups of every size, and their owners, who publish and wait until everybody can read."""

import time

from django.db import connection
from redis import Redis

from groups.models import Group
from secureblogs import live
from tests.crowd import MakeKey, Visitor, crowd, owner_of, rsa_key, x_wing_key
from tests.site import Site

LARGE = 10_000
SECONDS_TO_PUBLISH = 120
GROUPS: dict[str, tuple[int, MakeKey]] = {
    "Large": (LARGE, x_wing_key),
    "Rsa": (LARGE, rsa_key),
    "Hundred": (100, x_wing_key),
    "Ten": (10, x_wing_key),
}


class Publisher:
    """The owner of a group."""

    def __init__(self, site: Site, group: Group) -> None:
        self.group = group
        self.visitor = Visitor(owner_of(group), port=site.port)
        self._events = Redis.from_url(site.redis_url).pubsub()
        self._events.subscribe(f"live__group__{live.group_channel(group)}")
        self._events.get_message(timeout=1)

    def request(self) -> float:
        """Seconds until the request was answered."""
        self.connect()
        began = time.perf_counter()
        assert self.visitor.publish(self.group).status == 201
        return time.perf_counter() - began

    def publish(self) -> float:
        """Seconds until the last key was committed."""
        seconds = self.request()
        began = time.perf_counter()
        self.wait()
        return seconds + time.perf_counter() - began

    def connect(self) -> None:
        """Anew: the server closes what was not used for a minute."""
        self.visitor.close()
        self.visitor.get("/healthz")

    def wait(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_PUBLISH
        while time.monotonic() < deadline:
            message = self._events.get_message(timeout=1)
            if message and message["type"] == "message" and b"post.published" in message["data"]:
                return
        raise TimeoutError("The post was not published.")


def publisher(site: Site, name: str) -> Publisher:
    """Of one of the groups, which is made when it is first asked for."""
    size, key = GROUPS[name]
    made = Publisher(site, Group.objects.filter(name=name).first() or _make(name, size, key))
    made.publish()
    return made


def _make(name: str, size: int, key: MakeKey) -> Group:
    group = crowd(name, size, key=key)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return group
