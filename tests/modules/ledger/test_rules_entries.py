"""What an entry may show."""

import pytest
from tests.builders.ledger import a_closing, a_disclosure

from tongban.kernel.errors import Refusal
from tongban.modules.ledger.model import PUBLIC_FIELDS, EntryKind, NewEntry, PublicValue, Shape
from tongban.modules.ledger.rules.entries import check_entry, looks_personal

PERSONAL_WORDS = {
    "person", "subject", "applicant", "resident", "holder", "case", "case_number", "phone", "mobile",
    "address", "mail", "email", "account", "actor", "clerk", "value", "values", "name", "id_number",
    "certificate", "certificate_number", "birth", "ip",
}  # fmt: skip


def code_of(entry: NewEntry) -> str:
    with pytest.raises(Refusal) as refused:
        check_entry(entry)
    return refused.value.code


def test_every_kind_lists_what_it_may_show() -> None:
    assert set(PUBLIC_FIELDS) == set(EntryKind)


def test_no_kind_may_show_a_field_that_names_a_person_or_a_case() -> None:
    for fields in PUBLIC_FIELDS.values():
        assert not PERSONAL_WORDS & set(fields)


def test_a_plain_entry_passes() -> None:
    check_entry(a_disclosure())
    check_entry(a_closing())


def test_a_field_that_the_kind_does_not_list_is_refused() -> None:
    assert code_of(a_disclosure(case_number="20261124001")) == "ledger.field_not_public"


def test_a_missing_field_is_refused() -> None:
    entry = NewEntry(kind=EntryKind.CASE_CLOSED, public={"department": "rsj"})
    assert code_of(entry) == "ledger.field_missing"


@pytest.mark.parametrize(
    "value",
    [
        "11010519491231002X",
        "居民11010519491231002X申请",
        "13812345678",
        "电话 13812345678",
        "li.lei@example.cn",
        {"zh": "张三 11010519491231002x"},
    ],
)
def test_a_value_that_could_be_somebodys_number_is_refused_and_not_repeated(
    value: PublicValue,
) -> None:
    with pytest.raises(Refusal) as refused:
        check_entry(a_disclosure(purpose=value))
    assert refused.value.code == "ledger.field_looks_personal"
    assert "1101" not in repr(refused.value)
    assert "138" not in repr(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "11511602008693452B",
        "019ad6f1-7c1e-7b43-9d2a-a13812345678",
        "91510000008282378A",
        "115116020105116050",
        "307010012/000001",
        "000123456789",
        "11511602MB1234567X4000114001000",
        "110105194912310021",
    ],
)
def test_codes_of_departments_services_and_resources_are_nobodys_number(text: str) -> None:
    assert not looks_personal(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("department", ""),
        ("department", "two words"),
        ("department", 5),
        ("department", "x" * 81),
        ("item_count", -1),
        ("item_count", True),
        ("item_count", "3"),
        ("elements", "person.name"),
        ("elements", ["ok", ""]),
        ("outcome", "Given"),
        ("purpose", ""),
        ("purpose", "line\nbreak"),
        ("purpose", {}),
        ("purpose", {"chinese": "用途"}),
        ("purpose", ["用途"]),
        ("purpose", "x" * 201),
    ],
)
def test_a_value_out_of_shape_is_refused(field: str, value: PublicValue) -> None:
    assert code_of(a_disclosure(**{field: value})) == "ledger.field_ill_shaped"


@pytest.mark.parametrize("day", ["2026-02-30", "2026-1-1", "20260101", "", "２０２６-01-01"])
def test_a_date_that_is_none_is_refused(day: str) -> None:
    entry = NewEntry(
        kind=EntryKind.GRANT_GIVEN,
        public={"grant": "g-1", "provider": "a", "department": "b", "valid_from": day},
    )
    assert code_of(entry) == "ledger.field_ill_shaped"


@pytest.mark.parametrize("end", ["13812345678a", "a13812345678", "f15900000000"])
def test_an_internal_id_that_looks_like_a_mobile_number_by_chance_is_shown(end: str) -> None:
    identifier = f"01a20b2c-91c0-7249-b709-{end}"
    public: dict[str, PublicValue] = {"department": "rsj", "staff": identifier, "status": "active"}
    check_entry(NewEntry(kind=EntryKind.STAFF_CHANGED, public=public))
    assert code_of(a_disclosure(grant=end)) == "ledger.field_looks_personal"


@pytest.mark.parametrize("commitment", ["", "AB" * 32, "ab" * 31, "zz" * 32])
def test_a_commitment_is_sixty_four_hexadecimal_digits(commitment: str) -> None:
    entry = NewEntry(kind=EntryKind.DISCLOSURE, public={"department": "rsj"}, commitment=commitment)
    assert code_of(entry) == "ledger.commitment_ill_shaped"


def test_every_shape_is_used_by_some_field() -> None:
    used = {field.shape for fields in PUBLIC_FIELDS.values() for field in fields.values()}
    assert used == set(Shape)
