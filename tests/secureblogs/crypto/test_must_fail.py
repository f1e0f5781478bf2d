"""Each case is refused with its exact error; must_fail.test.js runs the same cases."""

import base64
import json
from uuid import UUID

import pytest

from secureblogs.crypto import contexts, errors
from secureblogs.crypto.authors import check_author
from secureblogs.crypto.chains import read_link
from secureblogs.crypto.documents import decode_document
from secureblogs.crypto.envelopes import open_envelope, read_envelope
from secureblogs.crypto.errors import CryptoError, InvalidDocument, UnacceptableKey
from secureblogs.crypto.frames import decode_frame
from secureblogs.crypto.public_keys import read_public_key
from secureblogs.crypto.wrapping import load_private_key, open_sealed

from .vectors import cases, load

VECTORS = load("must-fail")
READERS = {name: load_private_key(pem) for name, pem in VECTORS["readers"].items()}
CONTEXTS = {"draft": contexts.draft, "waiting-key": contexts.waiting_key}


@cases(VECTORS["envelopes"])
def test_an_envelope_does_not_open(case):
    with pytest.raises(CryptoError) as refused:
        open_envelope(read_envelope(json.dumps(case["envelope"])), READERS[case["reader"]])

    assert type(refused.value) is getattr(errors, case["error"])


@cases(VECTORS["sealed"])
def test_a_draft_does_not_open(case):
    place = {name: UUID(case["place"][name]) for name in ("post", "group", "author")}
    context = CONTEXTS[case["purpose"]](**place, revision=case["place"]["revision"])

    with pytest.raises(CryptoError) as refused:
        open_sealed(base64.b64decode(case["sealed"]), READERS[case["reader"]], context=context)

    assert type(refused.value) is getattr(errors, case["error"])


@cases(VECTORS["documents"])
def test_a_document_is_refused(case):
    with pytest.raises(InvalidDocument) as refused:
        decode_document(base64.b64decode(case["document"]))

    assert refused.value.member == case["member"]


@cases(VECTORS["frames"])
def test_bytes_are_no_frame(case):
    with pytest.raises(InvalidDocument) as refused:
        decode_frame(base64.b64decode(case["frame"]))

    assert refused.value.member == "frame"


@cases(VECTORS["authors"])
def test_a_document_is_not_by_whom_its_place_names(case):
    place = {name: UUID(case["place"][name]) for name in ("post", "group", "author")}
    chain = [read_link(link) for link in case["author_keys"]]
    error = None

    try:
        frame = decode_frame(base64.b64decode(case["frame"]))
        check_author(frame, chain=chain, **place, revision=case["place"]["revision"])
    except CryptoError as refused:
        error = type(refused).__name__

    assert error == case["error"]


@cases(VECTORS["public_keys"])
def test_a_public_key_is_refused(case):
    with pytest.raises(UnacceptableKey) as refused:
        read_public_key(case["pem"])

    assert refused.value.rule == case["rule"]


@cases(VECTORS["private_keys"])
def test_a_private_key_is_refused(case):
    with pytest.raises(UnacceptableKey) as refused:
        load_private_key(case["pem"])

    assert refused.value.rule == case["rule"]
