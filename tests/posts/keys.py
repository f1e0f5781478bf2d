"""Forms and parts of the page of keys."""

from django.test import Client

from secureblogs.crypto import wrapping

KEYS = "/keys/"
AS_JSON = {"accept": "application/json"}


def new_pem() -> str:
    return wrapping.public_key_of(wrapping.generate_private_key()).pem


def add(browser: Client, pem: str, label: str = "Desk", **more):
    return browser.post(KEYS, {"label": label, "public_key": pem}, **more)
