"""One hint says which names lack English, where a government offers English pages."""

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


def _said(**files: str) -> list[Finding]:
    texts = {f"{name}.yaml": text for name, text in files.items()}
    found = load_texts(texts, PARTS, TODAY).findings
    return [one for one in found if one.code == "government.english_missing"]


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


def test_the_demonstration_has_english_for_every_name() -> None:
    found = load(read_folder(demonstration_folder(), PARTS), PARTS, TODAY).findings
    assert [one for one in found if one.code == "government.english_missing"] == []
