"""The workers' sealing key is changed, as docs/deploy.md says, while a worker runs."""

from pathlib import Path

import pytest
from pytest_django import Settings

from posts.models import KeyBatch, Post, State
from posts.publishing import fanout, posts
from secureblogs.crypto.pem import pem_blocks
from secureblogs.running.make_sealing_key import make_pair


@pytest.fixture
def private_keys(settings: Settings, tmp_path: Path) -> Path:
    """The file of the private keys."""
    file = tmp_path / "sealing_keys.pem"
    file.write_text(Path(settings.SEALING_PRIVATE_KEYS_FILE).read_text())
    settings.SEALING_PRIVATE_KEYS_FILE = str(file)
    return file


def destroy_older(private_keys: Path) -> None:
    private_keys.write_text(pem_blocks(private_keys.read_text())[0])


def test_a_draft_sealed_to_the_older_key_is_published(alice, group, private_keys):
    post = alice.submit(group)
    make_pair(private_keys, private_keys.with_suffix(".pub"))

    posts.encrypt(post.current.pk)

    assert Post.objects.get(pk=post.pk).state == State.PUBLISHED


def test_what_waits_is_sealed_to_the_newest_key(alice, group, private_keys, monkeypatch):
    monkeypatch.setattr(fanout, "BATCH_SIZE", 1)
    post = alice.submit(group)
    make_pair(private_keys, private_keys.with_suffix(".pub"))
    posts.encrypt(post.current.pk)
    batches = KeyBatch.objects.filter(revision=post.current)
    assert batches.count() == 2

    destroy_older(private_keys)
    for batch in batches:
        fanout.wrap_batch(batch.pk)

    assert Post.objects.get(pk=post.pk).state == State.PUBLISHED
    assert alice.reads(post) is not None
