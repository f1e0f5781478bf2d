"""Each language opens what the other made; tests/js/crypto/made.test.js runs the same files."""

import base64
import json
from uuid import UUID

import pytest

from secureblogs.crypto import contexts
from secureblogs.crypto.documents import Document, decode_document
from secureblogs.crypto.envelopes import open_envelope, read_envelope
from secureblogs.crypto.public_keys import read_public_key
from secureblogs.crypto.wrapping import export_private_key, load_private_key, open_sealed, public_key_of

from .vectors import load


@pytest.fixture(params=["python-made", "js-made"])
def made(request):
    return load(request.param)


def test_every_reader_opens_every_envelope(made):
    private_keys = [load_private_key(pem) for pem in made["private_keys"].values()]
    for entry in made["envelopes"]:
        envelope = read_envelope(json.dumps(entry["envelope"]))
        for private_key in private_keys:
            document = open_envelope(envelope, private_key)
            assert document == Document(entry["title"], entry["body"])


def test_the_sealing_key_opens_every_draft(made):
    sealing_key = load_private_key(made["private_keys"]["alice"])
    for entry in made["drafts"]:
        uids = {name: UUID(entry["place"][name]) for name in ("post", "group", "author")}
        context = contexts.draft(**uids, revision=entry["place"]["revision"])
        draft = open_sealed(base64.b64decode(entry["draft"]), sealing_key, context=context)
        assert decode_document(draft) == Document(entry["title"], entry["body"])


def test_private_and_public_keys_belong_together(made):
    for name, pem in made["private_keys"].items():
        private_key = load_private_key(pem)
        public_key = read_public_key(made["public_keys"][name])
        assert public_key_of(private_key) == public_key
        assert public_key.pem == made["public_keys"][name]
        assert public_key.fingerprint.hex() == made["fingerprints"][name]
        assert export_private_key(private_key) == pem
