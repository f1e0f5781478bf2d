"""What a person's open tabs are told about their keys, of which they then ask anew."""

from accounts.domain import account_notices
from accounts.models import User
from secureblogs import live

# What stands as a toast in every open tab, by the name of its mail. A lost device ends the sessions of all tabs, and
# these are told why.
_TOLD = {
    "device_added": "device.added",
    "code_made": "code.made",
    "code_used": "code.used",
    "key_replaced": "key.replaced",
    "starting_over": "start_over.asked",
    "started_over": "start_over.done",
}


def tell(user: User, what: str, *, number: int, **of_mail: object) -> None:
    """Tell the owner by mail and in every open tab; within the transaction.

    `number` is that of the list of keyholders that came along: by it the tab that sent it knows that it was its own.
    `of_mail` is what the mail says besides.
    """
    account_notices.tell_of_keys(user, what, **of_mail)
    if what in _TOLD:
        live.publish(live.user_channel(user), _TOLD[what], number=number)


def publish_changed(user: User) -> None:
    """Tell them that keys, devices or codes are others now."""
    live.publish(live.user_channel(user), "keys.changed")


def publish_offered(user: User) -> None:
    """Tell them that a new device offers itself."""
    live.publish(live.user_channel(user), "admission.offered")


def publish_answered(user: User) -> None:
    """Tell them that an admission was answered, or is over."""
    live.publish(live.user_channel(user), "admission.answered")
