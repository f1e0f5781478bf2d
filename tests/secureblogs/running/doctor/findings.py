"""What the doctor finds, in words."""

from collections.abc import Iterable

from secureblogs.running.doctor.examination import INSIDE, examine
from secureblogs.running.doctor.findings import Finding

# The servers of the tests flush nothing.
ALWAYS = "PostgreSQL does not flush"


def found() -> list[str]:
    """All that a web process finds of itself."""
    return words_of(examine(INSIDE))


def words_of(findings: Iterable[Finding]) -> list[str]:
    return [words for words in (str(finding.what) for finding in findings) if not words.startswith(ALWAYS)]
