"""What `manage.py doctor` finds."""

from collections.abc import Iterator
from dataclasses import dataclass

from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Finding:
    """What is wrong and how to mend it, a sentence each. `is_warning`: the site works, but not as well as it could."""

    what: StrOrPromise
    mend: StrOrPromise
    is_warning: bool = False


Findings = Iterator[Finding]
