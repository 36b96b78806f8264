"""What check would refuse is told at the row that brings it, by check's own sentence."""

from pathlib import Path

import pytest
from tests.builders.definitions import SMALL, instance_in, write
from tests.builders.importing import CATALOGUED, checked, done, file, run

from tongban.kit.definitions.finding import Severity

BEFORE = (
    CATALOGUED
    + """- code: 101003/8
  name: 案卷
  provider: civil-affairs
  abstract: 案卷
  format: {category: database}
  items: [{name: 案由}]
  share: {type: none, basis: 《某法》第一条}
"""
)
HEAD = "信息资源代码,信息资源名称,信息资源提供方,信息资源摘要,信息资源格式,共享类型,共享条件,共享依据,是否向社会开放,信息项名称\n"  # noqa: E501 - one header
ROWS = (
    "101003/1,甲,民政局,甲的情况,数据库,有条件共享,办件,,否,项\n"
    "101003/2,乙,民政局,乙的情况,数据库,不予共享,,,否,项\n"
    "101003/3,丙,民政局,丙的情况,数据库,不予共享,,《某法》,是,项\n"
)


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return write(tmp_path / "instance", SMALL + BEFORE)


def of_check(folder: Path, file: str) -> set[tuple[str, str]]:
    """Return code and severity of what check finds in a file, hints aside."""
    return {
        (one.code, one.severity.value)
        for one in instance_in(folder).findings
        if one.place.file == file and one.severity is not Severity.INFO
    }


@pytest.mark.parametrize("dry", [True, False])
def test_a_resource_that_check_refuses_is_told_at_its_row(
    instance: Path, tmp_path: Path, dry: bool
) -> None:
    path = file(tmp_path, HEAD + ROWS)
    found = done(path, instance, *(["--dry-run"] if dry else []), kind="resources")
    errors = {(line, code) for line, code, severity in checked(found) if severity == "error"}
    assert {(3, "catalog.refusal_without_basis"), (4, "catalog.open_but_not_shared")} <= errors
    assert (found["imported"], found["checked"]["error"]) == (3, len(errors))
    if not dry:
        assert {(code, severity) for _, code, severity in checked(found)} == of_check(
            instance, "resources/imported.yaml"
        )


def test_the_sentence_is_that_of_check_in_the_language_that_is_asked_for(
    instance: Path, tmp_path: Path
) -> None:
    path = file(tmp_path, HEAD + ROWS)
    for language in ("zh", "en"):
        said = run(path, instance, "--dry-run", "--language", language, kind="resources").output
        done(path, instance, "--replace", kind="resources")
        of_second = [
            one.message(language)
            for one in instance_in(instance).findings
            if one.subject == "resources/101003/2" and one.severity is Severity.ERROR
        ]
        assert of_second
        assert all(f"     3  {one}" in said for one in of_second)


def test_a_grant_that_check_refuses_is_told_at_its_row(instance: Path, tmp_path: Path) -> None:
    text = (
        "code,resource,department,items,purpose,basis,rests_on,starts,ends\n"
        "G-1,101003/9,finance,姓名,核对,《某法》,法定,2026-01-01,2027-12-31\n"
        "G-2,101003/8,finance,案由,核对,《某法》,法定,2026-01-01,2027-12-31\n"
    )
    found = done(file(tmp_path, text), instance, kind="grants")
    assert {(code, severity) for _, code, severity in checked(found)} == of_check(
        instance, "grants/imported.csv"
    )
    assert 3 in {line for line, _, severity in checked(found) if severity == "error"}


@pytest.mark.parametrize("above", ["first", "last"])
def test_a_circle_of_departments_that_an_import_would_close_is_told_and_not_made(
    instance: Path, tmp_path: Path, above: str
) -> None:
    code = {"first": "a-bureau", "last": "z-bureau"}[above]
    write(instance, f"# file: departments/own.yaml\n- {{code: {code}, name: 甲局, parent: mid}}\n")
    path = file(tmp_path, "部门名称,部门代号,上级部门\n乙局,mid,甲局\n")
    found = done(path, instance, "--dry-run", kind="departments")
    told = [(one["line"], one["way"]) for one in found["findings"] if "way" in one]
    assert told == [(2, "乙局 → 甲局 → 乙局")]
    assert checked(found) == []


def test_services_and_the_departments_that_they_bring_are_told_at_their_rows(
    instance: Path, tmp_path: Path
) -> None:
    found = done(file(tmp_path, "事项名称,部门,编码\n甲,财政局,X-1\n乙,某局,X-2\n"), instance)
    lines = {(line, code) for line, code, _ in checked(found)}
    assert {(2, "services.listed_incomplete"), (3, "services.listed_incomplete")} <= lines
    assert {(code, severity) for _, code, severity in checked(found)} == of_check(
        instance, "services/imported.csv"
    ) | of_check(instance, "departments/imported.csv")


def test_the_text_says_how_much_the_checks_find(instance: Path, tmp_path: Path) -> None:
    said = run(
        file(tmp_path, HEAD + ROWS), instance, "--dry-run", "--language", "zh", kind="resources"
    ).output
    assert "按检查实例的规则看过：3 个错误" in said
