"""An entry in words: names it published, names that others know, and codes where nobody does."""

from datetime import UTC, datetime

from tongban.kit.i18n import translator
from tongban.modules.ledger.formats import words
from tongban.modules.ledger.model import Entry, EntryKind, PublicValue

CALLED = {
    "department": {"hr": {"zh": "人社局", "en": "HR Bureau"}},
    "elements": {"person.name": {"zh": "姓名", "en": "Full name"}},
    "service": {"subsidy": {"zh": "补贴", "en": "Subsidy"}},
}


def _entry(**public: PublicValue) -> Entry:
    return Entry(
        id="e", kind=EntryKind.DISCLOSURE, at=datetime(2026, 11, 24, tzinfo=UTC), public=public
    )


def test_a_code_shows_what_it_is_called_now_and_the_code_beside_it() -> None:
    entry = _entry(department="hr", elements=["person.name", "person.other"], service="subsidy")
    facts = {
        fact.value: fact.code for fact in words.facts_of(entry, "zh", translator("zh"), CALLED)
    }
    assert facts == {
        "人社局": "hr",
        "姓名、person.other": "person.name、person.other",
        "补贴": "subsidy",
    }
    assert words.name_of(entry, "department", "en", CALLED) == "HR Bureau"
    assert words.about(entry, "en", CALLED) == "Subsidy"


def test_the_name_that_an_entry_published_stands_whatever_it_is_called_now() -> None:
    entry = _entry(department="hr", department_name={"zh": "人事局", "en": "Personnel"})
    assert words.name_of(entry, "department", "zh", CALLED) == "人事局"


def test_a_code_that_nobody_knows_shows_as_itself() -> None:
    entry = _entry(department="old", service="gone")
    assert words.name_of(entry, "department", "zh", CALLED) == "old"
    assert words.about(entry, "zh", CALLED) == "gone"
    shown = [(fact.value, fact.code) for fact in words.facts_of(entry, "zh", translator("zh"))]
    assert shown == [("old", ""), ("gone", "")]
