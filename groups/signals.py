"""Signals about groups, for the apps above."""

from django.dispatch import Signal

# groups.domain.members sends this inside the transaction that ends a membership; it carries `group` and `user`.
member_left = Signal()

# groups.domain.groups sends this inside the transaction that deletes the group, before it is gone; it carries
# `group`.
group_closing = Signal()

# groups.domain.groups sends this, in one transaction after the other, before it deletes a large group; it carries
# `group`. A receiver deletes a piece of what is in the group, and returns whether it found something.
group_clearing = Signal()

# groups.domain.departures sends this likewise before a large account is deleted; it carries `user` and `keep_written`:
# whether what others can read of theirs stays.
author_clearing = Signal()

# groups.domain.departures sends this inside the transaction that ends all memberships of somebody whose account is
# deleted, before the first one ends; it carries `user`.
everything_left = Signal()
