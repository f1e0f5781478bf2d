import pytest
from django.core.exceptions import ValidationError

from accounts.validators import BIDI_CONTROLS, validate_line, validate_text


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
