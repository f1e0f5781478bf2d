"""Those whom an author granted a post later than it was published, as far as the post's own page names them."""

from dataclasses import dataclass

from posts.models import Post, ReadRequest

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Grants:
    """The newest grants of a post that still hold, as requests with `granted_at`; and how many there are."""

    rows: list[ReadRequest]
    total: int

    @property
    def others(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows)


def newest_of(post: Post) -> Grants:
    """The newest grants; what ended has no wrapped key any more."""
    granted = ReadRequest.objects.granted_for(post).with_total().select_related("asker")
    found = list(granted[:SHOWN])
    return Grants(found, found[0].total if found else 0)
