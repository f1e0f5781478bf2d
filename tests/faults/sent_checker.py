"""Check comments and files: what is answered is there whole, what is deleted stays deleted, what nothing names goes.

Of what did not arrive whole nothing is there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from groups.models import Group
from posts.files import cleaning
from posts.models import PART_SIZE, Comment, StoredFile
from secureblogs.http import file_storage
from tests.faults.history import History, Outcome
from tests.faults.sent import Sent

# One skips what the beat of the site is at.
MOST_RUNS = 5
# What is wrong if it is not met, whether it is, and whether that is certain.
Expectation = tuple[str, bool, bool]


@dataclass
class SentChecker:
    """What one person sent, in these groups."""

    sent: Sent
    history: History
    groups: list[Group]

    def expectations(self) -> Iterator[Expectation]:
        for uid in self.sent.comments:
            yield from self._of_comment(uid)
        found = Comment.objects.filter(post__group__in=self.groups).values_list("uid", flat=True)
        unknown = {str(uid) for uid in found} - self.sent.comments.keys()
        yield f"nobody sent the comments {unknown}", not unknown, True
        for uid in self.sent.files:
            file = StoredFile.objects.filter(uid=uid).first()
            is_complete = file is not None and file.is_complete
            yield _as_answered(f"file {uid}", is_complete, self.history.outcomes("file", uid))
            yield f"parts of file {uid} that count are not what was sent", self._is_stored(file), True
        yield "something is left of files that nothing named for a day", self._all_go(), True

    def _of_comment(self, uid: str) -> Iterator[Expectation]:
        row = Comment.objects.filter(uid=uid).first()
        is_there = row is not None and not row.is_deleted
        deletions = self.history.outcomes("delete comment", uid)
        if Outcome.DONE in deletions:
            yield f"comment {uid} is there, although it was deleted", not is_there, True
        elif Outcome.UNKNOWN in deletions:
            yield f"comment {uid} was deleted or not", True, False
        else:
            yield _as_answered(f"comment {uid}", is_there, self.history.outcomes("comment", uid))
        if row is not None and is_there:
            yield f"comment {uid} is not what was sent", self._is_one_of_the_texts(row), True
        elif row is not None:
            yield f"the place of comment {uid} holds something", not row.sealed, True
            yield f"the place of comment {uid} has no answers", row.answers.exists(), True

    def _is_one_of_the_texts(self, row: Comment) -> bool:
        """Whether it holds what was sent as its revision, of several the one that was answered, and none came later."""
        uid = str(row.uid)
        edits = {name: edit for name, edit in self.sent.edits.items() if edit.comment == uid}
        done = {name for name in edits if Outcome.DONE in self.history.outcomes("edit comment", name)}
        if any(edits[name].number > row.revision for name in done):
            return False
        if row.revision == 1:
            return row.sealed.items() <= self.sent.comments[uid].body.items()
        same = {name for name, edit in edits.items() if edit.number == row.revision}
        return row.sealed in [edits[name].sealed for name in same & done or same] and len(same & done) <= 1

    def _is_stored(self, file: StoredFile | None) -> bool:
        for number in file.parts if file else []:
            assert file is not None
            with file_storage.files().open(file.name_of_part(number)) as part:
                whole = self.sent.files[str(file.uid)]
                if part.read() != whole[number * PART_SIZE : (number + 1) * PART_SIZE]:
                    return False
        return True

    def _all_go(self) -> bool:
        mine = StoredFile.objects.filter(uid__in=self.sent.files)
        # Parts of a file that does not count them are there, too, where a process was killed in between.
        names = [file.name_of_part(number) for file in mine for number in range(file.part_count)]
        mine.update(named_at=timezone.now() - timedelta(days=2))
        for _ in range(MOST_RUNS):
            cleaning.clear()
        return not mine.exists() and not any(file_storage.files().exists(name) for name in names)


def _as_answered(what: str, is_there: bool, outcomes: list[Outcome]) -> Expectation:
    certain = Outcome.DONE in outcomes or Outcome.UNKNOWN not in outcomes
    return f"{what} came out as {outcomes}: {is_there}", is_there == (Outcome.DONE in outcomes), certain
