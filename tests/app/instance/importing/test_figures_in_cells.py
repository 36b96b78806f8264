"""Limits, visits, fees and codes in words are read rightly, or are a finding and never a wrong value."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, lined

from tongban.app.instance.importing.cells import Asked, read_cell
from tongban.app.instance.importing.figures import figure
from tongban.app.instance.importing.findings import Partly, Unfit
from tongban.app.instance.importing.targets import targets
from tongban.modules.services.model import Limited, Service


def read(key: str, said: str, column: str = "") -> Any:
    """Return what a cell of services says: a value, a value with codes of doubts, or a code."""
    known = targets()["services"].key(key)
    assert known is not None
    try:
        found = read_cell(said, Asked(known, column=column))
    except Unfit as unfit:
        return unfit.code
    if isinstance(found, Partly):
        return (found.value, *(one.code for one in found.doubts))
    return found


def wd(days: int) -> dict[str, Any]:
    return {"days": days, "unit": "working_day"}


def cd(days: int) -> dict[str, Any]:
    return {"days": days, "unit": "day"}


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("零", 0), ("一", 1), ("两", 2), ("十", 10), ("十五", 15), ("二十", 20), ("四十五", 45),
        ("一百", 100), ("一百零五", 105), ("一百二十", 120), ("三百六十五", 365), ("45", 45),
        ("", None), ("一百一", None), ("一零", None), ("十十", None), ("零五", None), ("二〇", None),
    ],
)  # fmt: skip
def test_a_number_in_words_is_read_as_laws_write_it_or_not_at_all(
    said: str, number: int | None
) -> None:
    assert figure(said) == number


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("15（工作日）", wd(15)), ("15(个工作日)", wd(15)), ("15个工作日", wd(15)), ("15 工作日内", wd(15)),
        ("四十五个工作日", wd(45)), ("十五工作日", wd(15)), ("两个工作日", wd(2)), ("7个自然日", cd(7)),
        ("二十日（自然日）", cd(20)), ("20天（工作日）", wd(20)), ("自受理之日起15个工作日内", wd(15)),
        ("受理后15个工作日内办结", wd(15)), ("不超过10个工作日", wd(10)), ("最长10个工作日。", wd(10)),
        ("即办", wd(0)), ("当场办结", wd(0)), ("即时办结", wd(0)), ("当日办结（0个工作日）", wd(0)),
        ("即办（当场办结）", wd(0)), ("立等可取", wd(0)),
        ("20个工作日（不含公示）", (wd(20), "note_not_kept")),
        ("20个工作日，不含听证时间", (wd(20), "note_not_kept")),
        ("20个工作日（特殊情况可延长10个工作日）", (wd(20), "note_not_kept")),
        ("3个月", "limit_in_other_unit"), ("1周", "limit_in_other_unit"), ("2年内", "limit_in_other_unit"),
        ("半年", "limit_in_other_unit"), ("一个半月", "limit_in_other_unit"),
        ("24小时", "limit_in_other_unit"),
        ("三十分钟", "limit_in_other_unit"), ("1个月（30日）", "limit_in_other_unit"),
        ("3個工作日", wd(3)), ("15個自然日", cd(15)), ("即辦", wd(0)), ("當場辦結", wd(0)), ("當日", wd(0)),
        ("三個月", "limit_in_other_unit"), ("20日(不含公示)", "limit_unit_unknown"),
        ("1个工作日（即办）", "value_unfit"), ("即办（5个工作日）", "value_unfit"),
        ("20个工作日（法定），5个工作日（承诺）", "value_unfit"), ("法定20个工作日", "value_unfit"),
        ("自受理之日起3个月内", "limit_in_other_unit"), ("2 weeks", "limit_in_other_unit"),
        ("15", "limit_unit_unknown"), ("十五日", "limit_unit_unknown"), ("20天", "limit_unit_unknown"),
        ("15-20个工作日", "value_unfit"), ("1.5个工作日", "value_unfit"), ("半个工作日", "value_unfit"),
        ("5工作日/10工作日", "value_unfit"), ("20自然日（工作日）", "value_unfit"),
        ("20个工作日（承诺5个工作日）", "value_unfit"), ("法律没有规定", "value_unfit"),
        ("5个工作日，特殊10个工作日", "value_unfit"), ("原20个工作日，现5个工作日", "value_unfit"),
        ("", None),
    ],
)  # fmt: skip
def test_a_limit_in_words_is_days_of_a_stated_unit_or_a_finding(said: str, found: Any) -> None:
    assert read("promised_limit", said) == found


@pytest.mark.parametrize(
    ("said", "statutory", "promised"),
    [
        ("法定30工作日 承诺10工作日", wd(30), wd(10)),
        ("法定时限：30个工作日；承诺时限：10个工作日", wd(30), wd(10)),
        ("承诺办结时限10个自然日、法定办结时限三十个工作日", wd(30), cd(10)),
        ("法定3个月 承诺10工作日", "limit_in_other_unit", wd(10)),
        ("承诺10工作日", "value_unfit", wd(10)),
        ("法定30工作日 承诺即办", wd(30), wd(0)),
        ("法定30工作日 承诺10工作日 承诺5工作日", wd(30), "value_unfit"),
    ],
)
def test_of_two_limits_in_a_cell_each_key_takes_its_own(
    said: str, statutory: Any, promised: Any
) -> None:
    assert (read("statutory_limit", said), read("promised_limit", said)) == (statutory, promised)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("0次", 0), ("0", 0), ("零次", 0), ("1次", 1), ("一次", 1), ("2", 2), ("２次", 2), ("1 次", 1),
        ("跑1次", 1), ("0（全程网办）", 0), ("全程网办", 0), ("不见面审批", 0), ("无需到现场", 0),
        ("1次（领取结果）", (1, "note_not_kept")),
        ("不超过1次", "visits_range"), ("最多跑一次", "visits_range"), ("至多1次", "visits_range"),
        ("1-2", "visits_range"), ("1～2次", "visits_range"), ("0或1", "visits_range"),
        ("1次以内", "visits_range"), ("≤1", "visits_range"),
        ("1（全程网办）", "value_unfit"), ("视情况", "value_unfit"), ("-1", "value_unfit"),
        ("是", "value_unfit"),
    ],
)  # fmt: skip
def test_visits_are_an_exact_number_or_a_finding(said: str, found: Any) -> None:
    assert read("visits", said) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("不收费", "不收费"), ("否", "不收费"), ("免费", "不收费"), ("不收取任何费用", "不收费"),
        ("0元", "不收费"), ("０元", "不收费"), ("0.00元", "不收费"), ("¥0", "不收费"), ("0元/证", "不收费"),
        ("无收费标准", "不收费"), ("20元/证", "20元/证"), ("10元/证；补领20元/证", "10元/证；补领20元/证"),
        ("按发改价格〔2013〕1494号文件执行", ("按发改价格〔2013〕1494号文件执行", "fee_without_amount")),
        ("免收小微企业登记费", "免收小微企业登记费"), ("20 yuan", "20 yuan"),
        ("按文件执行", ("按文件执行", "fee_without_amount")),
        ("按照国家有关规定收取", ("按照国家有关规定收取", "fee_without_amount")),
        ("是", "fee_not_said"), ("收费", "fee_not_said"), ("有", "fee_not_said"),
        ("见附件", "value_unfit"), ("详见附件", "value_unfit"), ("见文件", "value_unfit"),
        ("详见收费标准", "value_unfit"), ("20", "value_unfit"), ("1", "value_unfit"), ("无", None),
        ("/", None), ("無", None), ("收费标准：无", ""), ("收费标准：20", "value_unfit"),
        ("收费：是", "fee_not_said"),
        ("收费标准:不收费", "不收费"), ("不涉及", "不收费"), ("不收費", "不收费"), ("不涉及收费。", "不收费"),
        ("减半收取", ("减半收取", "fee_without_amount")), ("按面积计", ("按面积计", "fee_without_amount")),
        ("依据《某办法》收取", ("依据《某办法》收取", "fee_without_amount")),
        ("市场调节价", ("市场调节价", "fee_without_amount")),
        ("依申请减免", ("依申请减免", "fee_without_amount")),
        ("无（见说明）", "fee_none_unclear"), ("无（某号文取消）", "无（某号文取消）"),
        ("每证10元", "每证10元"), ("10元/本", "10元/本"), ("50-100元", "50-100元"), ("二十元", "二十元"),
        ("¥20", "¥20"),
        ("20块", "20块"), ("按2%收取", "按2%收取"), ("千分之五", "千分之五"), ("1,200元", "1,200元"),
        ("50美元", "50美元"),
        ("免费（工本费5元）", "免费（工本费5元）"), ("不收费（国家规定）", "不收费（国家规定）"),
        ("暂不收费", "暂不收费"),
    ],
)  # fmt: skip
def test_a_fee_is_an_amount_none_or_a_finding(said: str, found: Any) -> None:
    assert read("fee", said) == found


@pytest.mark.parametrize(
    ("key", "said", "found"),
    [
        ("audience", "自然人/法人", ["1", "2", "3", "4"]),
        ("audience", "自然人 法人", ["1", "2", "3", "4"]),
        ("audience", "公民、法人和其他组织", ["1", "2", "3", "4", "6"]),
        ("audience", "自然人（个人），企业法人", ["1", "2"]),
        ("audience", "事业单位法人或社会团体", ["3", "4"]),
        ("audience", "public institution, people", ["3", "1"]),
        ("audience", "自然人（企业）", "value_unfit"), ("audience", "全部", "value_unfit"),
        ("audience", "自然人、个体工商户", (["1"], "word_unknown")),
        ("kind", "即办件", "1"), ("kind", "承诺件", "2"), ("kind", "即办件/承诺件", "value_unfit"),
        ("kind", "上报件", "value_unfit"),
        ("charged", "√", True), ("charged", "×", False), ("charged", "是/否", "value_unfit"),
        ("charged", "见附件", "value_unfit"),
    ],
)  # fmt: skip
def test_codes_in_words_are_those_of_the_standard_or_a_finding(
    key: str, said: str, found: Any
) -> None:
    assert read(key, said) == found


def _only(instance: Path) -> Service:
    loaded = instance_in(instance)
    assert loaded.errors == []
    return next(iter(loaded.every(Service).values()))


HEAD = "事项名称,实施主体,"


@pytest.mark.parametrize(
    ("charged", "fee", "said", "code"),
    [
        ("否", "20元/证", "", "fee_contradicts"),
        ("是", "不收费", "", "fee_contradicts"),
        ("是", "", "", "fee_not_said"),
        ("是", "见附件", "", "value_unfit"),
        ("", "无", "", "fee_none_unclear"),
        ("否", "无", "不收费", ""),
        ("否", "免收工本费20元", "", "fee_contradicts"),
        ("否", "依据某文件免征", "依据某文件免征", ""),
        ("是", "不收费（国家规定）", "", "fee_contradicts"),
        ("是", "暂不收费", "", "fee_contradicts"),
        ("是", "不涉及", "", "fee_contradicts"),
        ("否", "收费标准：无", "不收费", ""),
        ("", "收费标准：无", "", "fee_none_unclear"),
        ("是", "收费标准：无", "", "fee_not_said"),
        ("是", "免收小微企业登记费", "免收小微企业登记费", ""),
        ("是", "20元/证", "20元/证", ""),
    ],
)
def test_whether_and_how_much_is_charged_agree_or_are_a_finding(
    charged: str, fee: str, said: str, code: str, instance: Path, tmp_path: Path
) -> None:
    path = lined(tmp_path, f"{HEAD}是否收费,收费标准", f"取水许可,水务局,{charged},{fee}")
    found = done(path, instance)
    assert codes(found, 2) - {"code_made"} == ({code} if code else set())
    assert _only(instance).fee == said


@pytest.mark.parametrize(
    ("days", "unit", "limit", "code"),
    [
        ("3", "月", None, "limit_in_other_unit"),
        ("15自然日", "工作日", None, "limit_units_differ"),
        ("15个工作日", "月", Limited(days=15), "value_unfit"),
        ("15", "自然日", None, "limit_units_differ"),
        ("15", "工作日", Limited(days=15), "code_made"),
        ("15天", "工作日", Limited(days=15), "code_made"),
    ],
)
def test_a_column_of_units_that_says_otherwise_never_makes_days(
    days: str, unit: str, limit: Limited | None, code: str, instance: Path, tmp_path: Path
) -> None:
    head = f"{HEAD}承诺办结时限（工作日）,承诺办结时限单位"
    found = done(lined(tmp_path, head, f"取水许可,水务局,{days},{unit}"), instance)
    assert code in codes(found, 2)
    assert _only(instance).promised_limit == limit


@pytest.mark.parametrize("said", ["15个自然日", "15（自然日）", "15個自然日"])
def test_a_cell_that_contradicts_the_name_of_its_column_is_no_limit(
    said: str, instance: Path, tmp_path: Path
) -> None:
    path = lined(tmp_path, f"{HEAD}承诺办结时限（工作日）", f"取水许可,水务局,{said}")
    assert "limit_units_differ" in codes(done(path, instance), 2)
    assert _only(instance).promised_limit is None


def test_a_second_limit_in_a_cell_is_told_until_its_column_is_given_to_both(
    instance: Path, tmp_path: Path
) -> None:
    path = lined(tmp_path, f"{HEAD}办结时限", "取水许可,水务局,法定30工作日 承诺10工作日")
    first = done(path, instance, "--map", "statutory_limit=办结时限")
    assert "limit_of_both" in codes(first, 2)
    assert _only(instance).promised_limit is None
    both = ("--map", "statutory_limit=办结时限", "--map", "promised_limit=办结时限")
    second = done(path, instance, "--replace", *both)
    assert "limit_of_both" not in codes(second, 2)
    service = _only(instance)
    assert (service.statutory_limit, service.promised_limit) == (Limited(days=30), Limited(days=10))


@pytest.mark.parametrize("other", ["", "—"])
def test_a_second_limit_in_a_cell_is_told_where_its_own_column_says_nothing(
    other: str, instance: Path, tmp_path: Path
) -> None:
    row = f"取水许可,水务局,法定30工作日 承诺10工作日,{other}"
    path = lined(tmp_path, f"{HEAD}法定办结时限,承诺办结时限", row)
    assert "limit_of_both" in codes(done(path, instance), 2)
    assert _only(instance).promised_limit is None


@pytest.mark.parametrize(
    ("beside", "told"),
    [
        ("月", "limit_in_other_unit"),
        ("个月", "limit_in_other_unit"),
        ("小时", "limit_in_other_unit"),
        ("H", "limit_in_other_unit"),
        ("天", "limit_unit_unknown"),
        ("D", "limit_unit_unknown"),
        ("件", "value_unfit"),
    ],
)
def test_a_unit_beside_that_is_no_day_is_told_and_no_map_is_advised_for_it(
    beside: str, told: str, instance: Path, tmp_path: Path
) -> None:
    path = lined(tmp_path, f"{HEAD}承诺时限,承诺时限单位", f"取水许可,水务局,1,{beside}")
    found = done(path, instance)
    of_limit = {"limit_in_other_unit", "limit_unit_unknown", "value_unfit"}
    assert codes(found, 2) & of_limit == {told}
    assert _only(instance).promised_limit is None


@pytest.mark.parametrize(("beside", "taken"), [("天", True), ("D", True), ("月", False)])
def test_what_is_advised_for_days_helps_and_makes_no_working_day_of_a_month(
    beside: str, taken: bool, instance: Path, tmp_path: Path
) -> None:
    path = lined(tmp_path, f"{HEAD}承诺时限,承诺时限单位", f"取水许可,水务局,1,{beside}")
    said = tmp_path / "map.yaml"
    said.write_text("promised_limit: {column: 承诺时限, unit: working_day}\n", "utf-8")
    done(path, instance, "--map", str(said))
    assert _only(instance).promised_limit == (Limited(days=1) if taken else None)


def test_a_fee_that_is_false_is_none_and_one_that_is_true_is_told(
    instance: Path, tmp_path: Path
) -> None:
    assert read("fee", "false") == read("fee", "FALSE") == "不收费"
    assert read("fee", "true") == read("fee", "TRUE") == "fee_not_said"
    path = tmp_path / "a.json"
    of_one = {"事项名称": "甲", "实施主体": "财政局", "收费标准": False, "是否收费": False}
    path.write_text(json.dumps([of_one, {**of_one, "事项名称": "乙", "收费标准": True}]), "utf-8")
    found = done(path, instance)
    assert not codes(found, 1) & {"fee_contradicts", "fee_without_amount"}
    assert "fee_not_said" in codes(found, 2)


@pytest.mark.parametrize(
    "key", ["summary", "conditions", "remedy", "keywords", "window.address", "window.phone"]
)
def test_true_and_false_are_no_words(key: str) -> None:
    assert read(key, "true") == read(key, "FALSE") == "value_unfit"
    assert read(key, "true 与 false") not in (None, "value_unfit")
