"""What a mask leaves of a value, and whose it is."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.errors import Refusal
from tongban.kernel.masks import HIDDEN
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.modules.exchange.model import Value
from tongban.modules.exchange.rules.values import (
    contradicts,
    mask,
    subject_key,
    subject_of,
)

MASKS = ("name", "resident_id", "phone", "account", "all", "", "unheard-of")


@pytest.mark.parametrize(
    ("value", "how", "left"),
    [
        ("王小明", "name", "王**"),
        ("王明", "name", "王*"),
        ("王", "name", HIDDEN),
        ("470181199001011233", "resident_id", "470*************33"),
        ("13800138000", "phone", "138****8000"),
        ("6222020200012345", "account", "************2345"),
        ("12345", "account", HIDDEN),
        ("有限公司", "all", HIDDEN),
        (68_000, "account", HIDDEN),
        (dt.date(2019, 5, 20), "name", HIDDEN),
        (None, "all", None),
    ],
)
def test_a_mask_leaves_a_few_characters_at_the_ends(value: object, how: str, left: object) -> None:
    assert mask(value, how) == left  # type: ignore[arg-type]  # values of every type on purpose


@given(st.text(min_size=1, max_size=40), st.sampled_from(MASKS))
def test_a_mask_never_shows_a_whole_text_and_never_changes_what_it_shows(
    value: str, how: str
) -> None:
    left = mask(value, how)
    assert isinstance(left, str)
    if left == HIDDEN:
        return
    assert len(left) == len(value)
    hidden = [at for at, (a, b) in enumerate(zip(left, value, strict=True)) if a == "*" != b]
    shown = [at for at, (a, b) in enumerate(zip(left, value, strict=True)) if a == b]
    assert len(hidden) + len(shown) == len(value)
    assert "*" in left


@given(st.text(min_size=1, max_size=40), st.sampled_from(MASKS))
def test_masking_twice_shows_no_more_than_once(value: str, how: str) -> None:
    once = mask(value, how)
    assert mask(once, how) == once or mask(once, how) == HIDDEN


@given(st.text(min_size=18, max_size=18), st.text(min_size=18, max_size=18))
def test_two_texts_with_the_same_ends_look_the_same(first: str, second: str) -> None:
    second = first[:3] + second[3:-2] + first[-2:]
    assert mask(first, "resident_id") == mask(second, "resident_id")


@pytest.mark.parametrize(
    "identifier", ["", "47018119900101123", "４７０１８１１９９００１０１１２３３", "x" * 18]
)
def test_an_identifier_that_cannot_be_one_is_refused_and_not_repeated(identifier: str) -> None:
    with pytest.raises(Refusal) as refused:
        subject_of(SubjectKind.PERSON, identifier)
    assert refused.value.data.keys() <= {"length"}


@pytest.mark.parametrize(
    ("kind", "identifier", "fault"),
    [
        (SubjectKind.PERSON, "47018119900101123", "subject_length_wrong"),
        (SubjectKind.PERSON, "4701811990010112O3", "person_characters_wrong"),
        (SubjectKind.ORGANISATION, "9147018101700111", "subject_length_wrong"),
        (SubjectKind.ORGANISATION, "9147018101700111OI", "organisation_characters_wrong"),
        (SubjectKind.VEHICLE, "", "subject_ill_shaped"),
    ],
)
def test_a_mistyped_identifier_is_told_what_of_it_is_wrong(
    kind: SubjectKind, identifier: str, fault: str
) -> None:
    with pytest.raises(Refusal) as refused:
        subject_of(kind, identifier)
    assert refused.value.code == f"exchange.{fault}"


@pytest.mark.parametrize("hidden", ["\u3164", "\u202e", "\u200b", "\u00ad"])
def test_an_identifier_with_a_character_that_nobody_sees_is_refused(hidden: str) -> None:
    with pytest.raises(Refusal):
        subject_of(SubjectKind.VEHICLE, f"汀A{hidden}0001")
    assert subject_of(SubjectKind.VEHICLE, "汀A0001").id == "汀A0001"


def test_one_subject_has_one_key_however_it_was_written() -> None:
    written = subject_of(SubjectKind.PERSON, " 47018119900101123x ")
    assert subject_key(written) == subject_key(SubjectRef(SubjectKind.PERSON, "47018119900101123X"))
    assert subject_key(written) != subject_key(
        SubjectRef(SubjectKind.VEHICLE, "47018119900101123X")
    )


@pytest.mark.parametrize(
    ("number", "element", "value", "wanted"),
    [
        ("470181199001011230", "person.birth_date", dt.date(1, 1, 1), True),
        ("470181199001011230", "person.birth_date", dt.date(1990, 1, 2), True),
        ("470181199001011230", "person.birth_date", dt.date(1990, 1, 1), False),
        ("470181199001011230", "person.birth_date", None, False),
        ("470181199001011233", "person.birth_date", dt.date(1990, 1, 2), False),
        ("470181199001011230", "person.death_date", dt.date(1990, 1, 2), False),
        ("470181199001011230", "person.sex", "1", False),
        ("470181199001011230", "person.sex", "2", True),
        ("470181199001011230", "person.sex", "male", False),
    ],
)
def test_a_birth_date_or_sex_that_a_sound_number_contradicts_is_told(
    number: str, element: str, value: Value | None, wanted: bool
) -> None:
    subject = SubjectRef(SubjectKind.PERSON, number)
    assert contradicts(subject, element, value, dt.date(2026, 1, 1)) is wanted
