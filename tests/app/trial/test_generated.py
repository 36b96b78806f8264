"""Invented people and their data: to the shape of the elements, the same everywhere, nobody's."""

import dataclasses
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.app import setup
from tongban.app.instance import load
from tongban.app.trial.cast import Place, cast_for
from tongban.app.trial.fitting import MOST_TRIED, Fitting
from tongban.app.trial.instance import prepare
from tongban.app.trial.limits import limits_in
from tongban.app.trial.people import Organisation, Person, organisation, person, place_of
from tongban.app.trial.values import Facts
from tongban.kernel.identifiers import (
    TextKind,
    birth_date,
    credit_code_fault,
    is_female,
    resident_id_fault,
    text_fault,
)
from tongban.kernel.subjects import SubjectKind
from tongban.modules.catalog.definition import (
    ElementDefinition,
    ElementType,
    ItemDefinition,
    MoneyUnit,
    WritingDefinition,
)
from tongban.modules.exchange.definition.reading import reading, write
from tongban.modules.exchange.rules.converting import convert
from tongban.modules.government.definition import GovernmentDefinition
from tongban.modules.identity.definition import RoleDefinition
from tongban.modules.services.model import (
    Need,
    Rule,
    Service,
    ServiceStatus,
    Step,
    StepKind,
)

TODAY = dt.date(2026, 11, 24)
PLACE = Place("470182", "安平市", TODAY)
WOMAN = person(0, PLACE.digits, TODAY, age=34, woman=True)


def element(code: str, type_: ElementType = ElementType.TEXT, **more: Any) -> ElementDefinition:
    return ElementDefinition(code=code, name=code, subject=SubjectKind.PERSON, type=type_, **more)


def facts(*elements: ElementDefinition, services: tuple[Service, ...] = ()) -> Facts:
    known = {one.code: one for one in elements}
    return Facts(known, limits_in(services), PLACE.digits, PLACE.town, TODAY)


def service(*conditions: str, needs: tuple[str, ...], **more: Any) -> Service:
    return Service(
        code="subsidy",
        name="补贴",
        department="civil",
        status=ServiceStatus.OPEN,
        audience=("1",),
        needs=(Need(elements=needs, resource="101001/1", purpose="核对"),),
        rules=tuple(
            Rule(code=f"r{place}", name=condition, condition=condition, clause="第一条")
            for place, condition in enumerate(conditions)
        ),
        **more,
    )


# Who they are -------------------------------------------------------------------------------------


@given(number=st.integers(0, 5000), age=st.integers(0, 110), woman=st.booleans())
def test_numbers_are_well_formed_agree_with_the_person_and_belong_to_no_province(
    number: int, age: int, woman: bool
) -> None:
    one = person(number, place_of("511602"), TODAY, age=age, woman=woman)
    assert resident_id_fault(one.id, today=TODAY) is None
    assert one.id.startswith("471602")
    assert birth_date(one.id) == one.born
    assert is_female(one.id) is woman
    assert one.age(TODAY) == age
    firm = organisation(number, place_of("511602"), "广安", one)
    assert credit_code_fault(firm.id) is None
    assert firm.id[2:8] == "471602"


@pytest.mark.parametrize(
    ("division", "digits"),
    [("470182", "470182"), ("110105", "470105"), ("000000", "470000"), ("510104021", "470104")],
)
def test_a_real_division_is_never_in_an_invented_number(division: str, digits: str) -> None:
    assert place_of(division) == digits


def test_what_is_held_about_a_person_follows_from_their_number() -> None:
    known = facts(
        element("person.name", mask="name"),
        element("person.resident_id", kind=TextKind.RESIDENT_ID),
        element("person.birth_date", ElementType.DATE),
        element("person.age", ElementType.INTEGER),
        element("person.sex", ElementType.CODE, codes={"1": "男", "2": "女"}),
        element("person.death_date", ElementType.DATE),
    )
    assert known.value(WOMAN, "person.name") == WOMAN.name
    assert known.value(WOMAN, "person.resident_id") == WOMAN.id
    assert known.value(WOMAN, "person.birth_date") == WOMAN.born
    assert known.value(WOMAN, "person.age") == 34
    assert known.value(WOMAN, "person.sex") == "2"
    assert known.value(WOMAN, "person.death_date") is None


def test_a_month_is_one_of_the_twelve_up_to_today_in_whichever_year() -> None:
    month = element("person.paid_until_month", kind=TextKind.MONTH)
    for today in (TODAY, dt.date(2031, 3, 31)):
        made = Facts({month.code: month}, {}, PLACE.digits, PLACE.town, today)
        people = [person(n, PLACE.digits, today, age=34, woman=True) for n in range(60)]
        found = {str(made.value(one, month.code)) for one in people}
        assert f"{today.year - 1}-{today.month:02d}" < min(found)
        assert max(found) <= f"{today:%Y-%m}"


