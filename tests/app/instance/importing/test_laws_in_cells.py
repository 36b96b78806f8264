"""The laws in a cell keep their titles, their articles and their order; the rest is a finding."""

from pathlib import Path

import pytest
from tests.builders.definitions import instance_in
from tests.builders.importing import codes, done, lined

from tongban.app.instance.importing.laws import bases_of
from tongban.modules.services.model import Basis, Service

Laws = list[tuple[str, str]]


QUOTED = (
    "《甲法》（2015年修订）第十六条企业必须按照部门制定的《乙规范》经营。《乙规范》的具体办法由部门规定",
    "《丙条例》（2002年施行国务院令第360号）第十三条取得《丙许可证》之日起申请认证",
)


def _law(said: str) -> tuple[str, str]:
    title, _, article = said[1:].partition("》")
    return title, article


def read(said: str) -> tuple[Laws, list[str]]:
    found = bases_of(said)
    laws = [(one["title"], one.get("article", "")) for one in found.laws]
    return laws, [one.code for one in found.doubts]


@pytest.mark.parametrize(
    ("said", "laws"),
    [
        ("【法律】《甲法》（2018年修正）第七条", [("甲法", "（2018年修正）第七条")]),
        ("《甲条例》（国务院令第460号，2005年12月修订）第二条",
         [("甲条例", "（国务院令第460号，2005年12月修订）第二条")]),
        ("【行政法规】《甲条例》第二条\n【部门规章】《乙办法》第三条",
         [("甲条例", "第二条"), ("乙办法", "第三条")]),
        ("【规范性文件】甲办发〔2019〕5号 第三条", [("甲办发〔2019〕5号", "第三条")]),
        ("【规范性文件】《甲的通知》（甲办发〔2019〕5号）第三条",
         [("甲的通知", "（甲办发〔2019〕5号）第三条")]),
        ("法律：《甲法》第三条；行政法规：《乙条例》第二条", [("甲法", "第三条"), ("乙条例", "第二条")]),
        ("（法律）《甲法》第三条", [("甲法", "第三条")]),
        ("【法律】无 【行政法规】《乙条例》第二条", [("乙条例", "第二条")]),
        ("《甲法》第七条第二款第（三）项", [("甲法", "第七条第二款第（三）项")]),
        ("《甲法》第二十五条、第二十六条第三、四、五、六项、第二十七条",
         [("甲法", "第二十五条、第二十六条第三、四、五、六项、第二十七条")]),
        ("《甲法》第三条、第四条和《乙法》第五条", [("甲法", "第三条、第四条"), ("乙法", "第五条")]),
        ("①《甲法》第三条②《乙法》第四条", [("甲法", "第三条"), ("乙法", "第四条")]),
        ("（一）《甲法》第三条（二）《乙法》第四条", [("甲法", "第三条"), ("乙法", "第四条")]),
        ("根据《甲法》第三条", [("甲法", "第三条")]),
        ("设定依据：《甲法》第三条", [("甲法", "第三条")]),
        ("《甲法》；第七条", [("甲法", "第七条")]),
        ("《甲目录》（一）", [("甲目录", "（一）")]),
        ("《中华人民共和国甲\n法》第七条\n第二款", [("中华人民共和国甲法", "第七条 第二款")]),
        ("《甲条例》国务院令第412号附件第12项", [("甲条例", "国务院令第412号附件第12项")]),
        ("国务院关于修改《甲法》的决定第三条", [("国务院关于修改《甲法》的决定", "第三条")]),
        ("关于印发《甲办法》的通知（甲府发〔2019〕5号）第三条",
         [("关于印发《甲办法》的通知", "（甲府发〔2019〕5号）第三条")]),
        ("国家税务总局《关于甲的通知》（税总发〔2019〕5号）第三条",
         [("关于甲的通知", "（国家税务总局）（税总发〔2019〕5号）第三条")]),
        ("中华人民共和国甲法第七条；乙管理条例第三条",
         [("中华人民共和国甲法", "第七条"), ("乙管理条例", "第三条")]),
        ("Water Act s. 7; Air Act s. 3", [("Water Act s. 7", ""), ("Air Act s. 3", "")]),
    ],
)  # fmt: skip
def test_a_law_is_its_title_and_behind_it_number_and_articles_in_order(
    said: str, laws: Laws
) -> None:
    assert read(said) == (laws, [])


