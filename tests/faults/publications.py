"""How long each accepted post takes to be published, and what has ended meanwhile is started again."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from django.db import connection
from django.db.models import Exists, OuterRef

from posts.models import Post, Revision, State
from tests.faults.posts import SECONDS_TO_PUBLISH
from tests.faults.world import World

# Which is too long, but what is only late is told from what is lost.
SECONDS_TO_WAIT = 2 * SECONDS_TO_PUBLISH
SECONDS_BETWEEN_LOOKS = 0.05


@dataclass
class Publications:
    """Moments by the uids of posts. A fault that has not ended yet lets no time count."""

    accepted: dict[str, float] = field(default_factory=dict)
    published: dict[str, float] = field(default_factory=dict)

    def accept(self, uid: str, is_edit: bool) -> None:
        """Its submission was answered, or that of an edit, which has to come out in its turn."""
        if is_edit and uid in self.published:
            del self.published[uid], self.accepted[uid]
        self.accepted.setdefault(uid, time.monotonic())

    @contextmanager
    def watched(self, world: World) -> Iterator[None]:
        """Look all the time, whatever else is done meanwhile. In the moment in which the faults have ended."""
        self.accepted = dict.fromkeys(self.accepted, time.monotonic())
        end = Event()
        with ThreadPoolExecutor(1) as pool:
            watch = pool.submit(self._watch, world, end)
            try:
                yield
            finally:
                end.set()
            watch.result()

    def wait(self) -> None:
        """Until each accepted post is published, or has had more than enough time."""
        while any(time.monotonic() - self.accepted[uid] < SECONDS_TO_WAIT for uid in self.missing()):
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def missing(self) -> list[str]:
        """The posts that are accepted but not published."""
        # A copy, made in one step: posts are accepted in another thread than that which watches.
        return [uid for uid in list(self.accepted) if uid not in self.published]

    def seconds(self) -> dict[str, float]:
        """How long each took since it was accepted or, if that was before, since the faults have ended."""
        return {uid: max(0.0, moment - self.accepted[uid]) for uid, moment in self.published.items()}

    def wrong(self) -> list[str]:
        """Sentences about posts that came late or never."""
        late = {uid: seconds for uid, seconds in self.seconds().items() if seconds > SECONDS_TO_PUBLISH}
        return [f"post {uid} was published only after {seconds:.1f} s" for uid, seconds in late.items()] + [
            f"post {uid} was not published within {SECONDS_TO_WAIT} s" for uid in self.missing()
        ]

    def _watch(self, world: World, end: Event) -> None:
        try:
            while not end.wait(SECONDS_BETWEEN_LOOKS):
                world.keep_running()
                waiting = Revision.objects.filter(post=OuterRef("pk")).exclude(state=State.PUBLISHED)
                found = Post.objects.filter(~Exists(waiting), uid__in=self.missing())
                for uid in found.values_list("uid", flat=True):
                    self.published[str(uid)] = time.monotonic()
        finally:
            connection.close()
