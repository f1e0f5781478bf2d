"""What happens to groups that others above may want to know."""

from django.dispatch import Signal

# Sent by groups.domain.members inside the transaction that ends a membership; carries `group` and `user`.
member_left = Signal()
