"""Hidden characters: which are found, which are a letter's business, what is left without them."""

import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.characters import (
    HiddenKind,
    compact,
    composed,
    half_width,
    heaped_in,
    hidden_in,
    named,
    without_hidden,
    without_noise,
)

VISIBLE_FORMATS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"
VISIBLE_FORMATS += "\U000110bd\U000110cd"
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)


def test_every_control_format_and_surrogate_of_unicode_is_hidden_when_it_stands_alone() -> None:
    missed = [
        f"{code:04X}"
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and chr(code) not in VISIBLE_FORMATS
        and not hidden_in(chr(code))
    ]
    assert missed == []


def test_the_glance_overlooks_nothing_that_is_hidden() -> None:
    lines = {"\t", "\n", "\r"}
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if character not in lines and hidden_in(character):
            assert hidden_in(character, several_lines=True), f"{code:04X}"


def test_a_page_is_looked_through_within_milliseconds() -> None:
    page = "<p>云汀市公共租赁住房申请 step 1 · ¥1,234.50</p>\n" * 2000
    start = time.process_time()
    assert without_hidden(page, several_lines=True) == page
    assert time.process_time() - start < 0.02


def test_no_letter_digit_sign_or_space_is_hidden() -> None:
    blank = "\u115f\u1160\u3164\uffa0\u2800"
    taken = [
        f"{code:04X}"
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code))[0] in "LNPSZ"
        and unicodedata.category(chr(code)) not in ("Zl", "Zp")
        and chr(code) not in blank
        and hidden_in(chr(code))
    ]
    assert taken == []


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("张\u200b三", HiddenKind.INVISIBLE, "ZERO WIDTH SPACE"),
        ("\ufeff张三", HiddenKind.INVISIBLE, "ZERO WIDTH NO-BREAK SPACE"),
        ("soft\u00adhyphen", HiddenKind.INVISIBLE, "SOFT HYPHEN"),
        ("a\u202eb", HiddenKind.TURNING, "RIGHT-TO-LEFT OVERRIDE"),
        ("a\u2067b", HiddenKind.TURNING, "RIGHT-TO-LEFT ISOLATE"),
        ("a\0b", HiddenKind.CONTROL, "NULL"),
        ("a\nb", HiddenKind.CONTROL, "LINE FEED"),
        ("a\u2028b", HiddenKind.CONTROL, "LINE SEPARATOR"),
        ("a\ud842b", HiddenKind.BROKEN, ""),
        ("a\ufdd0b", HiddenKind.BROKEN, ""),
        ("\u3164", HiddenKind.INVISIBLE, "HANGUL FILLER"),
        ("a\u200db", HiddenKind.INVISIBLE, "ZERO WIDTH JOINER"),
        ("a\ufe0fb", HiddenKind.INVISIBLE, "VARIATION SELECTOR-16"),
        ("\U000e0061", HiddenKind.INVISIBLE, "TAG LATIN SMALL LETTER A"),
    ],
)
def test_a_hidden_character_is_found_with_its_place_and_name(
    text: str, kind: HiddenKind, name: str
) -> None:
    (found,) = hidden_in(text)
    assert (found.kind, found.name, found.character) == (kind, name, text[found.position])


@pytest.mark.parametrize(
    "text",
    [
        "王\U000e0100五",  # ideographic variation
        "می\u200cخواهم",  # Persian
        "ئۇيغۇر",  # Uyghur
        "ᠮᠣᠩᠭᠣᠯ\u180b ᠤᠯᠤᠰ",  # Mongolian variation
        "ᠠ\u180eᠠ",
        "क्\u200dष",  # Devanagari half form
        "ශ්\u200dරී",  # Sinhala
        "བོད་ཡིག",  # Tibetan
        "👨\u200d👩\u200d👧",
        "☎\ufe0f",
        "\u1112\u1161\u11ab",  # conjoining Hangul
        "阿迪力·买买提",
        "𠮷田",
        "Ærø Łódź",
    ],
)
def test_what_a_script_needs_is_a_letters_business(text: str) -> None:
    assert hidden_in(text) == ()
    assert without_hidden(text) == text


