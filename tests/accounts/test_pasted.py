"""Which text a page may give back."""

import base64

import pytest

from accounts.domain.pasted import may_be_shown_again
from secureblogs.crypto.wrapping import export_private_key, generate_private_key, public_key_of
from tests.commands import openssl

PRIVATE_KEY = generate_private_key()
PRIVATE_PEM = export_private_key(PRIVATE_KEY)
PUBLIC_PEM = public_key_of(PRIVATE_KEY).pem


RSA_PEM = openssl("genrsa", "-traditional", "2048")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "Field notes",
        PUBLIC_PEM,
        f"\n  {PUBLIC_PEM}",
        PUBLIC_PEM[:500],
        "-----BEGIN PUBLIC KEY-----\nAAAA",
    ],
)
def test_public_keys_and_short_text_may(text):
    assert may_be_shown_again(text)


@pytest.mark.parametrize(
    "text",
    [
        PRIVATE_PEM,
        PRIVATE_PEM.lower(),
        RSA_PEM,
        # Without the lines that say what it is, or with wrong ones.
        # Each process makes a key of its own, and has to name the test the same.
        pytest.param("".join(PRIVATE_PEM.splitlines()[1:-1]), id="the base64 alone"),
        "\n".join(RSA_PEM.splitlines()[1:-1]),
        RSA_PEM.replace("RSA PRIVATE KEY", "PUBLIC KEY"),
        PRIVATE_PEM.replace("PRIVATE KEY", "PUBLIC KEY"),
        PUBLIC_PEM + "\n".join(RSA_PEM.splitlines()[1:-1]).join(["-----BEGIN X-----", "-----END X-----"]),
        base64.b64encode(bytes(range(32))).decode(),
        bytes(range(32)).hex(),
        base64.urlsafe_b64encode(bytes(range(200, 232))).decode(),
        '{"kty": "OKP", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}',
    ],
)
def test_what_might_be_a_private_key_may_not(text):
    assert not may_be_shown_again(text)
