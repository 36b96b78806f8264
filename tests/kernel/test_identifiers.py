"""Identifiers: faults, check characters, what real data embed, masks."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.listing import REAL, at_hand

from tongban.kernel import identifiers as ids
from tongban.kernel.identifiers import CodeStatus, Fault

TODAY = date(2026, 11, 24)
credit_letters = st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY")
credit_codes = st.builds(
    ids.make_credit_code,
    st.text(credit_letters, min_size=2, max_size=2),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.text(credit_letters, min_size=8, max_size=8),
)
resident_ids = st.builds(
    ids.make_resident_id,
    st.from_regex(r"[1-9][0-9]{5}", fullmatch=True),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


@given(resident_ids)
def test_a_composed_resident_number_is_sound(number: str) -> None:
    assert ids.resident_id_fault(number, today=TODAY) is None


@given(resident_ids, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_of_a_resident_number_is_noticed(
    number: str, place: int, digit: str
) -> None:
    wrong = number[:place] + digit + number[place + 1 :]
    assert (ids.resident_id_fault(wrong, today=TODAY) is None) == (wrong == number)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("11010519491231002X", None),  # the example of GB 11643
        ("440524188001010014", None),
        ("11010519491231002x", Fault.LOWER_CASE),
        ("110105194912310021", Fault.CHECK),
        ("11010519491331002X", Fault.DATE),
        ("11010519490229002X", Fault.DATE),
        ("1101051949123100２X", Fault.CHARACTERS),
        ("110105491231002", Fault.LENGTH),
    ],
)
def test_the_first_fault_of_a_resident_number_is_named(text: str, fault: Fault | None) -> None:
    assert ids.resident_id_fault(text, today=TODAY) is fault


@given(st.dates(date(1000, 1, 1), date(9999, 12, 31)))
def test_nobody_is_born_tomorrow_or_two_hundred_years_ago(born: date) -> None:
    number = ids.make_resident_id("470181", born, 123)
    sound = ids.FIRST_BIRTH <= born <= TODAY
    assert ids.resident_id_fault(number, today=TODAY) is (None if sound else Fault.DATE)
    assert ids.text_fault(ids.TextKind.RESIDENT_ID, number, today=TODAY) is (
        None if sound else Fault.DATE
    )


def test_who_is_born_today_has_a_number_and_in_2031_not_yet() -> None:
    newborn = ids.make_resident_id("470181", TODAY, 8)
    assert ids.resident_id_fault(newborn, today=TODAY) is None
    later = ids.make_resident_id("470181", date(2031, 5, 6), 8)
    assert ids.resident_id_fault(later, today=TODAY) is Fault.DATE
    assert ids.resident_id_fault(later, today=date(2031, 5, 6)) is None


def test_a_resident_number_tells_birth_sex_and_whether_its_place_is_known() -> None:
    assert ids.birth_date("11010519491231002X") == date(1949, 12, 31)
    assert ids.is_female("11010519491231002X")
    assert not ids.is_female("440524188001010014")
    assert ids.resident_id_place("11010519491231002X", {"110105"})
    assert not ids.resident_id_place("11010519491231002X", {"511602"})


@given(credit_codes)
def test_a_composed_credit_code_is_sound(code: str) -> None:
    assert ids.credit_code_fault(code) is None
    assert ids.organisation_code_fault(code[8:17]) is None


@given(credit_codes, st.integers(0, 17), credit_letters)
def test_one_wrong_character_of_a_credit_code_is_noticed(
    code: str, place: int, character: str
) -> None:
    wrong = code[:place] + character + code[place + 1 :]
    assert (ids.credit_code_fault(wrong) is None) == (wrong == code)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("11370800MB28559184", None),
        ("11100000000013338W", None),
        ("TE5116020105116050", Fault.CHECK),
        ("11511301452259996u", Fault.LOWER_CASE),
        ("1151130145225999OU", Fault.CHARACTERS),
        ("11511301", Fault.LENGTH),
    ],
)
def test_the_first_fault_of_a_credit_code_is_named(text: str, fault: Fault | None) -> None:
    assert ids.credit_code_fault(text) is fault


def test_a_credit_code_with_a_wrong_organisation_code_inside_is_noticed() -> None:
    first_17 = "11370800MB2855917"
    code = first_17 + ids.check_credit_code(first_17)
    assert ids.credit_code_fault(code) is Fault.ORGANISATION_CHECK


def test_an_organisation_code_may_have_its_hyphen() -> None:
    assert ids.organisation_code_fault("68236467-9") is None
    assert ids.organisation_code_fault("682364679") is None
    assert ids.organisation_code_fault("682364678") is Fault.CHECK
    assert ids.organisation_code_fault("6823646") is Fault.LENGTH
    assert ids.organisation_code_fault("6823646a9") is Fault.CHARACTERS


VECTOR = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"


def test_the_certificate_identifier_of_a_public_sample_is_sound() -> None:
    assert ids.certificate_identifier_fault(VECTOR) is None
    made = ids.make_certificate_identifier(
        "11100000000013338W011", "11430000006122244L", "20230000403", 1
    )
    assert made == VECTOR


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (VECTOR[:-1] + "V", Fault.CHECK),
        (VECTOR.replace("403", "404"), Fault.CHECK),
        (VECTOR.replace("1.2.156", "1.2.157"), Fault.PARTS),
        (VECTOR + ".1", Fault.PARTS),
        (VECTOR.replace("W011", "W01"), Fault.TYPE),
        (VECTOR.replace(".001.", ".1.", 1), Fault.CHARACTERS),
    ],
)
def test_a_wrong_certificate_identifier_is_named(text: str, fault: Fault) -> None:
    assert ids.certificate_identifier_fault(text) is fault


@given(
    credit_codes,
    credit_codes,
    st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=32),
    st.integers(1, 999),
)
def test_a_composed_certificate_identifier_is_sound(
    definer: str, issuer: str, serial: str, version: int
) -> None:
    made = ids.make_certificate_identifier(definer + "001", issuer, serial, version)
    assert ids.certificate_identifier_fault(made) is None


def test_a_resource_code_comes_apart_and_together() -> None:
    code = ids.make_resource_code("3070010002", 7)
    assert code == "3070010002/00007"
    parts = ids.read_resource_code(code)
    assert parts is not None
    assert (parts.category, parts.item, parts.branch, parts.detail) == ("3", "07", "001", "0002")
    assert (parts.sequence, parts.classification) == (7, "3070010002")


@pytest.mark.parametrize("text", ["", "407001/1", "307001", "307001/", "30700/1", "3070O1/1"])
def test_what_is_no_resource_code_is_told(text: str) -> None:
    assert ids.resource_code_fault(text) is Fault.PARTS
    assert ids.read_resource_code(text) is None


def test_a_real_implementation_code_is_sound_and_can_be_composed() -> None:
    assert ids.implementation_code_fault("11370800MB285591843370117002011") is None
    base = ids.make_base_code("37", "1", 17002, 11)
    assert base == "370117002011"
    made = ids.make_implementation_code("11370800MB28559184", 3, base)
    assert made == "11370800MB285591843370117002011"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("11370800MB28559184337011700201", Fault.LENGTH),
        ("11370800MB285591849370117002011", Fault.LEVEL),
        ("11370800MB285591853370117002011", Fault.CHECK),
        ("11370800MB28559184337011700201A", Fault.CHARACTERS),
    ],
)
def test_a_wrong_implementation_code_is_named(text: str, fault: Fault) -> None:
    assert ids.implementation_code_fault(text) is fault


def test_a_code_in_another_place_is_told_but_not_taken() -> None:
    found = ids.find_credit_code("511Z0613600000-511602000000-000-11511301MB1D685275-2-00")
    assert found.status is CodeStatus.ABSENT
    assert found.elsewhere == "11511301MB1D685275"
    assert ids.find_credit_code("511A-000-123-1-00").elsewhere == ""


def test_the_credit_codes_in_a_listing_are_found_as_they_are(tmp_path: Path) -> None:
    for listing in at_hand(tmp_path):
        with listing.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        found = [ids.find_credit_code(row["local_item_code"]) for row in rows]
        assert Counter(code.status for code in found) == {
            CodeStatus.VALID: 960,
            CodeStatus.WRONG: 7,
            CodeStatus.LOWER_CASE: 1,
            CodeStatus.ABSENT: 167,
        }
        assert {c.code for c in found if c.status is CodeStatus.WRONG} == {"TE5116020105116050"}
        assert {c.fault for c in found if c.status is CodeStatus.WRONG} == {Fault.CHECK}
        assert sum(bool(c.elsewhere) for c in found) == (22 if listing == REAL else 0)
        assert sum(ids.credit_code_fault(row["dept_code"]) is None for row in rows) == 251


@pytest.mark.parametrize("text", ["zhao@anping.internal", "noreply@localhost", "a.b+c@x-y.gov.cn"])
def test_the_mailbox_of_an_office_is_sound(text: str) -> None:
    assert ids.mailbox_fault(ids.plain_mailbox(f"\u200b {text}\u202c ")) is None


@pytest.mark.parametrize(
    "text",
    ["", "@", "a@", "@x.cn", "a b@x.cn", "a@b@c.cn", "a@x..cn", "a@-x.cn", "赵@x.cn", "a@x.cn\nX: 1",
     "a@x.cn\rX: 1", "<a@x.cn>", "a@x.cn,b@x.cn", "a@x.cn\0", "a\u202e@x.cn", "a" * 65 + "@x.cn"],
)  # fmt: skip
def test_what_is_no_mailbox_is_refused(text: str) -> None:
    assert ids.mailbox_fault(ids.plain_mailbox(text)) is not None


@given(st.text(max_size=40))
def test_no_text_makes_the_functions_raise(text: str) -> None:
    ids.resident_id_fault(text, today=TODAY)
    for fault in (
        ids.credit_code_fault,
        ids.organisation_code_fault,
        ids.certificate_identifier_fault,
        ids.certificate_type_fault,
        ids.resource_code_fault,
        ids.implementation_code_fault,
    ):
        fault(text)
    ids.find_credit_code(text)


@pytest.mark.parametrize(
    "said",
    [
        "1.147E+30",
        "1,147E+30",
        "1.147e+030",
        "1.147E30",
        "1E+30",
        "１．１４７Ｅ＋３０",
        "1.147 E+30",
        "1.2e-05",
    ],
)
def test_every_way_of_writing_a_shortened_number_is_known(said: str) -> None:
    assert ids.is_shortened(said)


@pytest.mark.parametrize("said", ["1E30", "4E12", "X-1.5E30", "1.147", "3E-1", "1.147E30000"])
def test_a_code_with_an_e_in_it_is_no_shortened_number(said: str) -> None:
    assert not ids.is_shortened(said)


@pytest.mark.parametrize(
    "said", ["1.147E+30", "1e30", "5E10", "100E7", "1147" + "0" * 27, "114701810170104" + "0" * 5]
)
def test_what_may_be_a_shortened_number_is_known(said: str) -> None:
    assert ids.may_be_shortened(said)


@pytest.mark.parametrize(
    "said",
    ["5E8", "99E7", "0E30", "X1E30", "1E30-1", "0" * 20, "1147018101701044" + "0" * 4,
     "114701810170104" + "0" * 4, "", "²" * 20],
)  # fmt: skip
def test_what_no_program_writes_for_a_number_is_a_code(said: str) -> None:
    assert not ids.may_be_shortened(said)
