"""The workload: people do one thing after the other, drawn from a seed."""

import random
import uuid
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from groups.models import Group
from posts.models import ReadRequest, Revision
from posts.sealing import sealing_keys
from secureblogs.crypto.documents import Document
from tests.crowd import Answer, submission
from tests.faults import people
from tests.faults.history import Outcome
from tests.faults.people import Member
from tests.faults.scenes import KEYS_EACH, LATE_KEYS, Scene
from tests.faults.wishes import Wish, Wishes
from tests.frames import framed, padded


@dataclass
class Workload:
    """Everybody's in a scene."""

    scene: Scene
    wishes: Wishes
    random: random.Random
    _submissions: list[Wish] = field(default_factory=list)

    def begin(self) -> None:
        """Somebody joins and asks for the post that is there, and its author comments on it.

        So there is something to answer, to edit and to delete from the first.
        """
        first, (uid,) = self.scene.late[0], self.scene.posts
        self._wish("join", first, "", f"/groups/{self.scene.large.slug}/join/", {})
        self._wish("ask", first, uid, f"/posts/{uid}/request_read/", {})
        for _ in range(3):
            self._comment()

    def do_something(self) -> None:
        kinds = [self._publish, self._publish, self._join, self._leave, self._leave, self._revoke]
        kinds += [self._ask, self._ask, self._answer, self._answer, self._edit, self._edit]
        kinds += [*[self._comment, self._send_file] * 2, self._edit_comment, self._delete_comment]
        kinds += [self.scene.browsers.do_something] * 4
        self.random.choice(kinds)()

    def publish_in(self, group: Group) -> None:
        author, uid = self.scene.author, uuid.uuid4()
        body = submission(author.user, group, title=f"Post {len(self.scene.posts)}", uid=uid)
        self.scene.posts[str(uid)] = group
        self._submissions.append(
            self._wish("publish", author, str(uid), f"/groups/{group.slug}/posts/", body)
        )

    def publish_again(self) -> None:
        """Send each post again: its author makes no second one."""
        for wish in self._submissions:
            self.wishes.send(wish)

    def _publish(self) -> None:
        self.publish_in(self.random.choice([self.scene.large, self.scene.large, self.scene.small]))

    def _edit(self) -> None:
        """The author says the same once more: whoever could read it before can, and nobody else."""
        uid = self.random.choice(list(self.scene.posts))
        self.wishes.send(Wish("edit", self.scene.author.user.name, uid, lambda: self._edit_of(uid)))

    def _edit_of(self, uid: str) -> Answer | None:
        newest = Revision.objects.filter(post__uid=uid).with_place().order_by("-number").first()
        if newest is None:
            return None
        place = replace(newest.contexts, revision=newest.number + 1)
        frame = framed(Document(newest.title, people.BODY), place, account_key=None)
        draft = sealing_keys.seal(padded(frame), context=place.draft)
        body = {"revision": place.revision, "title": newest.title, "draft": b64encode(draft).decode()}
        return self.scene.author.visitor().post(f"/posts/{uid}/revisions/", body)

    def _comment(self) -> None:
        """Half of them are answers, as soon as there is something to answer."""
        sent, shown = self.scene.sent, self._shown_comments()
        answered = [uid for uid in shown if "parent" not in sent.comments[uid].body]
        if answered and self.random.random() < 0.5:
            uid = sent.answer(self.random.choice(answered))
        else:
            uid = sent.comment(self.random.choice(list(self.scene.posts)))
        self._send("comment", uid, sent.send_comment)

    def _edit_comment(self) -> None:
        if shown := self._shown_comments():
            edit = self.scene.sent.edit(self.random.choice(shown))
            self._send("edit comment", edit, self.scene.sent.send_edit)

    def _delete_comment(self) -> None:
        if shown := self._shown_comments():
            self._send("delete comment", self.random.choice(shown), self.scene.sent.send_deletion)

    def _shown_comments(self) -> list[str]:
        """Those of which a page knows that the site has them, and not that they are deleted."""
        history = self.wishes.history
        return [
            uid
            for uid in self.scene.sent.comments
            if Outcome.DONE in history.outcomes("comment", uid)
            and Outcome.DONE not in history.outcomes("delete comment", uid)
        ]

    def _send_file(self) -> None:
        self._send("file", self.scene.sent.file(), self.scene.sent.send_file)

    def _send(self, kind: str, what: str, send: Callable[[str, Member], Answer | None]) -> None:
        author = self.scene.author
        self.wishes.send(Wish(kind, author.user.name, what, partial(send, what, author)))

    def _join(self) -> None:
        who = self.random.choice(self.scene.late)
        self._wish("join", who, "", f"/groups/{self.scene.large.slug}/join/", {})

    def _leave(self) -> None:
        # The author stays, and others do not come back: whoever does is `late`.
        who = self.random.choice(self.scene.members[3:] + self.scene.late)
        self._wish("leave", who, "", f"/groups/{self.scene.large.slug}/leave/", {})

    def _revoke(self) -> None:
        # The first key of each stays, to answer and to be granted for.
        who = self.random.choice(self.scene.everybody)
        number = LATE_KEYS if who in self.scene.late else KEYS_EACH
        fingerprint = self.random.choice(people.PUBLIC_KEYS[1:number]).fingerprint.hex()
        self._wish("revoke", who, fingerprint, f"/keys/{fingerprint}/revoke/", {})

    def _ask(self) -> None:
        who, uid = self._somebody_late_and_a_post()
        self._wish("ask", who, uid, f"/posts/{uid}/request_read/", {})

    def _answer(self) -> None:
        who, uid = self._somebody_late_and_a_post()
        kind = "approve" if self.random.random() < 0.7 else "reject"
        self.wishes.send(Wish(kind, who.user.name, uid, lambda: self._answer_to(who, uid, kind)))

    def _answer_to(self, asker: Member, uid: str, kind: str) -> Answer | None:
        asked = ReadRequest.objects.filter(post__uid=uid, asker=asker.user).first()
        if asked is None:
            return None
        visitor = self.scene.author.visitor()
        if kind == "reject":
            return visitor.post(f"/requests/{asked.pk}/reject/", {})
        material = visitor.get(f"/requests/{asked.pk}.json")
        if material.status >= 500:
            return material
        if material.status != 200 or not material.json()["wrapped_keys"]:
            return None
        number = int(str(material.json()["revision"]))
        revision = Revision.objects.with_place().get(post__uid=uid, number=number)
        wrapped = people.rewraps(material.json(), revision)
        body = {"wrapped_keys": wrapped, "revision": number}
        return visitor.post(f"/requests/{asked.pk}/approve/", body)

    def _somebody_late_and_a_post(self) -> tuple[Member, str]:
        return self.random.choice(self.scene.late), self.random.choice(list(self.scene.posts))

    def _wish(self, kind: str, who: Member, what: str, path: str, body: dict[str, str]) -> Wish:
        wish = Wish(kind, who.user.name, what, lambda: who.visitor().post(path, body))
        self.wishes.send(wish)
        return wish
