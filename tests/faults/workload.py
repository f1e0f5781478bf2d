"""The workload: people do one thing after the other, drawn from a seed."""

import random
import uuid
from dataclasses import dataclass, field

from groups.models import Group
from posts.models import Post, ReadRequest
from tests.crowd import Answer, submission
from tests.faults import people
from tests.faults.people import Member
from tests.faults.scenes import KEYS_EACH, LATE_KEYS, Scene
from tests.faults.wishes import Wish, Wishes


@dataclass
class Workload:
    """Everybody's in a scene."""

    scene: Scene
    wishes: Wishes
    random: random.Random
    _submissions: list[Wish] = field(default_factory=list)

    def ask_first(self) -> None:
        """Somebody joins and asks for the post that is there, so that there is something to answer from the first."""
        first, (uid,) = self.scene.late[0], self.scene.posts
        self._wish("join", first, "", f"/groups/{self.scene.large.slug}/join/", {})
        self._wish("ask", first, uid, f"/posts/{uid}/request_read/", {})

    def do_something(self) -> None:
        kinds = [self._publish, self._publish, self._join, self._leave, self._leave, self._revoke]
        kinds += [self._ask, self._ask, self._answer, self._answer]
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
        post = Post.objects.select_related("group", "author").get(uid=uid)
        return visitor.post(
            f"/requests/{asked.pk}/approve/", {"wrapped_keys": people.rewraps(material.json(), post)}
        )

    def _somebody_late_and_a_post(self) -> tuple[Member, str]:
        return self.random.choice(self.scene.late), self.random.choice(list(self.scene.posts))

    def _wish(self, kind: str, who: Member, what: str, path: str, body: dict[str, str]) -> Wish:
        wish = Wish(kind, who.user.name, what, lambda: who.visitor().post(path, body))
        self.wishes.send(wish)
        return wish
