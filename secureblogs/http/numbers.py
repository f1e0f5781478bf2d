"""Numbers that people and programs write into addresses."""

import re

_DIGITS = re.compile(r"[0-9]{1,9}")


def number_in(text: str) -> int | None:
    """The number that these digits write; None for anything else, and for one that is longer than any here.

    Python refuses to read thousands of digits.
    """
    return int(text) if _DIGITS.fullmatch(text) else None
