"""What posts do when something below them changes: what depended on it ends at once."""

from django.dispatch import receiver

from accounts.models import PublicKey, User
from accounts.signals import key_found_unusable, key_revoked, user_deactivated
from groups.models import Group
from groups.signals import everything_left, group_closing, member_left
from posts.domain import closings, publishing, request_locks, wrapped_keys


@receiver(key_revoked)
def end_what_needs_key(public_key: PublicKey, **kwargs: object) -> None:
    request_locks.lock_posts_of(public_key.user)
    end_requests_with_key(public_key)
    wrapped_keys.forget_public_key(public_key)


@receiver(key_found_unusable)
def end_requests_with_key(public_key: PublicKey, **kwargs: object) -> None:
    closings.close_without_keys(public_key.user)
    closings.tell_of_ended(public_key)


@receiver(user_deactivated)
def end_requests_with_account(user: User, **kwargs: object) -> None:
    request_locks.lock_memberships_of(user)
    closings.close_waiting_of(user)


@receiver(member_left)
def end_what_needs_membership(group: Group, user: User, **kwargs: object) -> None:
    request_locks.lock_posts_of(user, group=group)
    closings.close_of_member(group, user=user)
    wrapped_keys.forget_member(group, user=user)


@receiver(group_closing)
def delete_posts_of_group(group: Group, **kwargs: object) -> None:
    publishing.delete_all_of(group)


@receiver(everything_left)
def delete_posts_of_author(user: User, **kwargs: object) -> None:
    publishing.delete_all(user.posts.all())
