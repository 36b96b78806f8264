"""A step is shown what it needs of a case, and all else only to somebody who said why they look."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from tests.builders import services as builders
from tests.builders.catalog import LABOUR
from tests.builders.exchange import WANG
from tests.builders.services import MARRIED_ON, STATUS, SUBSIDY
from tests.builders.services_web import City
from tests.modules.services.test_pages import accepted, begun, number_in, reviewed, seen_in

from tongban.modules.exchange import queries as exchange
from tongban.modules.exchange.model.looks import Looked, LookKind, LookReason
from tongban.modules.identity import queries as identity
from tongban.modules.ledger.store import entry_table
from tongban.modules.services import actions
from tongban.modules.services.model import Field, Material, Section, Service, Step, StepKind
from tongban.modules.services.pages import opening, work
from tongban.modules.services.rules.needed import needed_at, sight_of
from tongban.modules.services.store import cases, values

MARKS = {
    STATUS: "已婚",
    MARRIED_ON: "2019年5月20日",
    "form.phone": "13800000000",
    "form.months": "6",
    "form.secret": "暗号甲乙丙",
    "result.amount": "¥600.00",
    "material.proof": "暗号丁.pdf",
}
"""What stands on a page of the city's case and nowhere else, by the value that it is."""
IN_FILE = b"%PDF-1.7 only in the file"


def service(**changed: object) -> Service:
    """The subsidy with a question in free text and a document, version 2."""
    declared = builders.definition()
    first, second = declared.form
    fields = (*second.fields, Field(code="secret", name="暗号", type="text", required=False))
    proof = Material(code="proof", name="声明", required=False, evidences=(MARRIED_ON,))
    return builders.definition(
        version=2,
        form=(first, Section(title=second.title, fields=fields)),
        materials=(*declared.materials, proof),
        **changed,
    )


def with_review(**changed: object) -> Service:
    """The same, of whose review something is declared."""
    accept, review, decide = builders.definition().steps
    values = {name: getattr(review, name) for name in review.__struct_fields__}
    return service(steps=(accept, Step(**{**values, **changed}), decide))


def case(city: City, declared: Service) -> str:
    """A case that came in, with every value and a file."""
    city.db.write(lambda unit: builders.adopt(unit, {SUBSIDY: declared}))
    base = begun(city)
    with city.db.read() as reader:
        account = identity.account_of_person(reader, WANG.id)
    assert account is not None
    wang = builders.wang(account=account.id)
    draft = base.removeprefix("/apply/")
    name = MARKS["material.proof"]
    city.db.write(lambda unit: actions.attach(unit, wang, draft, "proof", name, IN_FILE))
    browser = city.browser
    browser.send(f"{base}/situation/1", **{"situation.kind": "alone"})
    browser.send(f"{base}/data", **{"need-1": "yes"})
    browser.get(f"{base}/form/1")
    browser.send(f"{base}/form/1", **{"form.phone": "13800000000", STATUS: "20"})
    browser.send(f"{base}/form/2", **{"form.months": "6", "form.secret": MARKS["form.secret"]})
    seen = seen_in(browser.get(f"{base}/check"))
    return number_in(browser.send(f"{base}/check", seen=seen, declared="yes"))


@dataclass(frozen=True)
class Answer:
    """What a door answered."""

    path: str
    content: str


def doors(city: City, login: str, number: str) -> Iterator[Answer]:
    """Yield the answer of every door to a case that somebody of staff can read."""
    browser = city.as_staff(login)
    with city.db.read() as reader:
        found = cases.find_by_number(reader.connection, number)
        assert found is not None
        (file,) = values.attachments_of(reader, found.id)
    paths = ["/work", "/work/export.csv", "/work?q=" + number]
    for handler in (*work.HANDLERS, *opening.HANDLERS):
        if "GET" in handler.http_methods:
            path = next(iter(handler.paths)).replace("{number:str}", number)
            path = path.replace("{attachment:str}", file.id)
            steps = ("accept", "review", "decide") if "{step:str}" in path else ("",)
            paths += [path.replace("{step:str}", step) for step in steps]
    assert len(paths) > len(work.HANDLERS) // 3
    for path in paths:
        yield Answer(path, browser.get(path).content.decode("utf-8", "replace"))


def shown(city: City, login: str, number: str) -> set[str]:
    """Return which values are anywhere told to somebody: by the words that only they have."""
    found: set[str] = set()
    for answer in doors(city, login, number):
        text = re.sub(r"<[^>]+>", " ", answer.content)
        found |= {key for key, mark in MARKS.items() if len(mark) > 1 and mark in text}
        if IN_FILE.decode() in answer.content:
            found.add("material.proof")
    return found


def opened(city: City, login: str, number: str, *keys: str, **typed: str) -> int:
    """Open values as somebody; returns the status of the answer."""
    browser = city.as_staff(login)
    address = f"/work/cases/{number}/open"
    browser.get(address)
    form = {"reason": "question", "words": "申请人来电询问办理依据", **typed}
    return browser.send(address, what=list(keys), **form).status_code


# What a step needs -------------------------------------------------------------------------------


def test_each_step_needs_what_it_cannot_do_without() -> None:
    declared = service()
    accept, review, decide = declared.steps
    said = [builders.value("form.months", 6), builders.fetched(STATUS, "20")]
    assert needed_at(declared, accept, said).by_mask == {
        "form.months", "material.marriage", "material.proof",
    }  # fmt: skip
    assert needed_at(declared, review) == sight_of(declared, (), ())
    decides = needed_at(declared, decide).by_mask
    assert {STATUS, "form.months", "form.secret", "result.amount", "material.marriage"} <= decides
    assert MARRIED_ON not in decides


