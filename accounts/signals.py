"""What happens to accounts that others above may want to know."""

from django.dispatch import Signal

# Sent by accounts.domain.keys inside the transaction that revokes; carries `public_key`.
key_revoked = Signal()
