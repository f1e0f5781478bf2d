from posts.models.key_batch import KeyBatch
from posts.models.post import CONTENT, Failure, Post, State
from posts.models.post_key import PostKey
from posts.models.sealed_draft import SealedDraft

__all__ = ["CONTENT", "Failure", "KeyBatch", "Post", "PostKey", "SealedDraft", "State"]
