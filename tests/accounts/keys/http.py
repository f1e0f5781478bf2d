"""JSON to and from the addresses of keys."""

import json

from django.test import Client

from tests.answers import Answer

JSON = "application/json"


def post(browser: Client, path: str, body: object = None, *, verb: str = "post") -> Answer:
    answer: Answer = getattr(browser, verb)(path, json.dumps({} if body is None else body), content_type=JSON)
    return answer
