import time

import pytest
import regex

from secureblogs.crypto.lines import plain_line

from .vectors import cases, load


@cases(load("lines"))
def test_a_line_holds_nothing_that_nobody_sees(case):
    assert plain_line(case["text"]) == case["plain"]
    assert plain_line(case["plain"]) == case["plain"]


def test_what_unicode_ignores_is_left_out_between_latin_letters():
    ignored = matching(r"\p{Default_Ignorable_Code_Point}")
    assert len(ignored) > 4000

    assert {character for character in ignored if plain_line(f"a{character}b") != "ab"} == set()


def test_a_line_of_spaces_takes_no_longer_for_each_of_them():
    before = time.process_time()

    assert plain_line(" " * 100_000 + "a\u2028b") == "a b"
    assert time.process_time() - before < 2


@pytest.mark.slow
def test_a_selector_stays_after_what_it_makes_an_emoji_and_after_nothing_else():
    made = matching(r"(?![\p{Emoji_Presentation}0-9#*])\p{Emoji}")
    assert len(made) > 200

    assert {character for character in matching(r"\P{Cs}") if plain_line(f"{character}\ufe0f")[1:]} == made


def matching(pattern: str) -> set[str]:
    return set(regex.findall(pattern, "".join(map(chr, range(0x110000)))))
