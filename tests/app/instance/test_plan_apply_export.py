"""Plan, apply and export: all of a folder or nothing, and back byte for byte."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import services as builders
from tests.builders.definitions import SMALL, TODAY, instance_in, instance_of, write

from tongban.app.instance.actions import _apply as apply_in
from tongban.app.instance.actions import apply, difference, export, files_digest
from tongban.app.instance.parts import PARTS
from tongban.app.instance.plan import Kind
from tongban.kernel.characters import hidden_in
from tongban.kernel.errors import Refusal
from tongban.kit import jobs, shelf, testing
from tongban.kit.db import Database, Unit
from tongban.kit.definitions.folder import Files
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import load
from tongban.modules.evaluation import actions as evaluation
from tongban.modules.government import queries as government
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.identity.definition import RoleDefinition
from tongban.modules.services import queries as services
from tongban.modules.services.definition.snippets import BEFORE, PASSES
from tongban.modules.services.model import Service, ServiceFilter

GOVERNMENT = SMALL.split("# file: departments.yaml")[0]
OPEN = GOVERNMENT + PASSES


def changes(database: Database, instance: Instance) -> set[tuple[str, str, str]]:
    return {(c.part, c.key, c.kind.value) for c in difference(database, instance).changes}


def test_everything_is_new_the_first_time_and_nothing_is_different_afterwards(
    database: Database,
) -> None:
    instance = instance_of(OPEN)
    assert instance.errors == []
    planned = difference(database, instance)
    assert {change.kind for change in planned.changes} == {Kind.ADDED}
    assert apply(database, instance) == planned
    assert changes(database, instance_of(OPEN)) == set()
    with database.read() as reader:
        found = shelf.every(reader.connection, "services", Service)
    assert found["subsidy"].name == "灵活就业社会保险补贴"


def test_what_changed_is_told_with_its_keys_and_what_is_gone_is_retired(
    database: Database,
) -> None:
    apply(database, instance_of(SMALL + "- {code: guest, name: 访客, duties: [case.review]}\n"))
    later = instance_of(SMALL.replace("财政局", "财政和国资局"))
    planned = difference(database, later)
    assert {(c.key, c.kind, c.fields) for c in planned.changes} == {
        ("finance", Kind.CHANGED, ("name",)),
        ("guest", Kind.RETIRED, ()),
    }
    apply(database, later)
    with database.read() as reader:
        departments = shelf.every(reader.connection, "departments", DepartmentDefinition)
    assert departments["finance"].name == "财政和国资局"


def test_an_instance_with_errors_is_not_applied(database: Database) -> None:
    with pytest.raises(Refusal) as refused:
        apply(database, instance_of(SMALL.replace("case.accept", "case.acept")))
    assert refused.value.code == "app.definitions_have_errors"
    assert len(difference(database, instance_of(SMALL)).changes) == 4


def test_the_text_of_an_open_service_changes_only_with_its_version(database: Database) -> None:
    apply(database, instance_of(OPEN))
    changed = OPEN.replace("promised_limit: {days: 5}", "promised_limit: {days: 4}")
    planned = difference(database, instance_of(changed))
    assert [(one.code, one.key) for one in planned.obstacles] == [
        ("app.changed_without_version", "subsidy")
    ]
    with pytest.raises(Refusal) as refused:
        apply(database, instance_of(changed))
    assert refused.value.code == "app.changed_without_version"
    assert refused.value.data["place"].startswith("services/subsidy.yaml:")
    apply(database, instance_of(changed.replace("code: subsidy\n", "code: subsidy\nversion: 2\n")))
    with database.read() as reader:
        versions = [
            shelf.one(reader.connection, "services", "subsidy", Service, version)
            for version in (1, 2)
        ]
    limits = [one.promised_limit.days for one in versions if one and one.promised_limit]
    assert limits == [5, 4]


def with_version(text: str, version: int) -> str:
    return text.replace("code: subsidy\n", f"code: subsidy\nversion: {version}\n")


def obstacles(database: Database, text: str) -> list[str]:
    return [one.code for one in difference(database, instance_of(text)).obstacles]


def test_an_open_service_that_was_away_returns_as_it_was_or_with_a_higher_version(
    database: Database,
) -> None:
    changed = OPEN.replace("promised_limit: {days: 5}", "promised_limit: {days: 4}")
    for text in (OPEN, with_version(OPEN, 2), SMALL):
        apply(database, instance_of(text))
    assert obstacles(database, changed) == ["app.returned_without_version"]
    assert obstacles(database, with_version(changed, 2)) == ["app.returned_without_version"]
    with pytest.raises(Refusal) as refused:
        apply(database, instance_of(with_version(changed, 2)))
    assert refused.value.data["next"] == 3
    assert obstacles(database, OPEN) == []
    assert obstacles(database, with_version(OPEN, 2)) == []
    assert obstacles(database, with_version(changed, 3)) == []
    apply(database, instance_of(with_version(changed, 3)))


def test_an_open_service_cannot_change_its_text_by_way_of_being_listed_or_away(
    database: Database,
) -> None:
    listed = OPEN.replace("status: open", "status: listed")
    changed = OPEN.replace("promised_limit: {days: 5}", "promised_limit: {days: 4}")
    assert listed != OPEN
    apply(database, instance_of(OPEN))
    apply(database, instance_of(with_version(listed, 2)))
    assert obstacles(database, changed) == ["app.changed_without_version"]
    apply(database, instance_of(SMALL))
    assert obstacles(database, listed) == ["app.returned_without_version"]
    assert obstacles(database, with_version(listed, 3)) == []


def test_a_listed_service_comes_and_goes_freely(database: Database) -> None:
    listed = OPEN.replace("status: open", "status: listed")
    for text in (listed, SMALL, listed.replace("days: 5", "days: 4"), OPEN):
        apply(database, instance_of(text))
    assert changes(database, instance_of(OPEN)) == set()


def test_the_name_of_the_ledger_and_being_a_demonstration_are_for_good(database: Database) -> None:
    apply(database, instance_of(SMALL))
    with database.read() as reader:
        running = government.profile(reader.connection)
    other = SMALL.replace(running.origin, "another.example/ledger")
    assert obstacles(database, other) == ["app.origin_changed"]
    with pytest.raises(Refusal) as refused:
        apply(database, instance_of(other))
    assert refused.value.data["running"] == running.origin
    turned = SMALL.replace("level:", f"demonstration: {not running.demonstration!s}\nlevel:", 1)
    turned = turned.replace(f"\ndemonstration: {str(running.demonstration).lower()}\n", "\n")
    assert obstacles(database, turned) == ["app.demonstration_changed"]


def test_of_two_who_apply_at_once_one_wins_and_the_other_is_told(
    postgresql_server: str,
) -> None:
    """On PostgreSQL: SQLite has one writer anyway."""
    name = testing.new_name("apply")
    database = testing.postgresql_database(postgresql_server, name)
    apply(database, instance_of(OPEN))
    second, third = (
        instance_of(with_version(OPEN, version).replace("财政局", f"财政局{version}"))
        for version in (2, 3)
    )
    other = Database(database.url, database.clock, database.keyring)
    told: list[str] = []

    def meanwhile(unit: Unit) -> None:
        """One is not done yet when the other comes."""
        apply_in(unit, second)
        with pytest.raises(Refusal) as refused:
            apply(other, third)
        told.append(refused.value.code)

    try:
        database.write(meanwhile)
        assert told == ["kit.definitions_busy"]
        with database.read() as reader:
            current = reader.connection.exec_driver_sql(
                "SELECT version FROM kit_shelf WHERE part = 'services' AND current"
            )
            assert [row[0] for row in current] == [2]
        apply(other, third)
    finally:
        other.close()
        database.close()
        testing.drop(postgresql_server, name)


def test_what_is_applied_has_an_entry_in_the_ledger(database: Database) -> None:
    instance = instance_of(SMALL)
    apply(database, instance)
    with database.read() as reader:
        rows = reader.connection.exec_driver_sql("SELECT * FROM ledger_entry").mappings().all()
    entries = [json.dumps(dict(row), default=repr) for row in rows]
    assert sum(files_digest(instance.files) in entry for entry in entries) == 1
    apply(database, instance_of(SMALL))
    with database.read() as reader:
        again = reader.connection.exec_driver_sql("SELECT * FROM ledger_entry").mappings().all()
    assert len(again) == len(rows)


def test_what_comes_back_is_what_went_in_byte_for_byte(database: Database, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", OPEN)
    (folder / "roles.yaml").write_bytes(
        "\ufeff# 角色\r\n- {code: clerk,   name: 经办人, duties: "
        "[case.accept, case.review, case.decide]}".encode()
    )
    instance = instance_in(folder)
    assert instance.errors == []
    apply(database, instance)
    export(database, tmp_path / "out")
    before = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    out = tmp_path / "out"
    after = {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    assert after == before
    assert difference(database, instance_in(out)).changes == ()


def test_export_leaves_a_folder_with_files_alone(database: Database, tmp_path: Path) -> None:
    apply(database, instance_of(SMALL))
    (tmp_path / "mine").write_text("x")
    with pytest.raises(Refusal):
        export(database, tmp_path)


def test_every_version_stays_on_the_shelf_though_nobody_numbered_them(database: Database) -> None:
    apply(database, instance_of(SMALL))
    apply(database, instance_of(SMALL.replace("窗口人员", "窗口")))
    with database.read() as reader:
        connection = reader.connection
        before = shelf.one(connection, "roles", "clerk", RoleDefinition, 1)
        now = shelf.one(connection, "roles", "clerk", RoleDefinition)
        assert shelf.latest_version(connection, "roles", "clerk") == 2
    assert before is not None
    assert now is not None
    assert (before.name, now.name) == ("窗口人员", "窗口")


def test_what_follows_from_definitions_follows_in_the_same_transaction(database: Database) -> None:
    apply(database, instance_of(OPEN))
    wanted = ServiceFilter(text="灵活就业")
    with database.read() as reader:
        assert services.search(reader.connection, wanted).total == 1
        assert jobs.is_queued(reader, evaluation.RECOUNT)
    apply(database, instance_of(GOVERNMENT + BEFORE))
    with database.read() as reader:
        assert services.search(reader.connection, wanted).total == 0


def test_one_that_was_retired_can_come_back(database: Database) -> None:
    more = SMALL + "- {code: guest, name: 访客, duties: [case.review]}\n"
    for text in (more, SMALL, more):
        apply(database, instance_of(text))
    assert changes(database, instance_of(more)) == set()
    assert changes(database, instance_of(SMALL)) == {("roles", "guest", "retired")}


# Instances that nobody thought of ---------------------------------------------------------------

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")),
    min_size=1,
    max_size=6,
).filter(lambda words: bool(words.strip()) and not hidden_in(words))
KEYS = st.from_regex(r"[a-z][a-z0-9]{0,5}", fullmatch=True)
TEXTS = st.one_of(WORDS, st.fixed_dictionaries({"zh": WORDS}, optional={"en": WORDS}))
ROLES = st.dictionaries(
    KEYS,
    st.fixed_dictionaries(
        {"name": TEXTS, "duties": st.just(["case.accept", "case.review", "case.decide"])}
    ),
    max_size=3,
)
DEPARTMENTS = st.dictionaries(
    KEYS,
    st.fixed_dictionaries({"name": TEXTS}, optional={"nature": st.sampled_from(["1", "2", "9"])}),
    min_size=1,
    max_size=3,
)
ELEMENTS = st.dictionaries(
    KEYS.map(lambda key: f"person.{key}"),
    st.fixed_dictionaries(
        {"name": TEXTS, "subject": st.just("person")},
        optional={
            "type": st.sampled_from(["text", "integer", "date"]),
            "data_class": st.sampled_from(["public", "personal"]),
        },
    ),
    max_size=4,
)
SERVICES = st.dictionaries(
    KEYS,
    st.fixed_dictionaries(
        {"name": TEXTS},
        optional={
            "version": st.integers(1, 3),
            "type": st.sampled_from(["01", "05", "20"]),
            "keywords": st.lists(WORDS, max_size=2),
            "visits": st.integers(0, 3),
            "statutory_limit": st.fixed_dictionaries({"days": st.integers(1, 90)}),
        },
    ),
    max_size=4,
)
PARTS_MADE = st.fixed_dictionaries(
    {"roles": ROLES, "departments": DEPARTMENTS, "elements": ELEMENTS, "services": SERVICES}
)
LAYOUTS = st.tuples(
    st.sampled_from([None, 2]), st.booleans(), st.sampled_from(["", "# 注\n", "\ufeff"])
)


def _files(made: dict[str, Any], layout: tuple[int | None, bool, str]) -> dict[str, bytes]:
    """Return an instance as files: JSON is YAML, indented or not, one file a part or several."""
    indent, several, before = layout
    departments = sorted(made["departments"])
    files = {
        name: text.encode()
        for name, text in (
            ("government.yaml", GOVERNMENT.split("# file: ")[1].partition("\n")[2]),
            ("calendar.yaml", GOVERNMENT.split("# file: ")[2].partition("\n")[2]),
        )
    }
    for part, values in made.items():
        rows = [{"code": key, **value} for key, value in values.items()]
        if part == "services":
            rows = [{**row, "department": departments[0]} for row in rows]
        chunks = [[row] for row in rows] if several else [rows]
        for number, chunk in enumerate(chunks):
            name = f"{part}/{number}.yaml" if several else f"{part}.yaml"
            text = before + json.dumps(chunk, ensure_ascii=False, indent=indent) + "\n"
            files[name] = text.encode()
    return files


def _instance(files: dict[str, bytes]) -> Instance:
    return load(Files(content=files), PARTS, TODAY)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=PARTS_MADE, layout=LAYOUTS)
def test_whatever_was_applied_before_the_plan_of_an_export_is_empty(
    database: Database,
    tmp_path_factory: pytest.TempPathFactory,
    made: dict[str, Any],
    layout: tuple[int | None, bool, str],
) -> None:
    files = _files(made, layout)
    instance = _instance(files)
    assert [one.message("en") for one in instance.errors] == []
    apply(database, instance)
    assert difference(database, instance).changes == ()
    out = tmp_path_factory.mktemp("export")
    export(database, out)
    again = instance_in(out)
    assert again.files == files
    assert again.errors == []
    assert difference(database, again).changes == ()


OPEN_PARTS = (
    "departments",
    "elements",
    "sources",
    "resources",
    "grants",
    "certificates",
    "services",
)
OPEN_MADE = st.fixed_dictionaries(
    {
        "resources": st.fixed_dictionaries({"name": TEXTS, "abstract": WORDS}),
        "grants": st.fixed_dictionaries({"purpose": TEXTS, "basis": WORDS}),
        "certificates": st.fixed_dictionaries(
            {"name": TEXTS, "valid_months": st.one_of(st.none(), st.integers(1, 120))}
        ),
        "services": st.fixed_dictionaries(
            {"name": TEXTS, "version": st.integers(1, 9), "keywords": st.lists(WORDS, max_size=2)}
        ),
    }
)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=OPEN_MADE, layout=LAYOUTS)
def test_an_open_service_with_all_it_rests_on_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    made: dict[str, Any],
    layout: tuple[int | None, bool, str],
) -> None:
    """A resource with its source and grant, a kind of certificate, and the service that uses them."""
    base = instance_of(OPEN)
    files = _files({"departments": {"x": {}}}, layout)
    files = {name: files[name] for name in ("government.yaml", "calendar.yaml")}
    for part in (part for part in PARTS if part.name in {*OPEN_PARTS, "roles"}):
        rows = json.loads(msgspec.json.encode(list(base.every(part.shape).values())))
        rows[0] |= made.get(part.name, {})
        text = layout[2] + json.dumps(rows, ensure_ascii=False, indent=layout[0]) + "\n"
        files[f"{part.name}.yaml"] = text.encode()
    instance = _instance(files)
    assert [one.message("en") for one in instance.errors] == []
    folder = tmp_path_factory.mktemp("open")
    database = testing.sqlite_database(folder)
    try:
        apply(database, instance)
        export(database, folder / "out")
        again = instance_in(folder / "out")
        assert again.files == files
        assert difference(database, again).changes == ()
    finally:
        database.close()


def test_what_a_running_case_uses_is_not_removed_and_the_case_is_named(
    database: Database, tmp_path: Path
) -> None:
    builders.found(database, tmp_path)
    case = builders.submitted(database)
    with database.read() as reader:
        running = government.profile(reader.connection)
    flag = f"demonstration: {str(running.demonstration).lower()}"
    small = SMALL.replace("yunting.example/ledger", running.origin)
    small = small.replace("demonstration: true", flag)
    planned = difference(database, instance_of(small))
    named = {(one.code, one.part, one.key): one.cases for one in planned.obstacles}
    assert named["app.still_used", "services", builders.SUBSIDY] == (case.number,)
    assert named["app.still_used", "elements", builders.STATUS] == (case.number,)
    with pytest.raises(Refusal) as refused:
        apply(database, instance_of(small))
    assert refused.value.code == "app.still_used"
    assert case.number in refused.value.data["cases"]
    with database.read() as reader:
        assert builders.SUBSIDY in shelf.every(reader.connection, "services", Service)
