"""What people type: which lines and texts are taken, and which a page may give back."""

import base64

import pytest
from django.core.exceptions import ValidationError

from accounts.domain.pasted import may_be_shown_again
from accounts.forms.fields import NameField
from accounts.validators import BIDI_CONTROLS, clean_line, validate_address, validate_line, validate_text
from posts.publishing.forms import TitleField
from secureblogs.crypto.wrapping import export_private_key, generate_private_key, public_key_of
from tests.commands import openssl
from tests.secureblogs.crypto.vectors import load


@pytest.mark.parametrize(
    "text",
    [
        "Field notes",
        "田野笔记",
        "یادداشت‌ها",  # with a zero-width non-joiner, which Persian needs
        "שלום",
        "👩‍🌾 & friends",
        "<script>alert(1)</script>",
        "…",
    ],
)
def test_names_in_any_writing_are_accepted(text):
    validate_line(text)


@pytest.mark.parametrize("field", [NameField(), TitleField(max_length=100)])
def test_what_is_far_too_long_for_a_line_is_refused_before_it_is_read(field):
    long = "a\u200b" * 1_000

    with pytest.raises(ValidationError) as refused:
        field.clean(long)
    # Reading it would have left the invisible letters out.
    assert refused.value.messages[0] == "This is too long."
    assert f"(it has {len(long)})" in refused.value.messages[1]
    assert (clean_line(long), clean_line("a\u200b")) == (long, "a")
    assert not may_be_shown_again("a " * 20_000)


@pytest.mark.parametrize("character", [*BIDI_CONTROLS, "\x00", "\x1b", "\x7f", "\x9b"])
def test_controls_are_refused_in_lines_and_in_texts(character):
    for validate in [validate_line, validate_text]:
        with pytest.raises(ValidationError) as refused:
            validate(f"Field{character}notes")
        assert refused.value.code == "control"


@pytest.mark.parametrize("character", ["\n", "\r", "\t", "\v", "\f", "\u0085", "\u2028", "\u2029"])
def test_a_name_is_one_line(character):
    with pytest.raises(ValidationError) as refused:
        validate_line(f"Field{character}notes")
    assert refused.value.code == "line"


def test_a_description_may_have_several_lines():
    validate_text("We walk.\n\n\tOften.\r\nSlowly.")


@pytest.mark.parametrize("text", ["\u200b", "\u2060\ufeff", "\u3164", "\u2800 \u2800", "\u00ad"])
def test_a_name_has_something_to_see(text):
    with pytest.raises(ValidationError) as refused:
        validate_line(text)
    assert refused.value.code == "invisible"


@pytest.mark.parametrize(
    "address",
    [
        "alice+blog@example.org",
        "a@bücher.example",
        "a@BÜCHER.example",
        "a@xn--bcher-kva.example",
        "a@例え.jp",
    ],
)
def test_an_address_may_have_a_domain_in_any_writing(address):
    validate_address(address)


# What a provider says goes through no field of a form, which would ask for an @ first. A mail to the last four would go
# to another domain than the one that stands there.
@pytest.mark.parametrize(
    "address",
    [
        *("", "@", "alice", "@example.org", "alice@", "a@b@example.org", "a@x..org"),
        *("a@exa\u200bmple.org", "a@ex\u00adample.org", "a@\uff45xample.org", "a@stra\u00dfe.example"),
    ],
)
def test_an_address_that_no_mail_can_be_sent_to_is_refused_in_words(address):
    with pytest.raises(ValidationError) as refused:
        validate_address(address)
    assert refused.value.code == "address"


PRIVATE_KEY = generate_private_key()


PRIVATE_PEM = export_private_key(PRIVATE_KEY)


PUBLIC_PEM = public_key_of(PRIVATE_KEY).pem


RSA_PEM = openssl("rsa", "-traditional", given=load("python-made")["private_keys"]["carol"])


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
