"""A document is what its author wrote, within its limits, and nothing else is one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secureblogs.crypto.documents import (
    MAX_BODY,
    MAX_DOCUMENT,
    Document,
    decode_document,
    encode_document,
)
from secureblogs.crypto.errors import InvalidDocument

titles = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=100)
bodies = st.text(st.characters(exclude_categories=["Cs"]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def member_at_fault(data: bytes) -> str:
    with pytest.raises(InvalidDocument) as refused:
        decode_document(data)
    return refused.value.member


@given(titles, bodies)
def test_a_document_comes_back_as_it_was(title, body):
    assert decode_document(encode_document(Document(title, body))) == Document(title, body)


def test_a_document_is_these_bytes():
    assert encode_document(Document("Grüße", 'a "b"\n\x01')) == (
        '{"v":1,"format":"markdown","title":"Grüße","body":"a \\"b\\"\\n\\u0001"}'.encode()
    )


def test_unknown_members_are_ignored():
    members = {
        "v": 1.0,
        "format": "markdown",
        "title": "T",
        "body": "",
        "tags": ["x", {"y": None}],
        "n": 10**5000,
    }
    assert decode_document(json.dumps(members | {"n": 0}).encode()) == Document("T", "")
    digits = b'{"v":1e0,"format":"markdown","title":"T","body":"","n":' + b"9" * 5000 + b"}"
    assert decode_document(digits) == Document("T", "")


@pytest.mark.parametrize("character", ["x", "é", "题", "\U0001f600", "\x01"])
def test_a_body_may_have_a_mebibyte_of_utf8(character):
    size = len(character.encode())
    largest = Document("T", character * (MAX_BODY // size))
    assert decode_document(encode_document(largest)) == largest

    with pytest.raises(InvalidDocument) as refused:
        encode_document(Document("T", largest.body + character))
    assert refused.value.member == "body"

    escaped = json.dumps({"v": 1, "format": "markdown", "title": "T", "body": largest.body + character})
    assert member_at_fault(escaped.encode()) == "body"


def test_every_body_fits_however_it_is_escaped():
    body = "".join(f"\\u{ord('x'):04x}" for _ in range(MAX_BODY))
    data = f'{{"v":1,"format":"markdown","title":"T","body":"{body}"}}'.encode()
    assert decode_document(data) == Document("T", "x" * MAX_BODY)


def test_a_document_has_a_largest_size():
    data = encode_document(Document("T", "x"))
    assert decode_document(data.ljust(MAX_DOCUMENT)) == Document("T", "x")
    assert member_at_fault(data.ljust(MAX_DOCUMENT + 1)) == "document"


def test_a_title_has_1_to_100_characters():
    assert decode_document(encode_document(Document("\U0001f600" * 100, ""))).title == "\U0001f600" * 100
    for title in ("", "x" * 101, "\ud800"):
        with pytest.raises(InvalidDocument) as refused:
            encode_document(Document(title, ""))
        assert refused.value.member == "title"


def test_nesting_ends_at_a_depth():
    def nested(depth: int) -> bytes:
        return b'{"v":1,"format":"markdown","title":"T","body":"","x":' + b"[" * depth + b"]" * depth + b"}"

    assert decode_document(nested(31)) == Document("T", "")
    assert member_at_fault(nested(32)) == "document"
    assert member_at_fault(nested(3_000_000)) == "document"


@given(st.binary())
def test_arbitrary_bytes_are_refused_calmly(data):
    with pytest.raises(InvalidDocument):
        decode_document(data)


@given(json_values)
def test_arbitrary_json_is_refused_calmly(value):
    with pytest.raises(InvalidDocument):
        decode_document(json.dumps(value).encode())


@given(
    st.fixed_dictionaries(
        {}, optional={"v": json_values, "format": json_values, "title": json_values, "body": json_values}
    )
)
def test_arbitrary_members_are_refused_calmly_or_taken_as_they_are(members):
    whole = {"v": 1, "format": "markdown", "title": "T", "body": ""} | members
    try:
        document = decode_document(json.dumps(whole).encode())
    except InvalidDocument:
        return
    assert document == Document(whole["title"], whole["body"])