def test_who_was_born_on_29_february_is_a_year_older_on_28_february() -> None:
    born = dataclasses.replace(WOMAN, born=dt.date(2008, 2, 29))
    assert [born.age(dt.date(2026, 2, day)) for day in (27, 28)] == [17, 18]


def test_elements_are_recognised_by_their_chinese_names_too() -> None:
    def called(code: str, name: str, type_: ElementType = ElementType.TEXT, **more: Any) -> Any:
        return msgspec.structs.replace(element(code, type_, **more), name=name)

    known = facts(
        called("person.xm", "姓名"),
        called("person.sfz", "公民身份号码"),
        called("person.csrq", "出生日期", ElementType.DATE),
        called("person.xb", "性别", ElementType.CODE, codes={"M": "男", "F": "女"}),
        called("person.swrq", "死亡日期", ElementType.DATE),
        called("person.lxdh", "联系电话"),
    )
    held = [known.value(WOMAN, f"person.{code}") for code in ("xm", "sfz", "csrq", "xb", "swrq")]
    assert held == [WOMAN.name, WOMAN.id, WOMAN.born, "F", None]
    phone = known.value(WOMAN, "person.lxdh")
    assert text_fault(TextKind.MOBILE, str(phone), today=TODAY) is None


def test_who_is_not_married_has_no_spouse_and_a_child_is_single() -> None:
    known = facts(
        element("person.marital_status", ElementType.CODE, codes={"20": "已婚", "10": "未婚"}),
        element("person.spouse_name", mask="name"),
    )
    people = [person(n, "470182", TODAY, age=5 + n, woman=True) for n in range(60)]
    for one in people:
        married = known.value(one, "person.marital_status") == "20"
        assert (known.value(one, "person.spouse_name") is not None) == married
        assert not (married and one.age(TODAY) < 22)


# To the shape of the elements ---------------------------------------------------------------------

_CODES = st.dictionaries(st.text("abc123", min_size=1, max_size=3), st.just("名"), min_size=1)
_NUMBERS = st.tuples(st.integers(-50, 200), st.integers(0, 300))


@st.composite
def elements(draw: st.DrawFn) -> tuple[ElementDefinition, ItemDefinition]:
    """An element of any type, with or without bounds, and an item that writes it in some way."""
    type_ = draw(st.sampled_from(list(ElementType)))
    more: dict[str, Any] = {}
    written: dict[str, Any] = {}
    if type_ is ElementType.CODE:
        codes = draw(_CODES)
        more["codes"] = codes
        if draw(st.booleans()):
            written["codes"] = {f"词{code}": code for code in codes}
    elif type_ is ElementType.TEXT:
        more["kind"] = draw(st.sampled_from(list(TextKind)))
    elif type_ in (ElementType.INTEGER, ElementType.DECIMAL) and draw(st.booleans()):
        low, wide = draw(_NUMBERS)
        more |= {"least": str(low), "most": str(low + wide)}
    elif type_ is ElementType.MONEY:
        written["unit"] = draw(st.sampled_from(list(MoneyUnit)))
        if draw(st.booleans()):
            low = draw(st.integers(-200, 200))
            more |= {"least": f"{low} yuan", "most": f"{low + draw(st.integers(0, 10**6))} yuan"}
    elif type_ is ElementType.DATE:
        written["date"] = draw(st.sampled_from(["", "YYYYMMDD", "YYYY年M月D日"]))
        if draw(st.booleans()):
            more |= {"least": "today - 120 years", "most": "today"}
    elif type_ is ElementType.BOOLEAN and draw(st.booleans()):
        written |= {"true_words": ("有",), "false_words": ("无",)}
    code = draw(
        st.sampled_from(["person.x", "person.valid_until", "person.address", "person.name"])
    )
    item = ItemDefinition(name="x", element=code, column="x", written=WritingDefinition(**written))
    return element(code, type_, **more), item


@settings(max_examples=400)
@given(drawn=elements(), number=st.integers(0, 2000), age=st.integers(1, 100))
def test_a_value_fits_its_element_and_is_read_back_from_how_its_source_writes_it(
    drawn: tuple[ElementDefinition, ItemDefinition], number: int, age: int
) -> None:
    one, item = drawn
    who = person(number, "470182", TODAY, age=age, woman=number % 2 == 0)
    value = facts(one).value(who, one.code)
    assert value == facts(one).value(who, one.code)
    if value is None:
        return
    if isinstance(value, str) and one.type is ElementType.TEXT:
        assert text_fault(one.kind, value, today=TODAY) is None or one.code == "person.name"
    if one.code == "person.name" and one.kind is not TextKind.ANY:
        return  # a name that is declared to be a telephone: nobody's mistake but the author's
    assert convert(write(value, one, item, TODAY), reading(one, item, TODAY)) == value


