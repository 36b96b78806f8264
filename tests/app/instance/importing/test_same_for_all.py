"""What is wrong with a file is told in the same way whatever its rows are of."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.builders.definitions import SMALL, write
from tests.builders.importing import CATALOGUED, codes, done, lined, run
from tests.builders.tables import hiding

Rows = list[list[str]]
TITLE = "某县一览表"


@dataclass(frozen=True)
class Kind:
    """One kind of listing: a header, two sound rows, and where its codes and its departments stand."""

    head: list[str]
    rows: Rows
    coded: int
    department: int

    def with_cell(self, place: int, said: str) -> Rows:
        """Return header and rows, the first row with something else in one place."""
        first, *others = self.rows
        return [self.head, [*first[:place], said, *first[place + 1 :]], *others]


KINDS = {
    "departments": Kind(
        ["部门名称", "部门代号", "上级部门", "联系电话"],
        [["水务局", "w1", "", "0600-5550110"], ["林业局", "w2", "", "0600-5550111"]], 1, 2,
    ),
    "staff": Kind(
        ["姓名", "登录名", "所属部门", "角色"],
        [["张三", "zs", "财政局", "窗口人员"], ["李四", "ls", "财政局", "窗口人员"]], 1, 2,
    ),
    "grants": Kind(
        ["授权编号", "信息资源代码", "使用部门", "信息项", "使用目的", "授权依据", "开始日期", "结束日期"],
        [["G-1", "101003/9", "财政局", "姓名", "核对", "某法", "2026-01-01", "2027-01-01"],
         ["G-2", "101003/9", "财政局", "日期", "核对", "某法", "2026-01-01", "2027-01-01"]], 0, 2,
    ),
    "resources": Kind(
        ["信息资源代码", "信息资源名称", "信息资源提供方", "信息资源摘要", "信息资源格式",
         "共享类型", "信息项名称"],
        [["101003/1", "甲信息", "民政局", "摘要", "数据库", "无条件共享", "项一"],
         ["101003/2", "乙信息", "民政局", "另一摘要", "数据库", "无条件共享", "项一"]], 0, 2,
    ),
    "service-items": Kind(
        ["事项名称", "实施主体", "实施编码", "承诺时限"],
        [["取水许可", "财政局", "X-1", "5个工作日"], ["排水许可", "财政局", "X-2", "5个工作日"]], 2, 1,
    ),
}  # fmt: skip


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return write(tmp_path / "instance", SMALL + CATALOGUED)


def _wide(said: list[str], kind: Kind) -> list[str]:
    return said + [""] * (len(kind.head) - len(said))


def imported(rows: Rows, kind: str, instance: Path, tmp_path: Path, *more: str) -> dict[str, Any]:
    path = lined(tmp_path, *(",".join(row) for row in rows))
    return done(path, instance, "--dry-run", *more, kind=kind)


def ends(found: dict[str, Any]) -> dict[int, str]:
    return {one["line"]: one["code"] for one in found["ends"] if one["ending"] == "left_out"}


def _titles(kind: Kind) -> Rows:
    form = _wide(["填报单位：某局", "", "填报日期：2026-01-01"], kind)
    return [_wide([TITLE], kind), form, kind.head, *kind.rows]


def _groups(kind: Kind) -> Rows:
    return [_wide(["基本信息", "", "其他信息"], kind), kind.head, *kind.rows]


def _next_page(kind: Kind) -> Rows:
    top = [_wide([TITLE], kind), _wide(["基本信息", "", "其他信息"], kind), kind.head]
    return [*top, kind.rows[0], *top, kind.rows[1]]


def _totals(kind: Kind) -> Rows:
    return [kind.head, *kind.rows, _wide(["合計", "2"], kind)]


def _notes(kind: Kind) -> Rows:
    others = [["備註：以上"], ["一、某类"], ["填表人：张"], ["第1页"]]
    return [kind.head, *kind.rows, *(_wide(one, kind) for one in others)]


AGAIN = "import.header_again"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("broken", "titles", "left_out"),
    [
        (_titles, [1, 2], {}),
        (_groups, [], {}),
        (_next_page, [1], {5: AGAIN, 6: AGAIN, 7: AGAIN}),
        (_totals, [], {4: "import.totals_row"}),
        (
            _notes,
            [],
            {
                4: "import.note_row",
                5: "import.section_row",
                6: "import.note_row",
                7: "import.note_row",
            },
        ),
        (lambda kind: [kind.head, *kind.rows, kind.rows[0]], [], {4: "import.row_repeated"}),
        (lambda kind: [row[::-1] for row in (kind.head, *kind.rows)], [], {}),
    ],
    ids=["titles", "groups", "next page", "totals", "notes", "twice", "other order"],
)
def test_lines_that_are_no_rows_are_told_alike_and_become_none(
    instance: Path,
    tmp_path: Path,
    kind: str,
    broken: Callable[[Kind], Rows],
    titles: list[int],
    left_out: dict[int, str],
) -> None:
    found = imported(broken(KINDS[kind]), kind, instance, tmp_path)
    assert (found["imported"], ends(found)) == (2, left_out)
    told = [one["line"] for one in found["findings"] if one["code"] == "import.title_row"]
    assert told == titles


@pytest.mark.parametrize("kind", KINDS)
def test_the_lines_of_a_header_are_named_and_no_rows(
    instance: Path, tmp_path: Path, kind: str
) -> None:
    found = imported(_groups(KINDS[kind]), kind, instance, tmp_path)
    assert (found["header_lines"], found["rows"]) == ([1, 2], 2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_shortened_code_ends_its_row(instance: Path, tmp_path: Path, kind: str) -> None:
    rows = KINDS[kind].with_cell(KINDS[kind].coded, "1.1E+10")
    assert ends(imported(rows, kind, instance, tmp_path)) == {2: "import.code_shortened"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_without_its_code_is_told(instance: Path, tmp_path: Path, kind: str) -> None:
    found = imported(KINDS[kind].with_cell(KINDS[kind].coded, " "), kind, instance, tmp_path)
    assert codes(found, 2) & {"row_lacks", "row_without_code", "code_computed"}


@pytest.mark.parametrize("kind", KINDS)
def test_blanks_inside_a_code_are_told(instance: Path, tmp_path: Path, kind: str) -> None:
    code = KINDS[kind].rows[0][KINDS[kind].coded]
    rows = KINDS[kind].with_cell(KINDS[kind].coded, f"{code[0]} {code[1:]}")
    found = imported(rows, kind, instance, tmp_path)
    (told,) = [one for one in found["findings"] if one["code"] == "import.code_blanks"]
    assert (told["line"], told["found"]) == (2, "…" if kind == "staff" else code)


@pytest.mark.parametrize("kind", [one for one in KINDS if one != "service-items"])
def test_an_unknown_department_is_told_with_what_may_be_meant(
    instance: Path, tmp_path: Path, kind: str
) -> None:
    meant = "民政局" if kind == "resources" else "财政局"
    rows = KINDS[kind].with_cell(KINDS[kind].department, f"市{meant}")
    found = imported(rows, kind, instance, tmp_path)
    (told,) = [one for one in found["findings"] if one["line"] == 2]
    code = "reference_unknown" if kind == "departments" else "department_unknown"
    assert (told["code"], told["near"]) == (f"import.{code}", meant)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_needed_column_that_is_missing_is_named_as_people_of_the_language_name_it(
    instance: Path, tmp_path: Path, kind: str, language: str
) -> None:
    place = 0 if kind == "departments" else KINDS[kind].department
    rows = [[*row[:place], *row[place + 1 :]] for row in (KINDS[kind].head, *KINDS[kind].rows)]
    path = lined(tmp_path, *(",".join(row) for row in rows))
    refused = run(path, instance, "--language", language, kind=kind)
    assert refused.exit_code == 2
    assert f"“{KINDS[kind].head[place]}”" in refused.output or language == "en"
    if language == "en":
        assert KINDS[kind].head[place] in refused.output


@pytest.mark.parametrize("kind", KINDS)
def test_a_heading_in_traditional_characters_is_that_heading(
    instance: Path, tmp_path: Path, kind: str
) -> None:
    traditional = str.maketrans(
        "称门编码业务据资项类结开标级实联电话录属", "稱門編碼業務據資項類結開標級實聯電話錄屬"
    )
    rows = [[one.translate(traditional) for one in KINDS[kind].head], *KINDS[kind].rows]
    assert imported(rows, kind, instance, tmp_path)["imported"] == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_byte_that_is_no_character_is_told_with_its_line(
    instance: Path, tmp_path: Path, kind: str
) -> None:
    rows = [KINDS[kind].head, *KINDS[kind].rows]
    text = "\n".join(",".join(row) for row in rows).encode()
    first = rows[1][0].encode()
    path = tmp_path / "listing.csv"
    path.write_bytes(text.replace(first, first + b"\xff", 1))
    assert "bad_bytes" in codes(done(path, instance, "--dry-run", kind=kind), 2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_hidden_sheet_with_rows_is_told(instance: Path, tmp_path: Path, kind: str) -> None:
    rows = [KINDS[kind].head, *KINDS[kind].rows]
    book = hiding(tmp_path / "a.xlsx", [("表", False, rows), ("旧表", True, rows)])
    found = done(book, instance, "--dry-run", kind=kind)
    assert (found["imported"], "sheets_hidden" in codes(found)) == (2, True)


@pytest.mark.parametrize(
    ("kind", "by"), [("departments", "名称"), ("grants", "编码"), ("service-items", "编码")]
)
def test_what_two_rows_have_in_common_is_called_what_it_is(
    instance: Path, tmp_path: Path, kind: str, by: str
) -> None:
    other = {"departments": "0600-5550119", "grants": "2028-01-01", "service-items": "9个工作日"}[
        kind
    ]
    first = KINDS[kind].rows[0]
    rows = [KINDS[kind].head, first, [*first[:-1], other]]
    path = lined(tmp_path, *(",".join(row) for row in rows))
    said = run(path, instance, "--dry-run", "--language", "zh", kind=kind).output
    assert f"与第 2 行{by}相同" in said
