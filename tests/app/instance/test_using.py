"""What open cases need is not taken from them: whole definitions, and what is in them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.builders import identity
from tests.builders import services as builders
from tests.builders.catalog import CIVIL, LABOUR
from tests.builders.definitions import TODAY

from tongban.app.instance.actions import difference
from tongban.app.instance.parts import PARTS
from tongban.app.instance.plan import Obstacle
from tongban.kernel.actors import SYSTEM
from tongban.kit import shelf
from tongban.kit.db import Database
from tongban.kit.definitions.folder import Files
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import load
from tongban.kit.i18n import sentence
from tongban.modules.exchange import actions as exchange
from tongban.modules.government import queries as government
from tongban.modules.identity import actions as people
from tongban.modules.identity.definition import AccountDefinition, RoleDefinition
from tongban.modules.services import actions

Declared = dict[str, Any]
"""What an instance declares, as plain data: rows by part, one object for a part of one."""

CLERK = RoleDefinition(
    code="clerk", name="经办人", duties=("case.accept", "case.review", "case.decide")
)
SINGLE = ("government", "calendar")


def declared(database: Database) -> Declared:
    """Return what runs, so that a test can take something away."""
    found: Declared = {}
    with database.read() as reader:
        for part in PARTS:
            every = shelf.every(reader.connection, part.name, part.shape)
            rows = json.loads(msgspec.json.encode(list(every.values())))
            if rows:
                found[part.name] = rows[0] if part.name in SINGLE else rows
    return found


def instance(wanted: Declared) -> Instance:
    files = {f"{part}.yaml": json.dumps(rows).encode() for part, rows in wanted.items()}
    return load(Files(content=files), PARTS, TODAY)


def obstacles(database: Database, change: Callable[[Declared], object]) -> list[Obstacle]:
    wanted = declared(database)
    change(wanted)
    return list(difference(database, instance(wanted)).obstacles)


def one(rows: list[Any], code: str) -> Any:
    return next(row for row in rows if row["code"] == code)


def without(part: str, code: str) -> Callable[[Declared], object]:
    return lambda wanted: wanted[part].remove(one(wanted[part], code))


def changed(part: str, code: str, **values: Any) -> Callable[[Declared], object]:
    return lambda wanted: one(wanted[part], code).update(values)


def less(part: str, code: str, key: str, drop: str, by: str) -> Callable[[Declared], object]:
    """Take one entry out of a list of a definition."""

    def change(wanted: Declared) -> None:
        row = one(wanted[part], code)
        row[key] = [each for each in row[key] if (each[by] if by else each) != drop]

    return change


@pytest.fixture
def city(database: Database, tmp_path: Path) -> Database:
    builders.found(database, tmp_path)
    database.write(lambda unit: shelf.put(unit, "roles", CLERK.code, 1, CLERK))
    return database


TAKEN: list[tuple[str, str, str, Callable[[Declared], object]]] = [
    ("resources", "306010/1", builders.STATUS, changed("resources", "306010/1", items=[])),
    (
        "resources",
        "306010/1",
        builders.MARRIED_ON,
        less("resources", "306010/1", "items", builders.MARRIED_ON, "element"),
    ),
    ("resources", "306010/1", builders.STATUS, changed("resources", "306010/1", link=None)),
    (
        "resources",
        "306010/1",
        builders.STATUS,
        changed("resources", "306010/1", share={"type": "none", "basis": "某法"}),
    ),
    ("resources", "306010/1", "", changed("resources", "306010/1", retired=True)),
    ("grants", "marriage-for-subsidy", builders.STATUS, without("grants", "marriage-for-subsidy")),
    (
        "grants",
        "marriage-for-subsidy",
        builders.STATUS,
        less("grants", "marriage-for-subsidy", "items", builders.STATUS, ""),
    ),
    (
        "grants",
        "marriage-for-subsidy",
        builders.STATUS,
        changed("grants", "marriage-for-subsidy", ends="2026-11-23"),
    ),
    (
        "grants",
        "marriage-for-subsidy",
        f"masked: {builders.STATUS}",
        changed("grants", "marriage-for-subsidy", masked=[builders.STATUS]),
    ),
    ("sources", "civil", "", without("sources", "civil")),
    ("certificates", "subsidy-decision", "amount", changed("certificates", "subsidy-decision", fields=[])),
    (
        "certificates",
        "subsidy-decision",
        "until",
        lambda wanted: wanted["certificates"][0]["fields"].append({"code": "until", "name": "至"}),
    ),
    ("certificates", "subsidy-decision", "", changed("certificates", "subsidy-decision", retired=True)),
    ("roles", "clerk", "case.accept", without("roles", "clerk")),
    ("roles", "clerk", "case.decide", less("roles", "clerk", "duties", "case.decide", "")),
    ("elements", builders.STATUS, "codes: 20", changed("elements", builders.STATUS, codes={"10": "未婚"})),
    ("elements", builders.MARRIED_ON, "type: date", changed("elements", builders.MARRIED_ON, type="text")),
    ("departments", CIVIL, "", without("departments", CIVIL)),
    ("departments", LABOUR, "", without("departments", LABOUR)),
]  # fmt: skip


def test_nothing_that_an_open_case_needs_is_taken_from_it(city: Database) -> None:
    case = builders.submitted(city)
    assert obstacles(city, lambda _: None) == []
    for part, key, what, change in TAKEN:
        found = {(each.part, each.key): each for each in obstacles(city, change)}
        about = (part, key, what)
        assert (part, key) in found, about
        missed = found[part, key]
        assert missed.cases == (case.number,), about
        assert what in missed.facts.get("what", ""), about
        assert missed.code == ("app.still_used_in_part" if what else "app.still_used"), about


def test_without_an_open_case_all_of_it_may_go(city: Database) -> None:
    for *about, change in TAKEN:
        assert obstacles(city, change) == [], about


def test_what_is_lost_is_said_in_both_languages_and_nothing_is_applied(city: Database) -> None:
    case = builders.submitted(city)
    wanted = declared(city)
    changed("certificates", "subsidy-decision", fields=[])(wanted)
    planned = difference(city, instance(wanted))
    refusal = planned.obstacles[0].refusal(1)
    for language in ("zh", "en"):
        said = sentence(refusal, language)
        assert case.number in said
        assert "amount" in said
        assert "{" not in said


def test_another_grant_that_covers_the_same_may_take_a_grants_place(city: Database) -> None:
    builders.submitted(city)

    def replace(wanted: Declared) -> None:
        one(wanted["grants"], "marriage-for-subsidy")["code"] = "marriage-again"

    assert obstacles(city, replace) == []


def test_only_the_cases_of_the_version_that_needs_it_are_named(city: Database) -> None:
    first = builders.submitted(city)
    later = builders.definition(version=2, needs=builders.definition().needs[:1])
    city.write(lambda unit: builders.adopt(unit, {later.code: later}))
    second = builders.started(city)
    city.write(lambda unit: actions.answer_situation(unit, builders.wang(), second.id, 1, "alone"))
    found = obstacles(city, without("resources", "306010/1"))
    named = {(each.part, each.key): each for each in found}["resources", "306010/1"]
    assert named.cases == (first.number,)
    assert named.facts["drafts"] == 0


def test_a_draft_is_counted_where_no_case_has_a_number_yet(city: Database) -> None:
    builders.started(city)
    found = obstacles(city, without("certificates", "subsidy-decision"))
    assert [(each.code, each.key, each.facts["drafts"]) for each in found] == [
        ("app.still_drafted", "subsidy-decision", 1)
    ]


def test_what_was_missing_before_is_not_the_folders_doing(city: Database) -> None:
    builders.submitted(city)
    city.write(lambda unit: shelf.retire(unit, "grants", "marriage-for-subsidy"))
    city.write(exchange.adopt_grants)
    assert obstacles(city, lambda _: None) == []


def test_a_department_where_people_work_is_not_retired(city: Database) -> None:
    new = identity.new_staff("chen", "clerk", department=CIVIL)
    made, _ = city.write(lambda unit: people.create_staff(unit, SYSTEM, new))
    (found,) = obstacles(city, without("departments", CIVIL))
    assert (found.code, found.key, found.facts) == ("app.department_staffed", CIVIL, {"people": 1})
    city.write(lambda unit: people.deactivate_staff(unit, SYSTEM, made.id))
    assert obstacles(city, without("departments", CIVIL)) == []


def test_a_role_that_somebody_holds_is_not_retired(city: Database) -> None:
    new = identity.new_staff("chen", "clerk", department=CIVIL)
    made, _ = city.write(lambda unit: people.create_staff(unit, SYSTEM, new))
    (found,) = obstacles(city, without("roles", "clerk"))
    assert (found.code, found.key, found.facts) == ("app.role_held", "clerk", {"people": 1})
    city.write(lambda unit: people.deactivate_staff(unit, SYSTEM, made.id))
    assert obstacles(city, without("roles", "clerk")) == []


def test_staff_of_a_demonstration_go_with_what_declared_them(city: Database) -> None:
    with city.read() as reader:
        running = government.profile(reader.connection)
    real = msgspec.structs.replace(running, demonstration=True)
    city.write(lambda unit: shelf.put(unit, "government", "government", 1, real))
    clerk = AccountDefinition(
        login="sun", name="孙", kind="staff", department=CIVIL, roles=("clerk",)
    )
    city.write(lambda unit: identity.adopt_account(unit, clerk))
    assert obstacles(city, without("departments", CIVIL)) == []
