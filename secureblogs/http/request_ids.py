"""The id of a request, which its lines in the log share, and which its client gets back."""

import re
import secrets
from contextvars import ContextVar

HEADER = b"x-request-id"
# What a proxy may have given: anything longer, or with other characters, is no id.
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")
current: ContextVar[str] = ContextVar("request_id", default="")


def begin(given: str) -> str:
    """Take the id that a proxy gave, or make one, for the rest of this request."""
    request_id = given if _ACCEPTABLE.fullmatch(given) else secrets.token_hex(8)
    current.set(request_id)
    return request_id
