"""What is asked, how it is read, and the way through an application."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import services as builders
from tests.builders.services import (
    ELEMENTS,
    MARRIED_ON,
    MORNING,
    NAME,
    STATUS,
    TODAY,
    fetched,
    value,
)

from tongban.kernel.case_numbers import (
    case_number,
    case_number_fault,
    is_case_number,
    normal_number,
)
from tongban.kernel.identifiers import Fault
from tongban.kernel.masks import HIDDEN, masked
from tongban.kit.i18n import catalogue
from tongban.modules.services.model import (
    Brought,
    CaseValue,
    Choice,
    Consent,
    CorrectionItem,
    Option,
    Origin,
    Plain,
    Question,
    Settled,
)
from tongban.modules.services.rules import answers, correcting, form, journey, masks, uploads

SERVICE = builders.procedure()


def consent(number: int, brought: Brought) -> Consent:
    choice = Choice.REFUSED if brought is Brought.NOT_ASKED else Choice.ALLOWED
    return Consent(number=number, resource="r", choice=choice, brought=brought, at=MORNING)


BOTH = (consent(0, Brought.FETCHED), consent(1, Brought.FETCHED))
CAME = (fetched(NAME, "王小明"), fetched(STATUS, "20"), fetched(MARRIED_ON, dt.date(2019, 5, 20)))
ALONE = value("situation.kind", "alone", origin=Origin.SITUATION)


def asked(values: tuple[CaseValue, ...], consents: tuple[Consent, ...]) -> list[str]:
    pages = form.asked_pages(SERVICE, ELEMENTS, values, consents, TODAY)
    return [question.key for page in pages for question in page.questions]


def test_what_came_is_not_asked() -> None:
    assert asked((ALONE, *CAME), BOTH) == ["form.phone", "form.months"]


def test_what_a_situation_rules_out_is_not_asked() -> None:
    hourly = value("situation.kind", "hourly", origin=Origin.SITUATION)
    assert "form.hours" in asked((hourly, *CAME), BOTH)


def test_what_may_be_needed_is_asked_without_being_required() -> None:
    pages = form.asked_pages(SERVICE, ELEMENTS, CAME, BOTH, TODAY)
    hours = next(q for page in pages for q in page.questions if q.key == "form.hours")
    assert not hours.required


@pytest.mark.parametrize(
    "brought", [Brought.NOT_ASKED, Brought.FAILED, Brought.NOTHING, Brought.UNREADABLE]
)
def test_every_element_that_did_not_come_is_asked_exactly_once(brought: Brought) -> None:
    keys = asked((ALONE,), (consent(0, brought), consent(1, brought)))
    assert sorted(keys) == sorted([NAME, STATUS, MARRIED_ON, "form.phone", "form.months"])


def test_what_a_department_does_not_know_need_not_be_known_by_the_applicant() -> None:
    pages = form.asked_pages(SERVICE, ELEMENTS, (ALONE,), (consent(1, Brought.FAILED),), TODAY)
    married_on = pages[-1].questions[0]
    assert (married_on.key, married_on.required, married_on.because) == (
        MARRIED_ON,
        False,
        "failed",
    )


def test_a_value_without_content_is_asked() -> None:
    assert STATUS in asked((ALONE, fetched(STATUS, None)), BOTH)


def test_a_material_is_not_needed_when_its_facts_came() -> None:
    (covered,) = form.materials_of(SERVICE, CAME, BOTH)
    assert covered.by_data
    assert not covered.required


def test_refusing_consent_never_makes_a_paper_necessary() -> None:
    (covered,) = form.materials_of(SERVICE, (), (consent(1, Brought.NOT_ASKED),))
    assert not covered.by_data
    assert not covered.required


def test_a_material_that_nobody_holds_is_needed() -> None:
    material = builders.Material(code="photo", name="照片")
    service = builders.procedure(builders.definition(materials=(material,)))
    (covered,) = form.materials_of(service, CAME, BOTH)
    assert covered.required
    assert form.missing_materials([covered], []) == ("photo",)


def test_the_guide_knows_which_papers_data_replace() -> None:
    assert form.replaceable(SERVICE) == {"marriage"}


def test_answers_to_questions_that_went_away_are_not_handed_in() -> None:
    values = (ALONE, *CAME, value("form.hours", 20), value("form.months", 6))
    pages = form.asked_pages(SERVICE, ELEMENTS, values, BOTH, TODAY)
    kept = form.kept_keys(SERVICE, pages, values)
    assert "form.hours" not in kept
    assert {"form.months", STATUS, "situation.kind"} <= kept


def test_a_disputed_value_is_unknown_until_somebody_looked() -> None:
    values = [value(STATUS, "20", origin=Origin.FETCHED, claim="10")]
    assert form.lookup_of(values)[STATUS] is None
    settled = [value(STATUS, "20", origin=Origin.FETCHED, claim="10", settled=Settled.CLAIM)]
    assert form.lookup_of(settled)[STATUS] == "10"
    source = [value(STATUS, "20", origin=Origin.FETCHED, claim="10", settled=Settled.SOURCE)]
    assert form.lookup_of(source)[STATUS] == "20"


def test_the_law_is_no_question_of_consent() -> None:
    assert form.choice_for(SERVICE.needs[0], allowed=False) is Choice.INFORMED
    assert form.choice_for(SERVICE.needs[1], allowed=False) is Choice.REFUSED


# The way -----------------------------------------------------------------------------------------


def way(values: tuple[CaseValue, ...], consents: tuple[Consent, ...]) -> tuple[journey.Stop, ...]:
    pages = form.asked_pages(SERVICE, ELEMENTS, values, consents, TODAY)
    covered = form.materials_of(SERVICE, values, consents)
    return journey.journey(SERVICE, values, consents, pages, covered, ())


def test_the_way_begins_with_the_situation_and_ends_with_the_check() -> None:
    slugs = [stop.slug for stop in way((ALONE, *CAME), BOTH)]
    assert slugs == ["situation/1", "data", "found", "form/1", "form/2", "check"]


def test_one_goes_on_at_the_first_page_that_is_not_done() -> None:
    assert journey.first_open(way((), ())).slug == "situation/1"
    assert journey.first_open(way((ALONE,), ())).slug == "data"
    assert journey.first_open(way((ALONE, *CAME), BOTH)).slug == "form/1"


def test_an_application_is_complete_when_only_the_check_is_left() -> None:
    values = (ALONE, *CAME, value("form.phone", "1"), value("form.months", 6))
    assert journey.is_complete(way(values, BOTH))
    assert not journey.is_complete(way((ALONE, *CAME), BOTH))


def test_pages_follow_one_another_both_ways() -> None:
    stops = way((ALONE, *CAME), BOTH)
    assert journey.after(stops, "data").slug == "found"
    previous = journey.before(stops, "data")
    assert previous is not None
    assert previous.slug == "situation/1"
    assert journey.before(stops, "situation/1") is None


# Reading -----------------------------------------------------------------------------------------


def question(kind: str, **changed: object) -> Question:
    return Question(key="k", name="k", type=kind, **changed)  # type: ignore[arg-type]  # builder


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        ("integer", " １，２３４ ", 1234),
        ("integer", "-5", -5),
        ("decimal", "12.50", Decimal("12.50")),
        ("money", "1,234.5元", 123450),
        ("boolean", "yes", True),
        ("boolean", "no", False),
        ("text", "  王 小明 ", "王 小明"),
    ],
)
def test_what_people_type_is_read_forgivingly(kind: str, typed: str, expected: Plain) -> None:
    assert answers.read(question(kind), {"k": typed}, TODAY) == expected


@pytest.mark.parametrize(
    ("kind", "typed", "fault"),
    [
        ("integer", "六", "answer_not_whole"),
        ("integer", "1.5", "answer_not_whole"),
        ("integer", "9" * 16, "answer_too_large"),
        ("decimal", "1.2.3", "answer_not_number"),
        ("money", "十元", "answer_not_money"),
        ("boolean", "maybe", "answer_not_option"),
        ("text", "x" * 501, "answer_too_long"),
        ("text", "a\x07b", "answer_hidden"),
    ],
)
def test_what_cannot_be_meant_is_a_fault_of_its_own(kind: str, typed: str, fault: str) -> None:
    with pytest.raises(answers.Unreadable) as caught:
        answers.read(question(kind), {"k": typed}, TODAY)
    assert caught.value.code == f"services.{fault}"


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        (("2026", "", "1"), "services.answer_date_incomplete"),
        (("2026", "2", "30"), "kernel.date_no_such_day"),
        (("二〇二六", "2", "3"), "kernel.date_form"),
        (("26", "2", "3"), "kernel.date_short_year"),
    ],
)
def test_a_date_has_three_parts_that_make_a_day(parts: tuple[str, str, str], fault: str) -> None:
    typed = dict(zip(("k-year", "k-month", "k-day"), parts, strict=True))
    with pytest.raises(answers.Unreadable) as caught:
        answers.read(question("date"), typed, TODAY)
    assert caught.value.code == fault


@pytest.mark.parametrize("box", ["k-year", "k-month", "k-day"])
@pytest.mark.parametrize(
    "whole",
    [
        "2026-03-01",
        "2026年3月1日",
        "2026/3/1",
        " ２０２６．３．１ ",
        "1 March 2026",
        "March 1, 2026",
    ],
)
def test_a_whole_date_in_one_box_is_taken_apart_when_the_others_are_empty(
    box: str, whole: str
) -> None:
    typed = {"k-year": "", "k-month": " ", "k-day": ""} | {box: whole}
    assert answers.read(question("date"), typed, TODAY) == dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        (("2026-03-01", "3", "1"), "kernel.date_form"),
        (("2026", "", "2026-03-01"), "services.answer_date_incomplete"),
        (("2026-02-30", "", ""), "kernel.date_no_such_day"),
        (("26-03-01", "", ""), "kernel.date_short_year"),
        (("2026", "", ""), "services.answer_date_incomplete"),
        (("", "2026-03", ""), "services.answer_date_incomplete"),
        (("", "March", ""), "services.answer_date_incomplete"),
        (("15/3/50", "", ""), "kernel.date_short_year"),
        (("3/4/1950", "", ""), "kernel.date_two_days"),
        (("", "", "some day in spring"), "kernel.date_form"),
    ],
)
def test_a_whole_date_that_cannot_be_taken_apart_is_refused_with_an_example(
    parts: tuple[str, str, str], fault: str
) -> None:
    typed = dict(zip(("k-year", "k-month", "k-day"), parts, strict=True))
    with pytest.raises(answers.Unreadable) as caught:
        answers.read(question("date"), typed, TODAY)
    assert caught.value.code == fault
    for sentence in catalogue()[fault.replace(".", ".refusal.")].values():
        assert "2026年" in sentence or "March 2026" in sentence or "February 2026" in sentence


@given(
    st.dates(dt.date(1850, 1, 1), dt.date(2200, 12, 31)), st.sampled_from(("year", "month", "day"))
)
def test_every_day_may_be_written_whole_in_any_of_its_boxes(day: dt.date, box: str) -> None:
    assert answers.read(question("date"), {f"k-{box}": day.isoformat()}, TODAY) == day


def test_a_choice_is_one_of_its_options() -> None:
    options = (Option(code="10", name="未婚"), Option(code="20", name="已婚"))
    chosen = question("code", options=options)
    assert answers.read(chosen, {"k": "20"}, TODAY) == "20"
    with pytest.raises(answers.Unreadable):
        answers.read(chosen, {"k": "30"}, TODAY)


def test_an_answer_that_is_not_required_may_be_missing() -> None:
    optional, needed = question("text", required=False), question("text")
    assert answers.read_page([optional], {}, TODAY) == ({"k": None}, {})
    assert answers.read_page([needed], {}, TODAY) == ({}, {"k": "services.answer_missing"})


VALUES = st.one_of(
    st.tuples(st.just("integer"), st.integers(-(10**15), 10**15)),
    st.tuples(st.just("money"), st.integers(-(10**15), 10**15)),
    st.tuples(st.just("decimal"), st.decimals(-(10**9), 10**9, places=4)),
    st.tuples(st.just("date"), st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1))),
    st.tuples(st.just("boolean"), st.booleans()),
)


@given(VALUES)
def test_what_a_form_shows_reads_back_as_the_same_value(given_value: tuple[str, Plain]) -> None:
    kind, content = given_value
    typed = answers.typed_of(question(kind), content)
    assert answers.read(question(kind), typed, TODAY) == content


# Small things ------------------------------------------------------------------------------------


def test_a_case_number_says_day_department_and_sequence_and_nothing_else() -> None:
    number = case_number(dt.date(2026, 11, 24), 3, 17)
    assert number.startswith("202611240030017")
    assert is_case_number(number)
    assert normal_number(f" {number[:8]}-{number[8:].lower()} ") == number


@given(st.integers(1, 999), st.integers(1, 9999), st.integers(0, 14), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(department: int, sequence: int, at: int, more: int) -> None:
    number = case_number(dt.date(2026, 11, 24), department, sequence)
    wrong = str((int(number[at]) + more) % 10)
    assert not is_case_number(number[:at] + wrong + number[at + 1 :])


def test_files_are_judged_by_what_they_contain() -> None:
    assert uploads.look_at(b"%PDF-1.7 ...") == ("application/pdf", "")
    assert uploads.look_at(b"<html>")[1] == "file_kind"
    assert uploads.look_at(b"")[1] == "file_empty"
    assert uploads.look_at(b"%PDF-" + b"0" * uploads.LARGEST)[1] == "file_too_large"
    assert uploads.plain_name("C:\\users\\..\\结婚证\x00.pdf") == "结婚证.pdf"


def test_masks_follow_the_element_and_tell_nothing_of_what_is_hidden() -> None:
    assert masked("name", "王小明") == "王**"
    assert masked("", "王小明") == "王小明"
    assert masked("unheard-of", "secret") == masked("all", "一级") == HIDDEN


def test_an_applicant_confirms_what_is_their_own_and_sees_nobody_elses_whole() -> None:
    mine = ("王小明", "470181199003071237")
    assert masks.is_own("name", "王小明", mine)
    assert masks.is_own("resident_id", "470181199003071237", mine)
    assert not masks.is_own("name", "李平", mine)
    assert not masks.is_own("all", "王小明", mine)
    assert all(masks.is_to_confirm(kind) for kind in ("account", "all"))
    assert not any(masks.is_to_confirm(kind) for kind in ("name", "resident_id", "phone"))


def test_a_notice_of_correction_lists_something_and_says_what_is_wrong() -> None:
    item = CorrectionItem
    assert correcting.faults_of([], 15, {"form.phone"}) == {
        "items": "services.correction_items_missing"
    }
    bare = correcting.faults_of([item(key="form.phone", text=" ")], 0, {"form.phone"})
    assert set(bare) == {"text-form.phone", "days"}
    assert correcting.faults_of([item(key="", text="说明")], 15, {"form.phone"}) == {}


def test_a_case_number_that_cannot_be_one_is_told_by_the_part_that_is_wrong() -> None:
    number = case_number(dt.date(2026, 11, 24), 3, 17)
    swapped = number[:-2] + str((int(number[-2]) + 1) % 10) + number[-1]
    assert case_number_fault(number) is None
    assert case_number_fault(number[:9]) is Fault.LENGTH
    assert case_number_fault("A" + number[1:]) is Fault.CHARACTERS
    assert case_number_fault(swapped) is Fault.CHECK
