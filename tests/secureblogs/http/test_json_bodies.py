"""What programs send is little but for a few long strings: anything else is refused before it is parsed."""

import json
import time

import pytest
from django.test import RequestFactory

from accounts.keys.store import MOST_OBJECTS
from posts.lift.lifting import MOST_WRAPS
from secureblogs.http.answers import JSON, Unprocessable
from secureblogs.http.json_bodies import json_members

MIB = 1 << 20


def read(body: bytes) -> dict[str, object]:
    return json_members(RequestFactory().post("/", body, content_type=JSON))


@pytest.mark.parametrize("values", [b"[[[[1]]]]", b"1e5", b"{}", b'""'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_million_values_are_refused_before_they_are_parsed(values, encoding):
    body = b'{"uid": 1, "x": [' + b",".join([values] * (4 * MIB // (len(values) + 1))) + b"]}"
    encoded = body.decode().encode(encoding)
    began = time.process_time()

    with pytest.raises(Unprocessable, match="more values than anything here needs"):
        read(encoded)

    assert time.process_time() - began < 0.2


def test_the_largest_bodies_are_read():
    wrap = dict.fromkeys(("post", "revision", "fingerprint", "wrapped_key"), "x")
    stored = dict.fromkeys(("name", "version", "sealed"), "x")
    lifted = {"wraps": [wrap] * MOST_WRAPS, "failed": [wrap] * MOST_WRAPS}
    lifted |= {"objects": [stored] * MOST_OBJECTS, "failed_objects": [stored] * MOST_OBJECTS}

    assert read(json.dumps(lifted).encode()) == lifted
    assert read(json.dumps({"draft": "x" * 8 * MIB}).encode()).keys() == {"draft"}
