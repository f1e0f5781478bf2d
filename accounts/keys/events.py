"""What a person's open tabs are told about their keys, of which they then ask anew."""

from accounts.models import User
from secureblogs import live


def publish_changed(user: User) -> None:
    """Tell them that keys, devices or codes are others now."""
    live.publish(live.user_channel(user), "keys.changed")


def publish_offered(user: User) -> None:
    """Tell them that a new device offers itself."""
    live.publish(live.user_channel(user), "admission.offered")


def publish_answered(user: User) -> None:
    """Tell them that an admission was answered, or is over."""
    live.publish(live.user_channel(user), "admission.answered")
