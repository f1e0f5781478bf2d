"""Posts, for moderators and administrators: what is known about them in the open, never what is in them."""

from posts.admin.comments import CommentAdmin
from posts.admin.files import StoredFileAdmin
from posts.admin.posts import PostAdmin

__all__ = ["CommentAdmin", "PostAdmin", "StoredFileAdmin"]
