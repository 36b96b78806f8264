"""Whatever stands in a listing, every row ends as a service, a part of one, or a named finding."""

import contextlib
import csv
import io
import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.definitions import SMALL, instance_in, write

from tongban.app.instance.importing.findings import KINDS
from tongban.app.instance.importing.outcome import Ending, Imported
from tongban.app.instance.importing.pipeline import Request, import_listing
from tongban.app.instance.importing.reporting import as_plain, as_text
from tongban.app.instance.importing.targets import targets
from tongban.kernel.errors import Refusal
from tongban.kernel.identifiers import make_credit_code, make_implementation_code
from tongban.kit.i18n import catalogue
from tongban.modules.services.model import Service

_EASY = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NATIONAL = make_implementation_code(make_credit_code("11", "470181", "01701044"), 4, "472000001000")
HEAD = ("事项名称", "办理项", "实施主体", "实施编码", "事项类型", "承诺办结时限", "法定办结时限", "服务对象",
        "办理形式", "申请材料", "设定依据", "到现场次数", "指南网址", "是否收费", "行使层级")  # fmt: skip
SAID = ("", "无", "甲", "取水许可", "水务局", "财政局", "X-1", "X-2", NATIONAL, f"{NATIONAL}01",
        NATIONAL.lower(), "1.147E+30", "01", "行政许可", "5个工作日", "20", "3天", "即办", "自然人;企业法人",
        "法人", "窗口办理", "1.表；2.照（原件1份）", "《某法》第一条《某条例》", "0次", "999", "https://x.example/1",
        "http://a b", "是", "否", "县级", "9", "合计", "事项名称", "实施主体",
        "d41d8cd98f00b204e9800998ecf8427e",
        "\u202e甲\u200b", "\ufffd", "²", "x" * 300, "a\nb", "[{\"code\":\"m\",\"name\":\"表\"}]",
        "[{}]", "-1", "1.5", "；；", "《", "{0}", "=1+1")  # fmt: skip
CELLS = st.one_of(st.sampled_from(SAID), st.text(max_size=6))
ROWS = st.lists(st.lists(CELLS, min_size=0, max_size=len(HEAD) + 2), max_size=8)


def _imported(path: Path, into: Path) -> Imported:
    done = import_listing(Request("services", path, into, keep_rows=True))
    assert done.rows == len(done.ends) == sum(done.endings.values())
    kinds = [KINDS[end.code] for end in done.ends if end.ending is Ending.LEFT_OUT]
    assert all(kind.leaves_out for kind in kinds)
    for language in ("zh", "en"):
        assert list(as_text(done, language, everything=True))
    json.dumps(as_plain(done), default=list)
    return done


@_EASY
@given(rows=ROWS)
def test_every_row_ends_and_what_is_imported_passes_the_check(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        into = write(Path(folder) / "instance", SMALL)
        text = io.StringIO(newline="")
        csv.writer(text).writerows([HEAD, *rows])
        path = Path(folder) / "listing.csv"
        path.write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))
        done = _imported(path, into)
        found = instance_in(into)
        assert found.errors == []
        assert len(found.every(Service)) == done.count(Ending.IMPORTED)


@_EASY
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_no_bytes_make_more_than_services_or_a_refusal(tmp_path: Path, content: bytes) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        path = Path(folder) / "listing"
        path.write_bytes(b",".join(name.encode() for name in HEAD[:5]) + b"\n" + content)
        with contextlib.suppress(Refusal):
            _imported(path, Path(folder) / "into")


@_EASY
@given(
    records=st.lists(
        st.dictionaries(
            st.sampled_from([*HEAD, "a.b", ""]),
            st.recursive(
                st.one_of(CELLS, st.integers(), st.none(), st.booleans()),
                lambda inner: st.one_of(
                    st.lists(inner, max_size=3),
                    st.dictionaries(st.text(max_size=3), inner, max_size=3),
                ),
                max_leaves=5,
            ),
            max_size=8,
        ),
        max_size=5,
    )
)
def test_no_json_makes_more_than_services_or_a_refusal(tmp_path: Path, records: object) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        path = Path(folder) / "listing.json"
        path.write_text(json.dumps({"data": records}), "utf-8")
        with contextlib.suppress(Refusal):
            _imported(path, Path(folder) / "into")


def test_every_finding_has_its_sentence_in_both_languages() -> None:
    for code in KINDS:
        sentences = catalogue()[f"app.import.{code}"]
        assert sentences["zh"]
        assert sentences["en"]


def test_no_two_keys_of_a_target_prefer_the_same_name() -> None:
    for target in targets().values():
        first = [key.names[0] for key in target.keys.values()]
        assert len(first) == len(set(first))
        assert all(len(key.names) == len(set(key.names)) for key in target.keys.values())
