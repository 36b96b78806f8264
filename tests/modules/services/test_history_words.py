"""What a history and a package say of values: in words, whatever the line holds."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace
from tests.builders import services as builders
from tests.builders.services import LI, REFUSE, STATUS, SUBSIDY, wang
from tests.builders.services_web import City
from tests.modules.services.test_pages import applied

from tongban.kit.db import Database, Unit
from tongban.kit.files import FileStore
from tongban.kit.http import LANGUAGE_COOKIE
from tongban.modules.archive import actions as archiving
from tongban.modules.archive import queries as archive
from tongban.modules.archive.adapters.folder import FolderShelves
from tongban.modules.archive.model import Shelves
from tongban.modules.services import actions
from tongban.modules.services.actions.recording import happened
from tongban.modules.services.model import Settled, What
from tongban.modules.services.store import cases


def _happened(city: City, number: str, what: What, words: str) -> None:
    def add(unit: Unit) -> None:
        case = cases.find_by_number(unit.connection, number)
        assert case is not None
        happened(unit, case, what, LI, step="review", words=words)

    city.db.write(add)


@pytest.mark.parametrize("kept", [STATUS, "婚姻状况"], ids=["today", "earlier"])
@pytest.mark.parametrize(("language", "said"), [("zh", "婚姻状况"), ("en", "Marital status")])
def test_a_history_calls_a_value_by_its_name_in_the_language_of_the_page(
    city: City, language: str, said: str, kept: str
) -> None:
    declared = builders.definition()
    section = declared.form[0]
    named = replace(section.fields[1], name={"zh": "婚姻状况", "en": "Marital status"})
    fields = (section.fields[0], named, *section.fields[2:])
    form = (replace(section, fields=fields), *declared.form[1:])
    city.db.write(
        lambda unit: builders.adopt(unit, {SUBSIDY: replace(declared, version=2, form=form)})
    )
    number = applied(city)
    _happened(city, number, What.DISPUTED, kept)
    _happened(city, number, What.REASSIGNED, "婚姻状况")
    city.browser.client.cookies.set(LANGUAGE_COOKIE, language)
    page = re.sub(r"<[^>]+>", "", city.browser.get(f"/my/cases/{number}").text)
    lines = [line.strip() for line in page.splitlines()]
    disputed = {"zh": f"对数据提出异议：{said}", "en": f"A value disputed: {said}"}[language]
    assert disputed in lines
    assert any(line.endswith("婚姻状况") and line != disputed for line in lines), (
        "a colleague's name"
    )


def test_a_package_says_its_facts_in_words_and_keeps_what_programs_read(
    database: Database, tmp_path: Path
) -> None:
    builders.found(database, tmp_path)
    case = builders.ready_to_decide(database)
    claim = {STATUS: "10"}
    database.write(lambda unit: actions.dispute(unit, wang(), case.id, STATUS, claim))
    database.write(
        lambda unit: actions.settle(
            unit, LI, case.number, STATUS, builders.seen(unit, case), Settled.SOURCE
        )
    )
    database.write(
        lambda unit: actions.confirm_review(
            unit, builders.REVIEWER, case.number, "review", builders.seen(unit, case)
        )
    )
    with database.read() as reader:
        case = cases.find_case(reader.connection, case.id) or case
    builders.decided(database, case, REFUSE)
    shelves = FolderShelves(tmp_path, FileStore(tmp_path / "files"), database.keyring)
    database.ports.plug(Shelves, shelves)
    with database.read() as reader:
        package = archive.package_of(reader.connection, case.number)
        assert package is not None
        files = archiving.build(reader, package.id)
    assert files is not None
    facts = {
        (name.rpartition("/")[2], fact.get("name")): fact
        for name in files
        if name.endswith(("申请表.xml", "办理过程.xml", "决定书.xml"))
        for fact in ElementTree.fromstring(files[name])
    }
    status = facts["申请表.xml", "婚姻状况"]
    assert (status.text, status.get("key"), status.get("value")) == ("已婚", STATUS, "20")
    (married,) = [fact for fact in facts.values() if fact.get("key") == builders.MARRIED_ON]
    assert re.fullmatch(r"\d+年\d+月\d+日", married.text or "")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", married.get("value", ""))
    assert (facts["办理过程.xml", "对数据提出异议"].text) == "婚姻状况"
    decided = facts["决定书.xml", "决定"]
    assert (decided.text, decided.get("value")) == ("不予批准", "refused")
    codes = re.compile(r"True|False|None|[a-z]+[._][a-z_]+|\d{4}-\d\d-\d\d")
    assert [fact.text for fact in facts.values() if codes.search(fact.text or "")] == []
