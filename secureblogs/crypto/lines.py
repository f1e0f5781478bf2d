"""A title or a name as people see it: in one line, without what nobody sees."""

import re


def _letters(ranges: str) -> str:
    """The inside of a character class, from hexadecimal numbers and ranges of them."""
    return re.sub(r"[0-9a-f]+", lambda number: f"\\U{number[0]:0>8}", ranges).replace(" ", "")


# Line breaks that a browser's field takes for ordinary characters.
_BREAKS = re.compile("[\u0085\u2028\u2029]+")
# What Unicode ignores by default (UAX 44, Default_Ignorable_Code_Point): marks that turn the direction of text,
# fillers, joiners, variation selectors, tags. Besides, what is blank and yet no space.
_INVISIBLE = _letters(
    "ad 34f 61c 115f-1160 17b4-17b5 180b-180f 200b-200f 202a-202e 2060-206f 2800 3164 fe00-fe0f feff ffa0 fff0-fffc"
    " 1107f 13430-1343f 13441-13442 16fe4 1bca0-1bca3 1d159 1d173-1d17a e0000-e0fff"
)
# Arabic letters that join the next one, those that join the one before, and marks (Unicode's ArabicShaping.txt).
_JOINS_NEXT = _letters(
    "620 626 628 62a-62e 633-647 649-64a 66e-66f 678-687 69a-6bf 6c1-6c2 6cc 6ce 6d0-6d1 6fa-6ff 750-77f 8a0-8c8"
)
_JOINS_LAST = _letters("620 622-64a 66e-673 675-6d5 6ee-6ff 750-77f 8a0-8c8")
_MARKS = _letters("64b-65f 670 6d6-6ed")
_VIRAMAS = _letters("94d 9cd a4d acd b4d bcd c4d ccd d3b-d3c d4d dca")
_INDIC = _letters("900-963 970-dff")
# The emoji that are joined, and the characters that a selector makes emoji of (Unicode's emoji-data.txt).
_JOINED_EMOJI = _letters("2194-2195 2600-27bf 2b1b 1f300-1faff")
_MADE_EMOJI = _letters(
    "a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 2328 23cf 23ed-23ef 23f1-23f2 23f8-23fa 24c2 25aa-25ab 25b6 25c0"
    " 25fb-25fc 2600-2604 260e 2611 2618 261d 2620 2622-2623 2626 262a 262e-262f 2638-263a 2640 2642 265f-2660 2663"
    " 2665-2666 2668 267b 267e 2692 2694-2697 2699 269b-269c 26a0 26a7 26b0-26b1 26c8 26cf 26d1 26d3 26e9 26f0-26f1"
    " 26f4 26f7-26f9 2702 2708-2709 270c-270d 270f 2712 2714 2716 271d 2721 2733-2734 2744 2747 2763-2764 27a1"
    " 2934-2935 2b05-2b07 3030 303d 3297 3299 1f170-1f171 1f17e-1f17f 1f202 1f237 1f321 1f324-1f32c 1f336 1f37d"
    " 1f396-1f397 1f399-1f39b 1f39e-1f39f 1f3cb-1f3ce 1f3d4-1f3df 1f3f3 1f3f5 1f3f7 1f43f 1f441 1f4fd 1f549-1f54a"
    " 1f56f-1f570 1f573-1f579 1f587 1f58a-1f58d 1f590 1f5a5 1f5a8 1f5b1-1f5b2 1f5bc 1f5c2-1f5c4 1f5d1-1f5d3"
    " 1f5dc-1f5de 1f5e1 1f5e3 1f5e8 1f5ef 1f5f3 1f5fa 1f6cb 1f6cd-1f6cf 1f6e0-1f6e5 1f6e9 1f6f0 1f6f3"
)
# Where something invisible changes what is seen, and so stays.
_ACTING = "|".join(
    [
        # A non-joiner between letters that would join, a joiner or a non-joiner after a virama (RFC 5892, A.1 and A.2).
        f"[{_JOINS_NEXT}][{_MARKS}]*\u200c(?=[{_MARKS}]*[{_JOINS_LAST}])",
        # The Malayalam letters that a joiner makes chillus of, at the end of a word too.
        "[\u0d15\u0d23\u0d28\u0d30\u0d32-\u0d34]\u0d4d\u200d",
        f"[{_VIRAMAS}][\u200c\u200d](?=[{_INDIC}])",
        # Bengali and Kannada ra before a virama, which keeps its own form.
        "[\u09b0\u0cb0]\u200d(?=[\u09cd\u0ccd])",
        # The forms of Mongolian letters.
        "[\u1820-\u18aa](?:[\u180b-\u180d\u180f]|\u180e(?=[\u1820\u1821]))",
        # Emoji that are joined, and what a selector makes emoji or text of (UTS 51).
        f"(?:[{_MADE_EMOJI}]\ufe0f|[{_JOINED_EMOJI}])\u200d(?=[{_JOINED_EMOJI}])",
        f"[{_MADE_EMOJI}][\ufe0e\ufe0f]",
        "[0-9#*]\ufe0f(?=\u20e3)",
        # England, Scotland and Wales are the only flags that are made of tags.
        "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
        "|\U000e0077\U000e006c\U000e0073)\U000e007f",
    ]
)
_UNSEEN = re.compile(f"({_ACTING})|[{_INVISIBLE}]")


def plain_line(text: str) -> str:
    """The text with a space for each line break, and without what can't be seen."""
    visible = _UNSEEN.sub(lambda found: found[1] or "", text)
    # The pattern takes no spaces around a break: looking for them would read a long row of spaces again from each.
    parts = _BREAKS.split(visible)
    return " ".join(part.strip(" ") for part in parts).strip(" ") if len(parts) > 1 else visible
