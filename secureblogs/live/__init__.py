"""Live messages: published by any process after its commit, heard by the sockets of the web processes."""

from secureblogs.live.publishing import (
    HEARTBEAT,
    MEMBERSHIPS_CHANGED,
    NEWS_MISSED,
    REMEMBERED,
    SESSION_ENDED,
    SESSIONS_CHANGED,
    group_channel,
    publish,
    session_channel,
    user_channel,
    was_told,
)

__all__ = [
    "HEARTBEAT",
    "MEMBERSHIPS_CHANGED",
    "NEWS_MISSED",
    "REMEMBERED",
    "SESSIONS_CHANGED",
    "SESSION_ENDED",
    "group_channel",
    "publish",
    "session_channel",
    "user_channel",
    "was_told",
]
