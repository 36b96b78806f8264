"""What may become of a certificate, how it is numbered, how its values are written."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.errors import Refusal
from tongban.kernel.identifiers import certificate_identifier_fault
from tongban.kernel.subjects import SubjectKind
from tongban.modules.certificates import rules
from tongban.modules.certificates.model import TRANSITIONS, Certificate, Line, Standing, State

DAY = dt.date(2026, 11, 24)


def a_certificate(**more: Any) -> Certificate:
    facts: dict[str, Any] = {
        "id": "a",
        "number": "n",
        "type": "subsidy",
        "type_version": 1,
        "name": "决定书",
        "category": "approval",
        "body": "",
        "basis": "",
        "issuer": "hr",
        "holder_kind": SubjectKind.PERSON,
        "holder_index": "h",
        "holder_name": "王小敏",
        "lines": (),
        "case_number": "c",
        "issued_at": dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
        "issued_on": DAY,
        "valid_until": dt.date(2027, 11, 23),
        "state": State.VALID,
        "code": "A" * 26,
        "status_list": 1,
        "status_index": 0,
    }
    return Certificate(**{**facts, **more})


@pytest.mark.parametrize("before", list(State))
@pytest.mark.parametrize("after", list(State))
def test_only_the_moves_of_the_table_are_allowed(before: State, after: State) -> None:
    certificate = a_certificate(state=before)
    if after in TRANSITIONS[before]:
        rules.move(certificate, after)
    else:
        with pytest.raises(Refusal, match="not_now"):
            rules.move(certificate, after)


@pytest.mark.parametrize(
    ("state", "until", "told"),
    [
        (State.PENDING_SEAL, None, Standing.UNKNOWN),
        (State.VALID, DAY, Standing.GENUINE),
        (State.VALID, DAY - dt.timedelta(days=1), Standing.EXPIRED),
        (State.VALID, None, Standing.GENUINE),
        (State.REVOKED, DAY - dt.timedelta(days=1), Standing.REVOKED),
        (State.EXPIRED, DAY - dt.timedelta(days=1), Standing.EXPIRED),
    ],
)
def test_standing_follows_the_date_whatever_was_noted(
    state: State, until: dt.date | None, told: Standing
) -> None:
    assert rules.standing(a_certificate(state=state, valid_until=until), DAY) is told


def test_a_year_of_validity_ends_the_day_before_the_anniversary() -> None:
    assert rules.last_day(DAY, 12) == dt.date(2027, 11, 23)
    assert rules.last_day(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 27)
    assert rules.last_day(DAY, None) is None


@pytest.mark.parametrize(
    ("type_code", "issuer"),
    [
        ("114701810170104403001", "11470181017010440X"),
        ("", "11470181017010440X"),
        ("", ""),
        ("?", ""),
    ],
)
def test_every_number_is_a_sound_identifier(type_code: str, issuer: str) -> None:
    number = rules.number_of(type_code, issuer, "470181", "20260000000001")
    assert certificate_identifier_fault(number) is None


def test_a_number_of_the_standards_own_kind_is_composed_as_published() -> None:
    number = rules.number_of("11100000000013338W011", "11430000006122244L", "430000", "20230000403")
    assert number == ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U")


@given(st.binary(min_size=16, max_size=16))
def test_a_code_is_read_back_however_it_is_typed(random: bytes) -> None:
    code = rules.code_of(random)
    assert len(code) == 26
    assert rules.read_code(f" {rules.spaced(code).lower()} ") == code


@pytest.mark.parametrize(
    "typed", ["", "A" * 25, "A" * 27, "A" * 25 + "1", "é" * 26, "A" * 25 + "\n0"]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert rules.read_code(typed) is None


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("text", "a", "a"),
        ("code", "1", "1"),
        ("integer", 3, 3),
        ("money", 700000, 700000),
        ("decimal", Decimal("1E+2"), "100"),
        ("decimal", 5, "5"),
        ("date", DAY, "2026-11-24"),
        ("boolean", True, True),
    ],
)
def test_values_are_kept_plainly(kind: str, value: Any, kept: Any) -> None:
    assert rules.kept("f", kind, value) == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", True),
        ("money", Decimal(1)),
        ("date", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        ("date", "2026-01-01"),
        ("text", 5),
        ("boolean", 1),
    ],
)
def test_a_value_of_another_type_is_refused(kind: str, value: Any) -> None:
    with pytest.raises(Refusal, match="value_ill_typed"):
        rules.kept("f", kind, value)


def a_line(kind: str, value: Any, **more: Any) -> Line:
    return Line(code="f", name="项", type=kind, value=value, **more)


@pytest.mark.parametrize(
    ("line", "zh", "en"),
    [
        (a_line("money", 700000), "¥7,000.00", "¥7,000.00"),
        (a_line("date", "2026-11-24"), "2026年11月24日", "24 November 2026"),
        (a_line("boolean", True), "是", "yes"),
        (a_line("boolean", False), "否", "no"),
        (a_line("code", "1", label={"zh": "大龄", "en": "older"}), "大龄", "older"),
        (a_line("code", "9"), "9", "9"),
        (a_line("integer", 12), "12", "12"),
    ],
)
def test_values_are_written_as_people_read_them(line: Line, zh: str, en: str) -> None:
    assert (rules.words_of(line, "zh"), rules.words_of(line, "en")) == (zh, en)


def test_a_sentence_is_filled_and_other_braces_stay() -> None:
    lines = (a_line("text", "{code}"),)
    assert rules.fill("准予{f}，{g}。", lines, "zh") == "准予{code}，{g}。"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ABCD-EFGH-2345", "certificates.code_length"),
        ("A" * 27, "certificates.code_length"),
        ("A" * 25 + "0", "certificates.code_characters"),
        ("证" + "A" * 25, "certificates.code_characters"),
        ("1.2.156.3005.2.11100000MB0000000X", "certificates.code_is_number"),
    ],
)
def test_a_code_that_cannot_be_one_is_said_to_be_mistyped_and_where(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_code(typed)
    assert refused.value.code == code
    rules.check_code("abcd efgh-" + "A" * 18)


@pytest.mark.parametrize("typed", ["ß" * 13, "\ufb00" * 13, "ſ" * 26, "ı" * 26])
def test_letters_that_only_capitals_make_plain_are_no_verification_code(typed: str) -> None:
    assert rules.read_code(typed) is None
    with pytest.raises(Refusal, match="code_characters"):
        rules.check_code(typed)
