"""Comments and files, which no task touches. Browsers die while they send, and later ones go on with the rest."""

import json
import os
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from posts.models import PART_SIZE, Comment
from tests.crowd import Answer, Visitor
from tests.faults.people import Member
from tests.faults.wishes import Left
from tests.posts.comments.writing import members_of, sealed

# So that a file has two parts.
SIZE = PART_SIZE + 1096


@dataclass
class Written:
    """A comment as it is first sent, under a post."""

    post: str
    body: dict[str, str]


@dataclass
class Edit:
    """Of a comment. `number` is its revision: the next one when it was first sent, and the same if it is sent again."""

    comment: str
    sealed: dict[str, str]
    number: int = 0


@dataclass
class Sent:
    """Everything that one person has tried to send, by uid; `left` counts the browsers that were gone meanwhile."""

    random: Random
    # Of all requests.
    deaths: float = 0.3
    comments: dict[str, Written] = field(default_factory=dict)
    edits: dict[str, Edit] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)

    def comment(self, post: str) -> str:
        """The uid of a comment that can be sent."""
        uid = str(uuid.uuid4())
        self.comments[uid] = Written(post, {"uid": uid, **members_of(sealed())})
        return uid

    def answer(self, comment: str) -> str:
        """The uid of an answer that can be sent to a comment."""
        uid = self.comment(self.comments[comment].post)
        self.comments[uid].body["parent"] = comment
        return uid

    def edit(self, comment: str) -> str:
        """The name of an edit that can be sent."""
        name = str(uuid.uuid4())
        self.edits[name] = Edit(comment, members_of(sealed()))
        return name

    def file(self) -> str:
        """The uid of a file that can be sent."""
        uid = str(uuid.uuid4())
        self.files[uid] = os.urandom(SIZE)
        return uid

    def send_comment(self, uid: str, author: Member) -> Answer:
        written = self.comments[uid]
        return self._post(author.visitor(), f"/posts/{written.post}/comment/", written.body)

    def send_edit(self, name: str, author: Member) -> Answer | None:
        """Put another text in the place of the one that a page shows; None where it shows none any more."""
        edit = self.edits[name]
        if not edit.number:
            shown = Comment.objects.written().filter(uid=edit.comment).first()
            if shown is None:
                return None
            edit.number = shown.revision + 1
        body = {"revision": edit.number, **edit.sealed}
        return self._post(author.visitor(), f"/comments/{edit.comment}/edit/", body)

    def send_deletion(self, comment: str, author: Member) -> Answer:
        return self._post(author.visitor(), f"/comments/{comment}/delete/", {})

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
