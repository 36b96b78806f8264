"""Telephones, numbers and accounts as people type them: read forgivingly, checked strictly."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import services as builders
from tests.builders.services import SUBSIDY, TODAY
from tests.builders.services_web import City
from tests.modules.services.test_pages import begun

from tongban.kernel.characters import half_width
from tongban.kernel.identifiers import TextKind, check_luhn, make_credit_code, make_resident_id
from tongban.kit.http import LANGUAGE_COOKIE
from tongban.kit.i18n import catalogue, field_sentence
from tongban.modules.services.model import Element, Field, Plain, Question, Section
from tongban.modules.services.rules import answers, form, kinds

RESIDENT = make_resident_id("470181", dt.date(1990, 3, 7), 123)
UNBORN = make_resident_id("470181", dt.date(2031, 5, 6), 123)
CREDIT = make_credit_code("91", "470181", "MA6EX001")
CARD = "620000000000000001" + check_luhn("620000000000000001")


def read(kind: TextKind, typed: str) -> Plain | None:
    question = Question(key="k", name="k", type="text", kind=kind)
    return answers.read(question, {"k": typed}, TODAY)


@pytest.mark.parametrize(
    ("kind", "typed", "plain"),
    [
        (TextKind.MOBILE, " １３８ ００１３ ８０００ ", "13800138000"),
        (TextKind.MOBILE, "138-0013-8000", "13800138000"),
        (TextKind.MOBILE, "+86 138 0013 8000", "13800138000"),
        (TextKind.PHONE, "138–0013–8000", "13800138000"),
        (TextKind.PHONE, "0600 5550110", "0600-5550110"),
        (TextKind.PHONE, "（0600）555-0110", "0600-5550110"),
        (TextKind.PHONE, "０１０－６６５５４４３３", "010-66554433"),
        (TextKind.PHONE, "+86 010-66554433", "010-66554433"),
        (TextKind.PHONE, "0600-5550110转12", "0600-5550110-12"),
        (TextKind.PHONE, "0600-5550110-12", "0600-5550110-12"),
        (TextKind.PHONE, "400-123-4567", "4001234567"),
        (TextKind.PHONE, "+852 2345 6789", "+85223456789"),
        (TextKind.EMAIL, " Wang.Min＠example。cn ", "Wang.Min@example.cn"),
        (TextKind.EMAIL, "zhang_san-1@example.cn", "zhang_san-1@example.cn"),
        (TextKind.EMAIL, "\ufeff_a＿b_@example.cn\u200b", "_a_b_@example.cn"),
        (TextKind.MOBILE, "\u202a13912345678\u202c", "13912345678"),
        (TextKind.PHONE, "13912345678\u200b", "13912345678"),
        (TextKind.PHONE, "\ufeff13912345678", "13912345678"),
        (TextKind.RESIDENT_ID, f"\u200e{RESIDENT[:6]}\u00ad{RESIDENT[6:]}\u200f", RESIDENT),
        (TextKind.ANY, "\ufeff王\u200b小明\u2069", "王小明"),
        (TextKind.ANY, "阿迪力·买买提", "阿迪力·买买提"),
        (TextKind.ANY, "می\u200cخواهم", "می\u200cخواهم"),
        (TextKind.POST_CODE, "１００ ０００", "100000"),
        (TextKind.BANK_ACCOUNT, f"{CARD[:4]} {CARD[4:12]} {CARD[12:]}", CARD),
        (TextKind.BANK_ACCOUNT, "9994 7000 0000 0000 010", "9994700000000000010"),
        (
            TextKind.RESIDENT_ID,
            f"{RESIDENT[:6]} {RESIDENT[6:14]} {RESIDENT[14:].lower()}",
            RESIDENT,
        ),
        (TextKind.CREDIT_CODE, CREDIT.lower(), CREDIT),
        (TextKind.DIVISION, "４７０１ ８１", "470181"),
        (TextKind.MONTH, "2026年3月", "2026-03"),
        (TextKind.MONTH, "２０２６／１０", "2026-10"),
        (TextKind.MONTH, "202610", "2026-10"),
        (TextKind.MONTH, "2026-10", "2026-10"),
        (TextKind.ANY, "随便 写", "随便 写"),
    ],
)
def test_ornament_is_no_fault(kind: TextKind, typed: str, plain: str) -> None:
    assert read(kind, typed) == plain


@pytest.mark.parametrize(
    ("kind", "typed", "fault"),
    [
        (TextKind.MOBILE, "1", "answer_not_mobile"),
        (TextKind.MOBILE, "1380013800", "answer_not_mobile"),
        (TextKind.MOBILE, "1380013800²", "answer_not_mobile"),
        (TextKind.MOBILE, "1380013800①", "answer_not_mobile"),
        (TextKind.MONTH, "20261", "answer_not_month"),
        (TextKind.MOBILE, "0600-5550110", "answer_not_mobile"),
        (TextKind.PHONE, "任意文字", "answer_not_phone"),
        (TextKind.PHONE, "5550110", "answer_not_phone"),
        (TextKind.PHONE, "138001380001", "answer_not_phone"),
        (TextKind.EMAIL, "wang@example", "answer_not_email"),
        (TextKind.EMAIL, "wang min@@example.cn", "answer_not_email"),
        (TextKind.EMAIL, "wang min@example.cn", "answer_not_email"),
        (TextKind.EMAIL, "wang·min@example.cn", "answer_not_email"),
        (TextKind.EMAIL, "wang–min@example.cn", "answer_not_email"),
        (TextKind.POST_CODE, "10000", "answer_not_post_code"),
        (TextKind.DIVISION, "1", "answer_not_division"),
        (TextKind.DIVISION, "云汀市", "answer_not_division"),
        (TextKind.DIVISION, "970181", "answer_not_division"),
        (TextKind.MONTH, "2026-13", "answer_not_month"),
        (TextKind.MONTH, "2026-00", "answer_not_month"),
        (TextKind.MONTH, "10月", "answer_not_month"),
        (TextKind.BANK_ACCOUNT, "1234", "answer_not_bank_account"),
        (TextKind.BANK_ACCOUNT, "招商银行", "answer_not_bank_account"),
        (TextKind.BANK_ACCOUNT, CARD[:-1] + str((int(CARD[-1]) + 1) % 10), "answer_bank_account_check"),
        (TextKind.RESIDENT_ID, RESIDENT[:-1], "answer_not_resident_id"),
        (TextKind.RESIDENT_ID, RESIDENT[:10] + "1399" + RESIDENT[14:], "answer_resident_id_date"),
        (TextKind.RESIDENT_ID, UNBORN, "answer_resident_id_date"),
        (TextKind.RESIDENT_ID, RESIDENT[:-2] + "0" + RESIDENT[-1], "answer_resident_id_check"),
        (TextKind.CREDIT_CODE, CREDIT[:-1], "answer_not_credit_code"),
        (TextKind.CREDIT_CODE, CREDIT[:-1] + "Q", "answer_credit_code_check"),
    ],
)  # fmt: skip
def test_a_slip_has_a_sentence_of_its_own_with_an_example(
    kind: TextKind, typed: str, fault: str
) -> None:
    with pytest.raises(answers.Unreadable) as caught:
        read(kind, typed)
    assert caught.value.code == f"services.{fault}"
    said = catalogue()[f"services.refusal.{fault}"]
    assert "例如" in said["zh"]
    assert "such as" in said["en"] or "as in" in said["en"]


@pytest.mark.parametrize("turning", ["\u202e", "\x07"])
def test_what_would_make_a_clerk_read_something_else_is_refused_by_name(turning: str) -> None:
    with pytest.raises(answers.Unreadable, match="answer_hidden") as caught:
        read(TextKind.ANY, f"云台{turning}街道")
    for language in ("zh", "en"):
        assert f"U+{ord(turning):04X}" in field_sentence(caught.value.code, language)


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        ("decimal", "80,5", "answer_comma"),
        ("decimal", "80²", "answer_not_number"),
        ("decimal", "1_000", "answer_not_number"),
        ("decimal", "0.12345678901", "answer_too_fine"),
        ("decimal", "NaN", "answer_not_number"),
        ("integer", "2,5", "answer_comma_whole"),
        ("integer", "12²", "answer_not_whole"),
        ("integer", "٣", "answer_not_whole"),
        ("integer", "1_000", "answer_not_whole"),
        ("money", "80²", "answer_not_money"),
        ("money", "80,5", "answer_comma"),
        ("money", "80.555", "answer_money_too_fine"),
        ("decimal", "1,000", Decimal(1000)),
        ("integer", "1，000", 1000),
        ("integer", "１２３", 123),
        ("money", "\u200b1，000.5", 100050),
    ],
)
def test_a_number_is_read_as_written_or_refused_with_an_example(
    kind: str, typed: str, expected: Plain
) -> None:
    question = Question(key="k", name="k", type=kind)
    if not isinstance(expected, str):
        assert answers.read(question, {"k": typed}, TODAY) == expected
        return
    with pytest.raises(answers.Unreadable, match=expected):
        answers.read(question, {"k": typed}, TODAY)
    said = catalogue()[f"services.refusal.{expected}"]
    assert "例如" in said["zh"]
    assert "such as" in said["en"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-01-31", dt.date(2026, 1, 31)),
        ("2026年1月31日", dt.date(2026, 1, 31)),
        ("2026-01-31garbage", "date_form"),
        ("31/1/2026", dt.date(2026, 1, 31)),
        ("31 January 2026", dt.date(2026, 1, 31)),
        ("3/1/2026", "date_two_days"),
        ("民国115年1月31日", "date_form"),
        ("二〇二六年一月三十一日", "date_form"),
        ("26-1-31", "date_short_year"),
        ("2026-02-30", "date_no_such_day"),
        ("2569-01-31", "date_year"),
        ("2026-W05-6", "date_form"),
    ],
)
def test_a_date_is_read_as_written_or_refused_with_an_example(
    typed: str, expected: dt.date | str
) -> None:
    question = Question(key="k", name="k", type="date")
    if isinstance(expected, dt.date):
        assert answers.read(question, {"k": typed}, TODAY) == expected
        return
    with pytest.raises(answers.Unreadable, match=expected):
        answers.read(question, {"k": typed}, TODAY)
    said = catalogue()[f"kernel.refusal.{expected}"]
    assert "例如" in said["zh"]
    assert "such as" in said["en"]


@given(
    st.text(st.characters(codec=None, exclude_categories=())),
    st.sampled_from(["integer", "decimal", "money"]),
)
def test_an_amount_that_is_accepted_holds_the_digits_that_were_typed(typed: str, kind: str) -> None:
    question = Question(key="k", name="k", type=kind)
    try:
        found = answers.read(question, {"k": typed}, TODAY)
    except answers.Unreadable:
        return
    if found is not None:
        shown = answers.typed_of(question, found)["k"]
        digits = "".join(one for one in half_width(typed) if one in "0123456789.")
        assert Decimal(digits) == abs(Decimal(shown))


@given(st.sampled_from([kind for kind in TextKind if kind is not TextKind.ANY]), st.text())
def test_nothing_that_anybody_types_is_more_than_a_fault(kind: TextKind, typed: str) -> None:
    plain = kinds.plain(kind, typed)
    if not kinds.fault_of(kind, plain, TODAY):
        assert kinds.plain(kind, plain) == plain


def test_the_examples_that_people_are_shown_are_sound() -> None:
    for name, kind in (
        ("answer_bank_account_check", TextKind.BANK_ACCOUNT),
        ("answer_resident_id_check", TextKind.RESIDENT_ID),
        ("answer_credit_code_check", TextKind.CREDIT_CODE),
        ("answer_not_email", TextKind.EMAIL),
        ("answer_not_post_code", TextKind.POST_CODE),
        ("answer_not_mobile", TextKind.MOBILE),
        ("answer_not_division", TextKind.DIVISION),
        ("answer_not_month", TextKind.MONTH),
    ):
        shown = catalogue()[f"services.refusal.{name}"]["zh"].split("例如 ")[1]
        assert kinds.fault_of(kind, shown, TODAY) == "", shown


def test_money_may_be_typed_in_full_width() -> None:
    question = Question(key="k", name="k", type="money")
    assert answers.read(question, {"k": "￥１，２３４．５"}, TODAY) == 123450


def test_a_date_may_carry_its_words() -> None:
    typed = {"k-year": "２０２６年", "k-month": "3月", "k-day": "５日"}
    assert answers.read(Question(key="k", name="k", type="date"), typed, TODAY) == dt.date(
        2026, 3, 5
    )


# Bounds ------------------------------------------------------------------------------------------


def faults(least: str, most: str, kind: str, **typed: str) -> dict[str, str]:
    field = Field(code="k", name="k", type=kind, least=least, most=most)
    service = builders.procedure(
        builders.definition(form=(Section(title="t", fields=(field,)),), needs=(), situations=())
    )
    (page,) = form.asked_pages(service, {}, (), (), TODAY)
    return answers.read_page(
        page.questions, {f"form.{key}": one for key, one in typed.items()}, TODAY
    )[1]


def test_numbers_amounts_and_dates_keep_within_their_bounds() -> None:
    assert faults("1", "12", "integer", k="0") == {"form.k": "services.answer_below"}
    assert faults("1", "12", "integer", k="13") == {"form.k": "services.answer_above"}
    assert faults("1", "12", "integer", k="12") == {}
    assert faults("0 yuan", "", "money", k="-1") == {"form.k": "services.answer_below"}
    assert faults("0.5", "", "decimal", k="0.4") == {"form.k": "services.answer_below"}
    tomorrow = {"k-year": "2026", "k-month": "11", "k-day": "25"}
    assert faults("", "today", "date", **tomorrow) == {"form.k": "services.answer_above_date"}
    old = {"k-year": "1905", "k-month": "1", "k-day": "1"}
    early = faults("today - 120 years", "today", "date", **old)
    assert early == {"form.k": "services.answer_below_date"}


def test_the_form_narrows_what_the_element_allows() -> None:
    element = Element(code="person.age", name="年龄", type="integer", least="0", most="150")
    field = Field(code="age", name="年龄", element="person.age", least="18")
    service = builders.procedure(
        builders.definition(form=(Section(title="t", fields=(field,)),), needs=(), situations=())
    )
    (page,) = form.asked_pages(service, {element.code: element}, (), (), TODAY)
    (question,) = page.questions
    assert (question.least, question.most) == (18, 150)
    assert answers.read(question, {"person.age": "12"}, TODAY) == 12
    assert answers.read_page([question], {"person.age": "12"}, TODAY)[1]
    assert Decimal(18) == question.least


def test_a_wrong_telephone_is_told_and_kept_on_the_form_and_in_a_correction(city: City) -> None:
    phone = Field(code="phone", name="联系电话", type="text", kind=TextKind.PHONE)
    months = Field(code="months", name="申请月数", type="integer", least="1", most="12")
    fields = builders.definition().form[0].fields[:2]
    sections = (
        Section(title="关于您", fields=(*fields, phone)),
        Section(title="补贴", fields=(months,)),
    )
    newer = builders.definition(version=2, form=sections)
    city.db.write(lambda unit: builders.adopt(unit, {SUBSIDY: newer}))
    base, wang = begun(city), city.browser
    wang.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    wang.send(f"{base}/data", **{"need-1": "yes"})
    answer = wang.send(f"{base}/form/1", **{"form.phone": "打我电话"})
    assert answer.status_code == 422
    assert answer.text.count("例如 13800138000 或 0600-5550110") == 2
    assert 'value="打我电话"' in answer.text
    wang.send(f"{base}/form/1", **{"form.phone": "０６００ ５５５０１１０"})
    answer = wang.send(f"{base}/form/2", **{"form.months": "13"})
    assert "不能大于12" in answer.text
    wang.client.cookies.set(LANGUAGE_COOKIE, "en")
    assert "cannot be more than 12" in wang.send(f"{base}/form/2", **{"form.months": "13"}).text
    check = wang.send(f"{base}/form/2", **{"form.months": "12"})
    assert "0600-5550110" in check.text
