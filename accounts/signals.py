"""What happens to accounts that others above may want to know."""

from django.dispatch import Signal

# Sent by accounts.domain.keys inside the transaction that revokes; carries `public_key`.
key_revoked = Signal()

# Sent by accounts.domain.keys inside the transaction that marks a key; carries `public_key`.
key_found_unusable = Signal()

# Sent by accounts.domain.users inside the transaction that closes an account for a while; carries `user`.
user_deactivated = Signal()

# Asked by accounts.domain.users before an account is deleted; carries `user`. A receiver returns the reasons
# against it, as a list of sentences.
user_needed = Signal()

# Sent by accounts.domain.users inside the transaction that deletes the account, before anything of it is
# gone; carries `user`.
user_leaving = Signal()
