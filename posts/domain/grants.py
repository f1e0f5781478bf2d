"""Who was granted a post later than it was published."""

from dataclasses import dataclass

from posts.models import Post, ReadRequest

SHOWN = 20
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Grants:
    """Grants, the newest first, as requests with `granted_at`; and how many there are of them and earlier ones."""

    read_requests: list[ReadRequest]
    total: int

    @property
    def others(self) -> int:
        """How many are not shown."""
        return self.total - len(self.read_requests)


def grants_of(post: Post, *, before: int | None = None, most: int = SHOWN) -> Grants:
    """Those that still hold, or of them those before a request's; what ended has no wrapped key any more."""
    granted = ReadRequest.objects.granted_for(post)
    if before and (place := granted.filter(pk=before).first()):
        granted = granted.granted_before(place)
    counted = granted.with_total().select_related("asker")
    found = list(counted.in_order_of_grants()[:most])
    return Grants(found, found[0].total if found else 0)
