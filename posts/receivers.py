"""What posts do when something below them changes."""

from django.dispatch import receiver

from accounts.models import PublicKey, User
from accounts.signals import key_revoked
from groups.models import Group
from groups.signals import member_left
from posts.domain import wrapped_keys


@receiver(key_revoked)
def forget_keys_of_public_key(public_key: PublicKey, **kwargs: object) -> None:
    wrapped_keys.forget_public_key(public_key)


@receiver(member_left)
def forget_keys_of_member(group: Group, user: User, **kwargs: object) -> None:
    wrapped_keys.forget_member(group, user=user)
