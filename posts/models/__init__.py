from posts.models.comment import Comment, comment_count
from posts.models.key_batch import KeyBatch
from posts.models.lost_key import LostKey
from posts.models.mute import Mute
from posts.models.post import Post
from posts.models.post_key import PostKey
from posts.models.read_request import ReadRequest, RequestState
from posts.models.request_notice import RequestNotice
from posts.models.revision import CONTENT, SEALED, UNFINISHED, Failure, Revision, State
from posts.models.sealed_draft import SealedDraft
from posts.models.stored_file import PART_SIZE, StoredFile
from posts.models.tombstone import Tombstone
from posts.models.transitions import AlreadyAnswered, AlreadyMoved

__all__ = [
    "CONTENT",
    "PART_SIZE",
    "SEALED",
    "UNFINISHED",
    "AlreadyAnswered",
    "AlreadyMoved",
    "Comment",
    "Failure",
    "KeyBatch",
    "LostKey",
    "Mute",
    "Post",
    "PostKey",
    "ReadRequest",
    "RequestNotice",
    "RequestState",
    "Revision",
    "SealedDraft",
    "State",
    "StoredFile",
    "Tombstone",
    "comment_count",
]
