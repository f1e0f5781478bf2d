"""What posts do when something below them changes: they end at once what depended on it."""

from django.dispatch import receiver

from accounts.models import AccountKey, PublicKey, User
from accounts.signals import (
    account_key_replaced,
    key_found_unusable,
    key_revoked,
    own_keys_superseded,
    user_deactivated,
)
from groups.models import Group
from groups.signals import author_clearing, everything_left, group_clearing, group_closing, member_left
from posts.comments import commenting
from posts.lift import lifting
from posts.models import State
from posts.publishing import deletions
from posts.requests import closing, locks
from posts.sealing import wrapped_keys


@receiver(key_revoked)
def end_what_needs_key(public_key: PublicKey, **kwargs: object) -> None:
    locks.lock_posts_of(public_key.user)
    end_requests_with_key(public_key)
    wrapped_keys.forget_public_key(public_key)


@receiver(key_found_unusable)
def end_requests_with_key(public_key: PublicKey, **kwargs: object) -> None:
    closing.close_without_keys(public_key.user)
    closing.publish_key_ended(public_key)


@receiver(account_key_replaced)
def follow_account_key(account_key: AccountKey, replaced: list[int], **kwargs: object) -> None:
    closing.follow(account_key.public_key, replaced=replaced)
    lifting.note_total(account_key)


@receiver(own_keys_superseded)
def end_requests_with_own_keys(user: User, **kwargs: object) -> None:
    closing.close_without_keys(user)


@receiver(user_deactivated)
def end_requests_with_account(user: User, **kwargs: object) -> None:
    locks.lock_memberships_of(user)
    closing.close_waiting_of(user)


@receiver(member_left)
def end_what_needs_membership(group: Group, user: User, **kwargs: object) -> None:
    locks.lock_posts_of(user, group=group)
    closing.close_of_member(group, user=user)
    wrapped_keys.forget_member(group, user=user)


@receiver(group_closing)
def delete_posts_of_group(group: Group, **kwargs: object) -> None:
    deletions.delete_all_of(group)


@receiver(group_clearing)
def delete_some_posts_of_group(group: Group, **kwargs: object) -> bool:
    return deletions.delete_some(group.posts.all())


@receiver(author_clearing)
def delete_some_writings_of_author(user: User, keep_written: bool, **kwargs: object) -> bool:
    if keep_written:
        # Nobody can read what failed, or try it again.
        return deletions.delete_some(user.posts.filter(current__state=State.FAILED))
    return deletions.delete_some(user.posts.all()) or commenting.delete_some_of(user)


@receiver(everything_left)
def delete_writings_of_author(user: User, **kwargs: object) -> None:
    deletions.delete_all(user.posts.all())
    commenting.delete_all_of(user)
