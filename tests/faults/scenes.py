"""The people and groups of one schedule, and the posts that they have sent."""

import random
import uuid
from dataclasses import dataclass, field

from groups.models import Group, Membership
from tests.faults import people
from tests.faults.keys import Browsers
from tests.faults.people import Member
from tests.faults.sent import Sent

# Enough keys for two batches.
MEMBERS, KEYS_EACH, LATE, LATE_KEYS = 5, 250, 2, 2


@dataclass
class Scene:
    """`members` belong to the large group, the first of them owns it and the small one; `late` are outside at first.

    `browsers` are those of one more member of the large group, who has an account key and stays.
    """

    members: list[Member]
    late: list[Member]
    large: Group
    small: Group
    browsers: Browsers
    # By the author.
    sent: Sent
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
    small = people.make_group(f"{name}-small", members[:1])
    keyed = people.make(f"{name}-k", keys=0, port=port).user
    Membership.objects.create(group=large, user=keyed)
    browsers = Browsers(keyed, port, random.Random(seed))  # noqa: S311
    return Scene(members, late, large, small, browsers, Sent(random.Random(seed)))  # noqa: S311
