"""One hint says which names lack English, where a government offers English pages."""

import pytest
from tests.builders.definitions import TODAY

from tongban.app.instance.parts import PARTS
from tongban.app.setup import demonstration_folder
from tongban.kit.definitions.finding import Finding
from tongban.kit.definitions.folder import read_folder
from tongban.kit.definitions.loading import load, load_texts

GOVERNMENT = """name: {zh: 云溪县, en: Yunxi}
division: "470182"
level: "5"
origin: yunxi.example/ledger
"""
DEPARTMENTS = """
- {code: civil, name: {zh: 民政局, en: Civil Affairs}, contact: {name: 社会救助科}}
- {code: justice, name: 司法局}
"""


def _said(what: str = "english_missing", **files: str) -> list[Finding]:
    texts = {f"{name}.yaml": text for name, text in files.items()}
    found = load_texts(texts, PARTS, TODAY).findings
    return [one for one in found if one.code == f"government.{what}"]


def test_one_hint_counts_the_names_without_english_and_says_where_they_are() -> None:
    (hint,) = _said(government=GOVERNMENT, departments=DEPARTMENTS)
    assert hint.data["count"] == 2
    assert hint.data["where"]["en"] == "departments 2 (civil, justice)"


def test_a_government_in_chinese_alone_is_asked_for_no_english() -> None:
    chinese = GOVERNMENT + "languages: [zh]\n"
    assert _said(government=chinese, departments=DEPARTMENTS) == []


def test_a_government_that_has_no_english_name_has_not_begun_to_write_english() -> None:
    chinese = GOVERNMENT.replace("{zh: 云溪县, en: Yunxi}", "云溪县")
    assert _said(government=chinese, departments=DEPARTMENTS) == []


def test_english_of_blanks_alone_is_none() -> None:
    blank = "- {code: civil, name: {zh: 民政局, en: ' '}}\n"
    assert [one.data["count"] for one in _said(government=GOVERNMENT, departments=blank)] == [1]


SERVICE = """
code: a
name: {zh: 补贴, en: Subsidy}
summary: 按年给予补贴
department: civil
basis: [{title: 某法, article: 第三条}]
window: {address: 文津路1号}
form:
  - {title: {zh: 一, en: One}, fields: [{code: b, name: {zh: 数, en: Count}, hint: 填整数, type: integer}]}
"""


def test_what_is_explained_in_chinese_alone_beside_an_english_name_is_counted() -> None:
    (hint,) = _said("english_partly", government=GOVERNMENT, services=SERVICE)
    assert (hint.data["count"], hint.data["where"]["en"]) == (2, "services 2 (a)")
    in_chinese = SERVICE.replace("{zh: 补贴, en: Subsidy}", "补贴")
    assert _said("english_partly", government=GOVERNMENT, services=in_chinese) == []


@pytest.mark.parametrize("name", ["{en: Civil Affairs}", "{zh: ' ', en: Civil Affairs}"])
def test_a_text_without_chinese_is_counted_where_pages_are_in_chinese(name: str) -> None:
    departments = f"- {{code: civil, name: {name}}}\n"
    (warning,) = _said("chinese_missing", government=GOVERNMENT, departments=departments)
    assert warning.data["where"]["zh"] == "departments 1 (civil)"
    codes = "code: person.kind\nname: 类别\nsubject: person\ntype: code\ncodes: {a: {en: First}}\n"
    assert _said("chinese_missing", government=GOVERNMENT, elements=codes)


def test_the_demonstration_has_english_for_every_name() -> None:
    found = load(read_folder(demonstration_folder(), PARTS), PARTS, TODAY).findings
    about = ("english_missing", "english_partly", "chinese_missing")
    assert [one for one in found if one.code.removeprefix("government.") in about] == []


CERTIFICATES = """
- {code: first, name: {zh: 甲证, en: First}, issuer: civil, basis: 《甲法》第一条}
- code: second
  name: {zh: 乙证, en: Second}
  issuer: civil
  basis: {zh: 《乙法》第二条, en: "Second Law, article 2"}
"""
SERVICES = """
- code: licence
  name: {zh: 许可, en: Licence}
  department: civil
  audience: ["1"]
  basis:
    - {title: 甲法, article: 第一条}
    - {title: {zh: 乙法, en: Second Law}, article: {zh: 第二条, en: article 2}}
"""


def test_one_hint_counts_the_laws_that_are_named_in_chinese_alone() -> None:
    files = {"government": GOVERNMENT, "departments": DEPARTMENTS}
    files |= {"certificates": CERTIFICATES, "services/civil": SERVICES}
    (hint,) = _said("english_laws_missing", **files)
    assert hint.data["count"] == 2
    assert hint.data["where"]["en"] == "certificates 1 (first); services 1 (licence)"
    chinese = files | {"government": GOVERNMENT + "languages: [zh]\n"}
    assert _said("english_laws_missing", **chinese) == []


def test_the_demonstration_leaves_in_chinese_only_laws_without_an_established_english_title() -> (
    None
):
    found = load(read_folder(demonstration_folder(), PARTS), PARTS, TODAY).findings
    (hint,) = [one for one in found if one.code == "government.english_laws_missing"]
    assert hint.data["count"] == 13