def test_what_is_declared_is_all_that_a_step_sees_with_the_documents_that_prove_it() -> None:
    declared = with_review(needs=("form.secret",), checks=(MARRIED_ON,))
    sees = needed_at(declared, declared.step("review"))
    assert sees.whole == {"form.secret", MARRIED_ON, "material.proof"}
    assert not sees.by_mask
    own = Step(code="again", name="复核", kind=StepKind.DECIDE, department=LABOUR, needs=(STATUS,))
    assert needed_at(declared, own).whole == {STATUS, "material.marriage"}
    assert not needed_at(declared, own).by_mask


# At every door -----------------------------------------------------------------------------------


def test_no_door_tells_a_clerk_what_no_step_of_theirs_needs(city: City) -> None:
    number = case(city, with_review(checks=(STATUS,)))
    said = {"form.phone", "form.secret", "material.proof"}
    assert shown(city, "li.ping", number) == said
    accepted(city, number)
    assert shown(city, "sun.li", number) == {STATUS}
    assert shown(city, "li.ping", number) == set()
    reviewed(city, number)
    assert shown(city, "sun.li", number) == set()
    assert shown(city, "li.ping", number) == {STATUS, "form.phone", "form.secret", "result.amount"}


def test_a_step_in_a_colleagues_hands_is_theirs_alone(city: City) -> None:
    number = case(city, service())
    clerk = city.as_staff("li.ping")
    page = clerk.get(f"/work/cases/{number}")
    seen = re.search(r'name="seen" value="(\d+)"', page.text)
    assert seen is not None
    clerk.send(f"/work/cases/{number}/take/accept", seen=seen.group(1))
    assert "form.secret" in shown(city, "li.ping", number)
    assert shown(city, "zhao.min", number) == set()


# Opened with a reason ----------------------------------------------------------------------------


def test_what_is_opened_with_a_reason_is_seen_by_that_account_until_midnight(
    city: City,
) -> None:
    number = case(city, with_review(checks=(STATUS,)))
    accepted(city, number)
    assert opened(city, "sun.li", number, MARRIED_ON, "material.proof") == 200
    assert shown(city, "sun.li", number) == {STATUS, MARRIED_ON, "material.proof"}
    assert shown(city, "li.ping", number) == set()
    looks = _looks(city, "sun.li", number)
    reasons = [(one.elements, one.reason) for one in looks if one.kind is LookKind.OPENED]
    assert reasons == [((MARRIED_ON, "material.proof"), LookReason.QUESTION)]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"reason": ""}, "请选择原因"),
        ({"reason": "curiosity"}, "请选择原因"),
        ({"words": " "}, "请写一句说明"),
        ({"words": "长" * 201}, "最多 200 字"),
        ({"what": ["form.months.none"]}, "请至少选一项"),
    ],
)
def test_nothing_is_opened_without_a_choice_and_a_reason(
    city: City, typed: dict[str, str], says: str
) -> None:
    number = case(city, with_review(checks=(STATUS,)))
    accepted(city, number)
    browser = city.as_staff("sun.li")
    address = f"/work/cases/{number}/open"
    browser.get(f"{address}?what={MARRIED_ON}")
    given = {"what": [MARRIED_ON], "reason": "doubt", "words": "日期对不上", **typed}
    answer = browser.send(address, **given)
    assert answer.status_code == 422
    assert says in answer.text
    assert MARRIED_ON not in shown(city, "sun.li", number)


def test_opening_twice_is_one_look_and_one_entry(city: City) -> None:
    number = case(city, with_review(checks=(STATUS,)))
    accepted(city, number)
    for _ in range(2):
        assert opened(city, "sun.li", number, MARRIED_ON) == 200
    kinds = [one.kind for one in _looks(city, "sun.li", number)]
    assert kinds.count(LookKind.OPENED) == 1


# On record ---------------------------------------------------------------------------------------


def test_a_page_that_is_loaded_again_writes_nothing(city: City) -> None:
    number = case(city, service())
    clerk = city.as_staff("li.ping")
    clerk.get(f"/work/cases/{number}")
    (look,) = _looks(city, "li.ping", number)
    assert (look.kind, set(look.elements) >= {"form.months"}) == (LookKind.CASE, True)
    written = city.db.write

    def refuse(_: object) -> None:
        raise AssertionError("written at a reload")

    city.db.write = refuse  # type: ignore[method-assign, assignment]
    try:
        for path in ("", "/decide/decide", "/open"):
            assert clerk.get(f"/work/cases/{number}{path}").status_code == 200
    finally:
        city.db.write = written  # type: ignore[method-assign]
    assert _looks(city, "li.ping", number) == [look]


def test_the_ledger_hears_of_the_first_look_of_each_person_a_day_and_of_each_that_was_opened(
    city: City,
) -> None:
    number = case(city, with_review(checks=(STATUS,)))
    for login in ("li.ping", "zhao.min", "li.ping"):
        city.as_staff(login).get(f"/work/cases/{number}")
    assert _entries(city) == ["case", "case"]
    accepted(city, number)
    city.as_staff("sun.li").get(f"/work/cases/{number}")
    opened(city, "sun.li", number, MARRIED_ON)
    opened(city, "sun.li", number, "form.secret")
    assert _entries(city) == ["case", "case", "case", "opened", "opened"]


def _entries(city: City) -> list[str]:
    with city.db.read() as reader:
        query = select(entry_table.c.body).where(entry_table.c.kind == "case_looked_at")
        bodies = reader.connection.execute(query.order_by(entry_table.c.id)).scalars()
        return [json.loads(body)["public"]["what"] for body in bodies]


def _looks(city: City, login: str, number: str) -> list[Looked]:
    with city.db.read() as reader:
        return exchange.looks_today(reader, city.staff[login], number)
