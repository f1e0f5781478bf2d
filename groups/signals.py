"""What happens to groups that others above may want to know."""

from django.dispatch import Signal

# Sent by groups.domain.members inside the transaction that ends a membership; carries `group` and `user`.
member_left = Signal()

# Sent by groups.domain.groups inside the transaction that deletes the group, before it is gone; carries
# `group`.
group_closing = Signal()

# Sent by groups.domain.departures inside the transaction that ends all memberships of somebody whose account
# is deleted, before the first one ends; carries `user`.
everything_left = Signal()
