"""What an applicant said against fetched data is carried along, or its page says that it was not."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.builders import services as builders
from tests.builders.exchange import MemorySources
from tests.builders.services import STATUS, SUBSIDY, wang

from tongban.kit.db import Database
from tongban.modules.services import actions
from tongban.modules.services.queries import application
from tongban.modules.services.queries.loading import Loaded


@pytest.fixture(autouse=True)
def sources(database: Database, tmp_path: Path) -> MemorySources:
    return builders.found(database, tmp_path)


def opened(database: Database, draft: str) -> Loaded:
    with database.read() as reader:
        return application.open_draft(reader, wang(), draft)


CLAIMED = {STATUS: "10", "note": "2024年已离婚"}


def disputed(database: Database) -> str:
    draft = builders.filled(database)
    database.write(lambda unit: actions.dispute(unit, wang(), draft, STATUS, CLAIMED))
    return draft


def claim_of(database: Database, draft: str) -> tuple[object, str] | None:
    value = opened(database, draft).value(STATUS)
    return None if value is None else (value.claim, value.claim_note)


def narrowing(database: Database) -> None:
    """The marriage register is asked by those who work alone only."""
    law, marriage = builders.definition().needs
    needs = (law, replace(marriage, when='situation.kind = "alone"'))
    narrow = builders.definition(needs=needs, version=2)
    database.write(lambda unit: builders.adopt(unit, {SUBSIDY: narrow}))


def test_an_objection_stands_again_once_answers_that_narrowed_widen_and_the_value_is_fetched(
    database: Database,
) -> None:
    narrowing(database)
    draft = disputed(database)
    database.write(lambda unit: actions.answer_situation(unit, wang(), draft, 1, "hourly"))
    assert claim_of(database, draft) is None
    assert STATUS in {each.key for each in opened(database, draft).objections}
    database.write(lambda unit: actions.answer_situation(unit, wang(), draft, 1, "alone"))
    database.write(lambda unit: actions.consent(unit, wang(), draft, {1}))
    assert claim_of(database, draft) == ("10", "2024年已离婚")
    assert opened(database, draft).objections == ()
    builders.submit(database, draft)
    assert claim_of(database, draft) == ("10", "2024年已离婚")


def test_an_objection_stands_again_when_consent_is_withdrawn_and_given_again(
    database: Database,
) -> None:
    draft = disputed(database)
    for _ in range(2):
        database.write(lambda unit: actions.consent(unit, wang(), draft, set()))
    (kept,) = opened(database, draft).objections
    assert (kept.key, kept.claim, kept.note) == (STATUS, "10", "2024年已离婚")
    page, *_ = (each for each in opened(database, draft).pages if STATUS in str(each))
    assert application.typed_of(opened(database, draft), page)[STATUS] == "10"
    database.write(lambda unit: actions.consent(unit, wang(), draft, {1}))
    assert claim_of(database, draft) == ("10", "2024年已离婚")


def test_an_objection_that_the_record_has_come_to_agree_with_is_settled_by_itself(
    database: Database, sources: MemorySources
) -> None:
    draft = disputed(database)
    database.write(lambda unit: actions.consent(unit, wang(), draft, set()))
    sources.rows[builders.WANG.id] |= {"status": "10"}
    database.write(lambda unit: actions.consent(unit, wang(), draft, {1}))
    assert claim_of(database, draft) == (None, "")
    assert opened(database, draft).objections == ()


def test_an_objection_to_what_is_not_fetched_again_is_not_sent_and_is_forgotten_then(
    database: Database,
) -> None:
    draft = builders.filled(database, allow=False)
    database.write(lambda unit: actions.consent(unit, wang(), draft, {1}))
    database.write(lambda unit: actions.dispute(unit, wang(), draft, STATUS, CLAIMED))
    builders.answer(database, draft, allow=False)
    assert [each.key for each in opened(database, draft).objections] == [STATUS]
    builders.submit(database, draft)
    assert claim_of(database, draft) == (None, "")
    assert opened(database, draft).objections == ()


@pytest.mark.parametrize("first", ["refused", "failed"])
def test_what_the_applicant_typed_before_the_data_came_stands_against_them_unless_they_agree(
    database: Database, sources: MemorySources, first: str
) -> None:
    sources.down = first == "failed"
    draft = builders.filled(database, allow=first == "failed")
    sources.down = False
    typed = {"form.phone": "13800000000", "person.name": "王小明", STATUS: "10"}
    database.write(lambda unit: actions.answer_page(unit, wang(), draft, 1, typed))
    database.write(lambda unit: actions.consent(unit, wang(), draft, {1}))
    value = opened(database, draft).value(STATUS)
    assert value is not None
    assert (value.value, value.claim, value.in_doubt) == ("20", "10", True)
    assert opened(database, draft).value(builders.MARRIED_ON) is not None
    assert [v.key for v in opened(database, draft).values if v.in_doubt] == [STATUS]


def test_the_last_word_of_an_applicant_counts_and_keeps_its_note_where_it_is_the_same(
    database: Database,
) -> None:
    draft = disputed(database)
    database.write(lambda unit: actions.consent(unit, wang(), draft, set()))
    again = {"form.phone": "13800000000", "person.name": "王小明", STATUS: "10"}
    database.write(lambda unit: actions.answer_page(unit, wang(), draft, 1, again))
    database.write(lambda unit: actions.consent(unit, wang(), draft, {1}))
    assert claim_of(database, draft) == ("10", "2024年已离婚")
    database.write(lambda unit: actions.consent(unit, wang(), draft, set()))
    other = again | {STATUS: "20"}
    database.write(lambda unit: actions.answer_page(unit, wang(), draft, 1, other))
    database.write(lambda unit: actions.consent(unit, wang(), draft, {1}))
    assert claim_of(database, draft) == (None, "")
