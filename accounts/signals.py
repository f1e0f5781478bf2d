"""Signals about accounts, for the apps above."""

from django.dispatch import Signal

# accounts.domain.keys sends this inside the transaction that revokes; it carries `public_key`.
key_revoked = Signal()

# accounts.domain.keys sends this inside the transaction that marks a key; it carries `public_key`.
key_found_unusable = Signal()

# accounts.domain.users sends this inside the transaction that closes an account for a while; it carries `user`.
user_deactivated = Signal()

# accounts.domain.signing_up asks this; it carries the `path` that a visitor is on the way to. A receiver returns
# whether the page there invites its visitor.
invitation_shown = Signal()

# accounts.domain.users asks this before it deletes an account; it carries `user`. A receiver returns the reasons
# against it, as a list of sentences.
user_needed = Signal()

# accounts.domain.users sends this, in one transaction after the other, before it deletes a large account; it carries
# `user`, and `keep_written`: whether what they wrote stays for its readers. A receiver ends a piece of what the user
# has, and returns whether it found something.
user_clearing = Signal()

# accounts.domain.users sends this inside the transaction that deletes the account, before anything of it is gone;
# it carries `user` and `keep_written`.
user_leaving = Signal()

# accounts.keys sends this inside the transaction that replaces an account key; it carries `account_key`, the new one,
# and `replaced`, the pks of the public keys that it stands for from now on.
account_key_replaced = Signal()

# accounts.keys sends this inside the transaction that makes a person's first account key, after which own keys without
# its signature are wrapped for no more; it carries `user`.
own_keys_superseded = Signal()
