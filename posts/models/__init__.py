from posts.models.key_batch import KeyBatch
from posts.models.lost_key import LostKey
from posts.models.mute import Mute
from posts.models.post import CONTENT, Failure, Post, State
from posts.models.post_key import PostKey
from posts.models.read_request import ReadRequest, RequestState
from posts.models.request_notice import RequestNotice
from posts.models.sealed_draft import SealedDraft
from posts.models.transitions import AlreadyAnswered, AlreadyMoved

__all__ = [
    "CONTENT",
    "AlreadyAnswered",
    "AlreadyMoved",
    "Failure",
    "KeyBatch",
    "LostKey",
    "Mute",
    "Post",
    "PostKey",
    "ReadRequest",
    "RequestNotice",
    "RequestState",
    "SealedDraft",
    "State",
]
