"""Comments and files, which no task touches: what is answered is there whole, what nothing names goes after a day.

Browsers die while they send: of what did not arrive whole nothing is there, and a later browser goes on with the rest.
"""

import json
import os
import uuid
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from django.utils import timezone

from posts.files import cleaning
from posts.models import PART_SIZE, Comment, StoredFile
from secureblogs.http import file_storage
from tests.crowd import Answer, Visitor
from tests.faults.history import History, Outcome
from tests.faults.people import Member
from tests.faults.wishes import Left
from tests.posts.comments.writing import members_of, sealed

# So that a file has two parts.
SIZE = PART_SIZE + 1096
# One skips what the beat of the site is at.
MOST_RUNS = 5


@dataclass
class Sent:
    """Everything that one person has tried to send, by uid; `left` counts the browsers that were gone meanwhile."""

    random: Random
    # Of all requests.
    deaths: float = 0.3
    comments: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)

    def comment(self) -> str:
        """The uid of a comment that can be sent."""
        uid = str(uuid.uuid4())
        self.comments[uid] = {"uid": uid, **members_of(sealed())}
        return uid

    def file(self) -> str:
        """The uid of a file that can be sent."""
        uid = str(uuid.uuid4())
        self.files[uid] = os.urandom(SIZE)
        return uid

    def send_comment(self, uid: str, author: Member, *, post: str) -> Answer:
        return self._post(author.visitor(), f"/posts/{post}/comment/", self.comments[uid])

    def send_file(self, uid: str, owner: Member) -> Answer:
        """Announce a file, and send what the site misses of it; the last answer."""
        visitor = owner.visitor()
        answer = self._post(visitor, "/files/", {"uid": uid, "post": uid, "size": SIZE})
        while answer.status < 400 and (missing := answer.json()["missing"]):
            number = missing[0]  # type: ignore[index]
            part = self.files[uid][number * PART_SIZE : (number + 1) * PART_SIZE]
            answer = self._put(visitor, f"/files/{uid}/parts/{number}", part)
        return answer

    def _post(self, visitor: Visitor, path: str, members: Mapping[str, object]) -> Answer:
        self._maybe_leave(visitor, "POST", path, json.dumps(members).encode(), kind="application/json")
        return visitor.post(path, members)

    def _put(self, visitor: Visitor, path: str, part: bytes) -> Answer:
        self._maybe_leave(visitor, "PUT", path, part, kind="application/octet-stream")
        return visitor.put_bytes(path, part)

    def _maybe_leave(self, visitor: Visitor, method: str, path: str, body: bytes, *, kind: str) -> None:
        """Now and then the browser is gone while it sends; its person comes back with another one, or does not."""
        if self.random.random() < self.deaths:
            is_whole = self.random.random() < 0.5
            sent = len(body) if is_whole else self.random.randrange(len(body))
            visitor.leave_while_sending(method, path, body, kind=kind, sent=sent)
            self.left["whole" if is_whole else "in part"] += 1
            raise Left(is_whole=is_whole, comes_back=self.random.random() < 0.5)

    def wrong(self, history: History) -> Iterator[tuple[str, bool, bool]]:
        """Each expectation: what is wrong otherwise, whether it is met, and whether it is certain."""
        for uid, body in self.comments.items():
            row = Comment.objects.filter(uid=uid).first()
            yield _as_answered(f"comment {uid}", row is not None, history.outcomes("comment", uid))
            is_whole = row is None or bytes(row.ciphertext or b"") == b64decode(body["ciphertext"])
            yield f"comment {uid} is not what was sent", is_whole, True
        for uid in self.files:
            file = StoredFile.objects.filter(uid=uid).first()
            is_complete = file is not None and file.is_complete
            yield _as_answered(f"file {uid}", is_complete, history.outcomes("file", uid))
            yield f"parts of file {uid} that count are not what was sent", self._is_stored(file), True
        yield "something is left of files that nothing named for a day", self._all_go(), True

    def _is_stored(self, file: StoredFile | None) -> bool:
        for number in file.parts if file else []:
            assert file is not None
            with file_storage.files().open(file.name_of_part(number)) as part:
                if part.read() != self.files[str(file.uid)][number * PART_SIZE : (number + 1) * PART_SIZE]:
                    return False
        return True

    def _all_go(self) -> bool:
        mine = StoredFile.objects.filter(uid__in=self.files)
        # Parts of a file that does not count them are there, too, where a process was killed in between.
        names = [file.name_of_part(number) for file in mine for number in range(file.part_count)]
        mine.update(named_at=timezone.now() - timedelta(days=2))
        for _ in range(MOST_RUNS):
            cleaning.clear()
        return not mine.exists() and not any(file_storage.files().exists(name) for name in names)


def _as_answered(what: str, is_there: bool, outcomes: list[Outcome]) -> tuple[str, bool, bool]:
    certain = Outcome.DONE in outcomes or Outcome.UNKNOWN not in outcomes
    return f"{what} came out as {outcomes}: {is_there}", is_there == (Outcome.DONE in outcomes), certain
