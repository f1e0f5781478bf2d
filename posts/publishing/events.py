"""What open pages are told about posts on their way and gone."""

from functools import partial

from posts.models import Post, Revision, State
from posts.sealing import readers
from secureblogs import live


def publish_progress(revision: Revision) -> None:
    """Tell the author's tabs for how many keys a revision is wrapped."""
    post = revision.post
    live.publish(
        live.user_channel(post.author),
        "post.progress",
        within=post.group,
        post_id=str(post.uid),
        wrapped=partial(readers.wrapped_count, revision),
        total=revision.key_count,
    )


def publish_published(post: Post) -> None:
    """Tell the group's members that the post is out."""
    _publish(live.group_channel(post.group), "post.published", post)


def publish_revised(post: Post) -> None:
    """Tell the group's members that the post has another text."""
    _publish(live.group_channel(post.group), "post.revised", post)


def publish_failed(revision: Revision) -> None:
    """Tell the author's tabs that a revision failed."""
    _publish(live.user_channel(revision.post.author), "post.failed", revision.post)


def publish_deleted(post: Post, state: str) -> None:
    """Tell everybody who could see a post in this state that it is gone."""
    # Only its author could see a post that was not out yet.
    is_out = state in {State.ENCRYPTING, State.PUBLISHED}
    _publish(
        live.group_channel(post.group) if is_out else live.user_channel(post.author), "post.deleted", post
    )


def _publish(channel: str, event: str, post: Post) -> None:
    live.publish(channel, event, within=post.group, post_id=str(post.uid), group=post.group.slug)