@given(number=st.integers(0, 2000))
def test_amounts_lie_within_the_bounds(number: int) -> None:
    who = person(number, "470182", TODAY, age=40, woman=True)
    capital = element("person.capital", ElementType.MONEY, least="100 yuan", most="101.50 yuan")
    area = element("person.area", ElementType.DECIMAL, least="1.2", most="1.8")
    value = facts(capital).value(who, "person.capital")
    assert isinstance(value, int)
    assert 10_000 <= value <= 10_150
    size = facts(area).value(who, "person.area")
    assert isinstance(size, int | Decimal)
    assert Decimal("1.2") <= size <= Decimal("1.8")
    below = element("person.balance", ElementType.MONEY, least="-100 yuan", most="0 yuan")
    debt = facts(below).value(who, "person.balance")
    assert isinstance(debt, int)
    assert -10_000 <= debt <= 0


# Who fits -----------------------------------------------------------------------------------------

INCOME = element("person.income", ElementType.MONEY)
BORN = element("person.birth_date", ElementType.DATE)
LEVEL = element("person.level", ElementType.CODE, codes={c: c for c in "一二三四五六七八"})


def cast(*services: Service) -> tuple[dict[str, str], list[str]]:
    known = facts(INCOME, BORN, LEVEL, services=services)
    found = cast_for(services, {}, {}, ["civil"], Fitting(services, known, TODAY), PLACE)
    about = [str(one.about) for one in found.accounts.values() if one.kind == "resident"]
    return dict(found.qualified), about


def test_somebody_is_found_for_narrow_conditions_that_meet_in_few() -> None:
    narrow = service(
        "person.income = 2100 yuan",
        "person.birth_date + 80 years <= application.date",
        'person.level in ["七", "八"]',
        needs=("person.income", "person.birth_date", "person.level"),
    )
    qualified, about = cast(narrow)
    assert qualified["subsidy"] != ""
    assert any("符合：补贴。" in one and "不符合" not in one for one in about)
    assert any("不符合：补贴" in one for one in about)


def test_for_a_service_of_organisations_an_organisation_is_found() -> None:
    capital = ElementDefinition(
        code="organisation.registered_capital",
        name="注册资本",
        subject=SubjectKind.ORGANISATION,
        type=ElementType.MONEY,
    )
    wanted = service(
        "organisation.registered_capital >= 500000 yuan", needs=("organisation.registered_capital",)
    )
    wanted = msgspec.structs.replace(wanted, audience=("2",))
    known = facts(capital, services=(wanted,))
    found = cast_for([wanted], {}, {}, ["civil"], Fitting([wanted], known, TODAY), PLACE)
    fitting = [
        one
        for one in found.subjects
        if isinstance(one, Organisation)
        and known.value(one, capital.code) in range(50_000_000, 10**12)
    ]
    assert found.qualified["subsidy"] in {one.agent.name for one in fitting}
    assert known.value(WOMAN, capital.code) is None


def test_where_conditions_contradict_each_other_nobody_is_named() -> None:
    impossible = service(
        "person.income > 3000 yuan", "person.income < 3000 yuan", needs=("person.income",)
    )
    qualified, _ = cast(impossible)
    assert qualified == {"subsidy": ""}
    assert MOST_TRIED == 300


def test_what_nobody_holds_is_asked_and_speaks_against_nobody() -> None:
    asked = service("form.rooms > 1", needs=())
    assert cast(asked)[0]["subsidy"] != ""


def test_a_duty_that_no_role_has_gets_a_role_of_the_trial() -> None:
    step = Step(code="accept", name="受理", kind=StepKind.ACCEPT, department="civil")
    one = service(needs=(), steps=(step,))
    roles = {"head": RoleDefinition(code="head", name="负责人", duties=("case.decide",))}
    known = facts()
    found = cast_for([one], {}, roles, ["civil"], Fitting([one], known, TODAY), PLACE)
    assert found.roles["trial-case-accept"].duties == ("case.accept",)
    clerk = found.accounts["s01-accept-civil"]
    assert (clerk.department, clerk.roles) == ("civil", ("trial-case-accept",))


# A whole folder -----------------------------------------------------------------------------------


def test_the_demonstration_can_be_tried_and_its_people_say_the_same_in_every_department() -> None:
    folder: Path = setup.demonstration_folder()
    loaded = load(folder, TODAY)
    government = loaded.one(GovernmentDefinition)
    assert government is not None
    made = prepare(loaded, government, TODAY)
    assert all(made.cast.qualified.values())
    people = [one for one in made.cast.subjects if isinstance(one, Person)]
    assert {"林晓雯", "周德福"} <= {one.name for one in people}
    assert len({one.id for one in people}) == len(people)
    logins = [login for login in made.cast.accounts if login.startswith("s0")]
    assert logins == []  # the folder declares staff for every step
    again = prepare(loaded, government, TODAY)
    assert again.cast.accounts == made.cast.accounts