@given(ANY_TEXT)
def test_nothing_hidden_is_left_and_nothing_that_shows_is_lost(text: str) -> None:
    left = without_hidden(text, several_lines=True)
    assert hidden_in(left, several_lines=True) == ()
    hidden = {each.position for each in hidden_in(text, several_lines=True)}
    kept = [one for place, one in enumerate(text) if place not in hidden]
    assert [one for one in left if one != " "] == [one for one in kept if one != " "]


@given(ANY_TEXT)
def test_without_noise_only_what_must_be_told_is_left(text: str) -> None:
    assert all(each.changes_meaning for each in hidden_in(without_noise(text)))


def test_a_line_break_is_a_control_only_where_one_line_is_wanted() -> None:
    assert hidden_in("门牌\r\n二楼\t东", several_lines=True) == ()
    assert [each.name for each in hidden_in("a\r\nb")] == ["CARRIAGE RETURN", "LINE FEED"]
    assert without_hidden("zhang\nsan") == "zhang san"


@pytest.mark.parametrize(
    "typed",
    [
        "\u202a13912345678\u202c",
        "\u202d13912345678\u202c",
        "13912345678\u200b",
        "\ufeff13912345678",
        "１３９ 1234\u00a05678",
        "139\u2009\u200c12345678\n",
    ],
)
def test_a_pasted_telephone_is_compact(typed: str) -> None:
    assert compact(typed) == "13912345678"


@pytest.mark.parametrize("typed", ["1391234567²", "139①2345678", "139\u202e12345678", "139\x0012"])
def test_a_code_is_never_made_of_what_is_no_part_of_it(typed: str) -> None:
    assert compact(typed) == typed


def test_one_spelling_is_made_of_marks_and_no_name_gets_another_character() -> None:
    assert composed("Łe\u0301o\u0302") == "Łéô"
    for code in (*range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20)):
        assert composed(f"王{chr(code)}e\u0301") == f"王{chr(code)}é"


@given(ANY_TEXT)
def test_half_width_keeps_the_length_and_changes_only_wide_forms(text: str) -> None:
    plain = half_width(text)
    assert len(plain) == len(text)
    for one, other in zip(text, plain, strict=True):
        assert one == other or unicodedata.decomposition(one).startswith("<wide>")


def test_a_character_is_named_so_that_people_find_it() -> None:
    assert named("𠮷") == "U+20BB7 𠮷"
    assert named("\u202e") == "U+202E RIGHT-TO-LEFT OVERRIDE"
    assert named("\0") == "U+0000 NULL"
    assert named("\ud842") == "U+D842"
    assert named("\ue000") == "U+E000"


@pytest.mark.parametrize("one", ["\u200b", "a\u0301", "\u202e", "က\u200d", "e\u200d", "\ufdfa"])
def test_time_grows_with_the_length_of_the_text_only(one: str) -> None:
    def seconds(length: int) -> float:
        text = (one * length)[:length]
        start = time.process_time()
        for reading in (hidden_in, without_hidden, without_noise, compact, half_width):
            reading(text)
        return time.process_time() - start

    short = min(seconds(5_000) for _ in range(3))
    assert min(seconds(20_000) for _ in range(3)) < 12 * short + 0.05


def test_marks_heaped_on_one_letter_are_found_and_those_of_writing_are_not() -> None:
    assert heaped_in("店" + "\u0301" * 400) == "\u0301"
    assert heaped_in("店" + "\u0301\u0302" * 4 + "\u0303") == "\u0303"
    for written in ("店" + "\u0301" * 8, "Nguyễn Thị Ế", "e\u0301" * 40, "བསྒྲུབས་", "葛\U000e0100城"):
        assert heaped_in(written) == ""
