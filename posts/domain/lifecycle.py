"""The states of a post and the moves between them."""

from posts.models import Failure, Post, State
from secureblogs import live

MOVES = {
    State.QUEUED: {State.ENCRYPTING, State.FAILED},
    State.ENCRYPTING: {State.PUBLISHED, State.FAILED},
    # 'Try again': from the draft, or with the batches that were left.
    State.FAILED: {State.QUEUED, State.ENCRYPTING},
    State.PUBLISHED: set[State](),
}


def move(post: Post, *, to: State, **changes: object) -> bool:
    """Move the post and change its fields; False, and nothing changed, if it is not where the move starts."""
    # One conditional UPDATE: of two workers or clicks the first wins.
    origins = [state for state, targets in MOVES.items() if to in targets]
    moved = Post.objects.filter(pk=post.pk, state__in=origins).update(state=to, **changes)
    if moved:
        post.state = to
    return bool(moved)


def tell_deleted(post: Post, state: str) -> None:
    """Tell everybody who could see a post in this state that it is gone."""
    # What has not come out yet is its author's alone.
    is_out = state in {State.ENCRYPTING, State.PUBLISHED}
    live.tell(
        live.group_channel(post.group) if is_out else live.user_channel(post.author),
        "post.deleted",
        within=post.group,
        post_id=str(post.uid),
        group=post.group.slug,
    )


def fail(post: Post, failure: Failure) -> None:
    """The post failed; its author is told and may try again."""
    if move(post, to=State.FAILED, failure=failure):
        live.tell(
            live.user_channel(post.author),
            "post.failed",
            within=post.group,
            post_id=str(post.uid),
            group=post.group.slug,
        )