@pytest.mark.parametrize(
    ("said", "laws"),
    [
        (f"【法律】{QUOTED[0]}；　　【法规】1.{QUOTED[1]}。", [_law(QUOTED[0]), _law(QUOTED[1])]),
        (
            "《甲办法》第三十八条：《乙证书》有效期5年。审查不合格的，按第三十七条办理。",
            [("甲办法", "第三十八条：《乙证书》有效期5年。审查不合格的，按第三十七条办理")],
        ),
        (
            "《甲法》第三条：“依照《乙法》第四条办理；《丙法》第六条除外。”《丁法》第五条",
            [("甲法", "第三条：“依照《乙法》第四条办理；《丙法》第六条除外。”"), ("丁法", "第五条")],
        ),
    ],
)  # fmt: skip
def test_a_law_that_the_quoted_words_mention_is_none_of_its_own(said: str, laws: Laws) -> None:
    assert read(said) == (laws, [])


@pytest.mark.parametrize(
    ("said", "laws", "doubts"),
    [
        ("第七条", [], ["basis_without_law"]),
        ("第七条；第八条第二款", [], ["basis_without_law"]),
        ("第七条\n《甲法》第三条", [("甲法", "第三条")], ["basis_without_law"]),
        ("依法行政。按照有关要求办理。", [("依法行政。按照有关要求办理", "")], ["basis_unclear"]),
        ("本事项由县里定。\n《甲法》第三条", [("甲法", "第三条")], ["basis_left_out"]),
        ("《甲法", [("《甲法", "")], ["basis_unclear"]),
        ("【其他】三定方案职责", [("三定方案职责", "")], ["basis_unclear"]),
        ("《甲法》第三条规定的，依照《乙法》第五条办理",
         [("甲法", "第三条规定的，依照《乙法》第五条办理")], ["basis_in_text"]),
    ],
)  # fmt: skip
def test_what_names_no_law_is_a_finding(said: str, laws: Laws, doubts: list[str]) -> None:
    assert read(said) == (laws, doubts)


def test_a_row_with_an_article_of_no_law_is_told_and_keeps_its_laws(
    instance: Path, tmp_path: Path
) -> None:
    path = lined(tmp_path, "事项名称,实施主体,设定依据", "取水许可,水务局,第七条；《水法》第八条")
    found = done(path, instance)
    assert "basis_without_law" in codes(found, 2)
    loaded = instance_in(instance)
    assert loaded.errors == []
    service = next(iter(loaded.every(Service).values()))
    assert service.basis == (Basis(title="水法", article="第八条"),)


@pytest.mark.parametrize(
    "said",
    [
        "●《水法》第七条●《防洪法》第三条",
        "● 《水法》第七条\n● 《防洪法》第三条",
        "❶《水法》第七条❷《防洪法》第三条",
        "[1]《水法》第七条[2]《防洪法》第三条",
        "-《水法》第七条\n-《防洪法》第三条",
        "a)《水法》第七条b)《防洪法》第三条",
        "1 《水法》第七条\n2 《防洪法》第三条",
        "依据1：《水法》第七条\n依据2：《防洪法》第三条",
        "《水法》第七条+《防洪法》第三条",
        "●水法第七条●防洪法第三条",
        "《水法》第七条。●《防洪法》第三条",
        "\uf06c《水法》第七条\n\uf06c《防洪法》第三条",
    ],
)
def test_laws_are_parted_at_every_sign_that_listings_use(said: str) -> None:
    found = bases_of(said)
    assert found.doubts == []
    laws = [(one["title"], one["article"]) for one in found.laws]
    assert laws == [("水法", "第七条"), ("防洪法", "第三条")]


@pytest.mark.parametrize("said", ["●", "★", "●\n●"])
def test_no_law_is_called_after_a_sign(said: str) -> None:
    found = bases_of(said)
    assert (found.laws, [one.code for one in found.doubts]) == ([], ["basis_left_out"])
