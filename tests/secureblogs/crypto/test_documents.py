"""A document is what its author wrote, within its limits, and nothing else is one."""

import json
import time
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secureblogs.crypto.attached_files import AttachedFile, Thumbnail
from secureblogs.crypto.documents import (
    LETTING_IN,
    MAX_BODY,
    MAX_DOCUMENT,
    Document,
    decode_document,
    encode_document,
)
from secureblogs.crypto.errors import InvalidDocument
from secureblogs.crypto.strict_json import MAX_REST

titles = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=100)
bodies = st.text(st.characters(exclude_categories=["Cs"]))
characters = st.characters(exclude_categories=["Cs"])
keys = st.binary(min_size=32, max_size=32)
numbers = st.integers(0, 2**53 - 1)
kept = {"uid": st.uuids(), "key": keys, "type": st.text(characters, min_size=1, max_size=9), "size": numbers}
thumbnails = st.builds(Thumbnail, **kept, digest=keys, width=numbers, height=numbers)
files = st.builds(
    AttachedFile,
    **kept,
    digest=keys,
    name=st.text(characters, min_size=1, max_size=255),
    alt=st.none() | st.text(characters),
    width=st.none() | numbers,
    height=st.none() | numbers,
    thumbnail=st.none() | thumbnails,
)
documents = st.builds(
    Document,
    titles,
    bodies,
    tags=st.lists(st.text(characters, min_size=1, max_size=30), max_size=20).map(tuple),
    time=st.none() | st.datetimes(datetime(1000, 1, 1)).map(lambda time: f"{time:%Y-%m-%dT%H:%M:%SZ}"),
    letting_in=st.sampled_from(LETTING_IN),
    thread=st.none() | keys,
    files=st.lists(files, max_size=3).map(tuple),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def member_at_fault(data: bytes) -> str:
    with pytest.raises(InvalidDocument) as refused:
        decode_document(data)
    return refused.value.member


@given(documents)
def test_a_document_comes_back_as_it_was(document):
    assert decode_document(encode_document(document)) == document


def test_a_document_is_these_bytes():
    assert encode_document(Document("Grüße", 'a "b"\n\x01')) == (
        '{"v":2,"format":"markdown","title":"Grüße","body":"a \\"b\\"\\n\\u0001","tags":[],'
        '"letting_in":"author","files":[]}'.encode()
    )


def test_unknown_members_are_ignored():
    members = {
        "v": 2.0,
        "format": "markdown",
        "title": "T",
        "body": "",
        "words": ["x", {"y": None}],
        "n": 10**5000,
    }
    assert decode_document(json.dumps(members | {"n": 0}).encode()) == Document("T", "")
    digits = b'{"v":2e0,"format":"markdown","title":"T","body":"","n":' + b"9" * 5000 + b"}"
    assert decode_document(digits) == Document("T", "")


@pytest.mark.parametrize("character", ["x", "é", "题", "\U0001f600", "\x01"])
def test_a_body_may_have_a_mebibyte_of_utf8(character):
    size = len(character.encode())
    largest = Document("T", character * (MAX_BODY // size))
    assert decode_document(encode_document(largest)) == largest

    with pytest.raises(InvalidDocument) as refused:
        encode_document(Document("T", largest.body + character))
    assert refused.value.member == "body"

    escaped = json.dumps({"v": 2, "format": "markdown", "title": "T", "body": largest.body + character})
    assert member_at_fault(escaped.encode()) == "body"


def test_every_body_fits_however_it_is_escaped():
    body = "".join(f"\\u{ord('x'):04x}" for _ in range(MAX_BODY))
    data = f'{{"v":2,"format":"markdown","title":"T","body":"{body}"}}'.encode()
    assert decode_document(data) == Document("T", "x" * MAX_BODY)


def test_a_document_has_a_largest_size():
    body = "\\u0078" * MAX_BODY
    data = f'{{"v":2,"format":"markdown","title":"T","body":"{body}"}}'.encode()
    assert decode_document(data.ljust(MAX_DOCUMENT)) == Document("T", "x" * MAX_BODY)
    assert member_at_fault(data.ljust(MAX_DOCUMENT + 1)) == "document"


def test_all_but_the_longest_string_has_a_largest_size():
    longest = b'"' + b"x" * 100 + b'"'
    for body, name in [(longest, b'"x"'), (b'""', longest)]:
        data = b'{"v":2,"format":"markdown","title":"T","body":' + body + b"," + name + b":[[1]]}"
        room = MAX_REST - (len(data) - len(longest))
        assert decode_document(data + b" " * room).title == "T"
        assert member_at_fault(data + b" " * (room + 1)) == "document"


def test_what_is_refused_is_refused_at_once():
    start = b'{"v":2,"format":"markdown","title":"T","body":'
    for data in [
        start + b'"","x":[' + b'{"":0},' * 840_000 + b"0]}",
        start + b'"' + b'\\"' * 3_000_000,
        start + b'"' + b"\\\\" * 3_000_000,
        start + b'"",' + b'"x":0,' * 900_000 + b'"y":0}',
    ]:
        began = time.process_time()
        assert member_at_fault(data) == "document"
        assert time.process_time() - began < 0.5


def test_a_title_has_1_to_100_characters():
    assert decode_document(encode_document(Document("\U0001f600" * 100, ""))).title == "\U0001f600" * 100
    for title in ("", "x" * 101, "\ud800"):
        with pytest.raises(InvalidDocument) as refused:
            encode_document(Document(title, ""))
        assert refused.value.member == "title"


def test_what_its_reader_would_not_take_is_not_written():
    picture = AttachedFile(uuid4(), bytes(32), "a.jpg", "image/jpeg", 1, bytes(32), alt="x" * 900)
    for member, wrong in [
        ("tags", Document("T", "", tags=("x" * 31,))),
        ("time", Document("T", "", time="today")),
        ("thread", Document("T", "", thread=b"")),
        ("files", Document("T", "", files=(replace(picture, name=""),))),
        ("document", Document("T", "x", files=(picture,) * 60)),
    ]:
        with pytest.raises(InvalidDocument) as refused:
            encode_document(wrong)
        assert refused.value.member == member


def test_nesting_ends_at_a_depth():
    def nested(depth: int) -> bytes:
        return b'{"v":2,"format":"markdown","title":"T","body":"","x":' + b"[" * depth + b"]" * depth + b"}"

    assert decode_document(nested(31)) == Document("T", "")
    assert member_at_fault(nested(32)) == "document"
    assert member_at_fault(nested(3_000_000)) == "document"


@given(st.binary())
def test_arbitrary_bytes_are_refused_calmly(data):
    with pytest.raises(InvalidDocument):
        decode_document(data)


@pytest.mark.slow
@given(json_values)
def test_arbitrary_json_is_refused_calmly(value):
    with pytest.raises(InvalidDocument):
        decode_document(json.dumps(value).encode())


@pytest.mark.slow
@given(
    st.fixed_dictionaries(
        {}, optional={"v": json_values, "format": json_values, "title": json_values, "body": json_values}
    )
)
def test_arbitrary_members_are_refused_calmly_or_taken_as_they_are(members):
    whole = {"v": 2, "format": "markdown", "title": "T", "body": ""} | members
    try:
        document = decode_document(json.dumps(whole).encode())
    except InvalidDocument:
        return
    assert document == Document(whole["title"], whole["body"])
