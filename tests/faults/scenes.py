"""The people and groups of one schedule, and the posts that they have sent."""

import uuid
from dataclasses import dataclass, field

from groups.models import Group
from tests.faults import people
from tests.faults.people import Member

# Enough keys for two batches.
MEMBERS, KEYS_EACH, LATE, LATE_KEYS = 5, 250, 2, 2


@dataclass
class Scene:
    """`members` belong to the large group, the first of them owns it and the small one; `late` are outside at first."""

    members: list[Member]
    late: list[Member]
    large: Group
    small: Group
    posts: dict[str, Group] = field(default_factory=dict)

    @property
    def author(self) -> Member:
        """Of all posts."""
        return self.members[0]

    @property
    def everybody(self) -> list[Member]:
        return self.members + self.late


def make(seed: int, *, port: int) -> Scene:
    """New people in new groups."""
    name = f"s{seed}-{uuid.uuid4().hex[:6]}"
    members = [people.make(f"{name}-m{n}", keys=KEYS_EACH, port=port) for n in range(MEMBERS)]
    late = [people.make(f"{name}-c{n}", keys=LATE_KEYS, port=port) for n in range(LATE)]
    large = people.make_group(f"{name}-large", members)
    return Scene(members, late, large, people.make_group(f"{name}-small", members[:1]))
