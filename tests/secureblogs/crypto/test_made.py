"""Each language opens what the other made; tests/js/crypto/made.test.js runs the same files."""

import base64
import json
from uuid import UUID

import pytest

from secureblogs.crypto import contexts
from secureblogs.crypto.authors import check_author
from secureblogs.crypto.chains import read_link
from secureblogs.crypto.documents import decode_document, encode_document
from secureblogs.crypto.envelopes import open_envelope, read_envelope
from secureblogs.crypto.frames import decode_frame
from secureblogs.crypto.padding import unpad
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
            opened = open_envelope(envelope, private_key)
            assert opened.frame.document.decode() == entry["document"]
            assert encode_document(opened.document) == opened.frame.document
            assert isinstance(envelope.author_keys, list)
            place = {name: getattr(envelope, name) for name in ("post", "group", "author", "revision")}
            check_author(opened.frame, chain=[read_link(each) for each in envelope.author_keys], **place)


def test_the_sealing_key_opens_every_draft(made):
    sealing_key = load_private_key(made["private_keys"]["alice"])
    for entry in made["drafts"]:
        uids = {name: UUID(entry["place"][name]) for name in ("post", "group", "author")}
        context = contexts.draft(**uids, revision=entry["place"]["revision"])
        draft = open_sealed(base64.b64decode(entry["draft"]), sealing_key, context=context)
        frame = decode_frame(unpad(draft))
        assert encode_document(decode_document(frame.document)).decode() == entry["document"]
        assert frame.is_signed


def test_private_and_public_keys_belong_together(made):
    for name, pem in made["private_keys"].items():
        private_key = load_private_key(pem)
        public_key = read_public_key(made["public_keys"][name])
        assert public_key_of(private_key) == public_key
        assert public_key.pem == made["public_keys"][name]
        assert public_key.fingerprint.hex() == made["fingerprints"][name]
        assert export_private_key(private_key) == pem
