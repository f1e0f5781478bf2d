"""The counts of a campaign, in one JSON object."""

from collections import Counter
from dataclasses import dataclass, field
from typing import cast


@dataclass
class Summary:
    """Counts over all schedules; of each kind of fault in how many of them, and in how many that went wrong."""

    schedules: int = 0
    posts: int = 0
    failed: list[int] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    wrong_with: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    expectations: Counter[str] = field(default_factory=Counter)
    slowest: float = 0
    unpublished: int = 0

    def add(self, outcome: dict[str, object]) -> None:
        faults = cast(list[str], outcome["faults"])
        self.schedules += 1
        self.posts += cast(int, outcome["posts"])
        self.faults.update(faults)
        self.answers.update(cast(dict[str, int], outcome["answers"]))
        self.done.update(cast(dict[str, int], outcome["done"]))
        self.expectations.update(cast(dict[str, int], outcome["expectations"]))
        self.slowest = max(self.slowest, cast(float, outcome["published_after"]))
        self.unpublished += cast(int, outcome["unpublished"])
        if outcome["wrong"]:
            self.failed.append(cast(int, outcome["seed"]))
            self.wrong_with.update(faults)
