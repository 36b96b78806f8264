"""Every list is declared once, and every form of it holds the same rows and cells."""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from litestar import Litestar
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from tests.builders.english import translated
from tests.builders.once import made_once
from tests.builders.stories import STALL, SUBSIDY, Walk

from tongban.app.developers import description
from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.errors import Refusal
from tongban.kit import testing
from tongban.kit.db import Reader, Unit
from tongban.kit.house import House
from tongban.kit.i18n import catalogue
from tongban.kit.interface.document import described
from tongban.kit.lists import Asking, Column, Kind, Listing, Place
from tongban.kit.lists.cells import local
from tongban.kit.lists.declaration import Filter
from tongban.kit.lists.describing import whole_of
from tongban.kit.lists.files import Form, known_to, write
from tongban.kit.lists.reading import values_from, values_of_program
from tongban.kit.lists.showing import some
from tongban.kit.settings import Settings
from tongban.kit.sheets import unguarded

SOURCE = Path(__file__).parents[2] / "src" / "tongban"
_BY_HAND = re.compile(r"filter_form\(|tb-exports|export\.(csv|json|xlsx)|csv_lines\(|csv\.writer")
_THE_KIT = {"kit/templates/kit/macros.html", "kit/sheets.py"}
LISTS = {
    "agreements", "cards", "catalog", "certificates", "data-uses", "departments", "elements",
    "findings", "grants",
    "handovers", "inbox", "indicators", "issued", "kept-back", "ledger", "matters", "messages",
    "packages", "services", "sources", "staff", "unusual-reading",
}  # fmt: skip


def listings(application: Litestar) -> dict[str, Listing]:
    """Return every list that some door of the application was declared with."""
    found: dict[str, Listing] = {}
    for route in application.routes:
        for handler in getattr(route, "route_handlers", []):
            listing = handler.opt.get("listing")
            if isinstance(listing, Listing):
                found[listing.name] = listing
    return found


def _lived_in(folder: Path) -> None:
    """Make a demonstration in which one story ended with its certificate and another is late."""
    from tongban.app.house import worker_for
    from tongban.app.setup import ready

    clock = testing.clock_at()
    made = ready(None, folder, "http://127.0.0.1:8000", clock)
    walk, worker = Walk(made), worker_for(made)
    case = walk.applied(SUBSIDY)
    walk.worked(walk.actor(SUBSIDY.login), case.number)
    worker.settle()
    _in_every_state(made, walk)
    walk.applied(STALL)
    clock.advance(timedelta(days=40))
    worker.settle()
    made.db.write(_one_card_unanswered)
    made.db.write(_kept_back)
    made.db.close()


def _in_every_state(house: House, walk: Walk) -> None:
    """Let what lists show stand in more than one state: only so do filters have to tell them apart."""
    from tongban.modules.certificates.store import certificate_table as certificates
    from tongban.modules.exchange.store.tables import grants
    from tongban.modules.notices.store import message

    # One item of her registration cannot be read when she applies once more.
    folder = house.settings.sources_folder
    with closing(sqlite3.connect(folder / "human_resources.db")) as source, source:
        source.execute("update employment set occupation = x'00'")
    typed = {**SUBSIDY.typed, "person.occupation": "摆摊"}
    second = walk.applied(replace(SUBSIDY, typed=typed))
    walk.worked(walk.actor(SUBSIDY.login), second.number)
    typed = {**STALL.typed, "person.property_certificate_number": "云房权证字第0001号"}
    for login, days in ((SUBSIDY.login, 5), ("zhou", 60)):
        sent = walk.applied(replace(STALL, login=login, typed=typed))
        walk.sent_back(walk.actor(login), sent.number, days)

    def change(unit: Unit) -> None:
        do = unit.connection.execute
        first = do(select(grants.c.code).order_by(grants.c.code)).scalars().first()
        do(grants.update().where(grants.c.code == first).values(ends=date(2026, 11, 30)))
        mine = do(select(message.c.id).order_by(message.c.id)).scalars().first()
        do(message.update().where(message.c.id == mine).values(read_at=unit.now))
        over = do(select(certificates.c.id).order_by(certificates.c.id)).scalars().first()
        do(certificates.update().where(certificates.c.id == over)
           .values(valid_until=date(2026, 12, 1)))  # fmt: skip

    house.db.write(change)
    house.db.write(_second_person_and_unusual)


def _second_person_and_unusual(unit: Unit) -> None:
    """Let somebody ask a second person, and two kinds of unusual reading stand there, one looked into."""
    from tongban.modules.exchange import actions
    from tongban.modules.exchange.model.agreements import AgreementRequest
    from tongban.modules.exchange.store.tables import alarm_providers, alarms
    from tongban.modules.identity import queries as identity

    today = testing.MORNING.date()
    clerk = identity.actor_of(unit, identity.account_by_login(unit, "medical-officer").id)
    asked = {"occasion": "inspection", "occasion_reference": "JC-2026-0012"}
    for number in (30, 40):
        request = AgreementRequest(grant="G-2026-015", number=number, until=today, **asked)
        actions.ask_agreement(unit, clerk, request)
    who = {"who": f"staff:{clerk.account}", "department": clerk.department, "day": today}
    for kind, state, words in (("volume", "open", ""), ("refusals", "looked_at", "接口已改正。")):
        looked = unit.now if words else None
        row = {"id": unit.new_id(), "kind": kind, "state": state, "words": words, "at": unit.now,
               "times": 40, "usual": 29, "entry": "", "looked_by": words and clerk.account,
               "looked_at": looked}  # fmt: skip
        unit.connection.execute(alarms.insert().values(**who, **row))
        provider = {"alarm": row["id"], "provider": "public-security"}
        unit.connection.execute(alarm_providers.insert().values(**provider))


def _kept_back(unit: Unit) -> None:
    """Let somebody be read about for an inspection of which they are not told yet."""
    from tongban.app.demonstration import stories
    from tongban.modules.exchange import actions, queries
    from tongban.modules.identity import queries as identity

    clerk = identity.actor_of(unit, identity.account_by_login(unit, "medical-officer").id)
    wanted = queries.wanted_from(
        unit, clerk, "101001/1", stories.SUN, ("person.name",), "G-2026-015",
        occasion="inspection", reference="JC-2026-0012",
    )  # fmt: skip
    actions.read(unit, clerk, queries.prepare(unit, wanted))


def _one_card_unanswered(unit: Unit) -> None:
    from tongban.modules.supervision.store import card_table as cards

    do = unit.connection.execute
    first = do(select(cards.c.id).order_by(cards.c.id)).scalars().first()
    do(cards.update().where(cards.c.id == first).values(reply_due=date(2026, 12, 1)))


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A government in which every list has rows; only looked at."""
    from tongban.app.house import open_house

    data = made_once(tmp_path_factory, "lived-in", _lived_in)
    now = testing.clock_at(testing.MORNING + timedelta(days=40))
    made = open_house(Settings(data=data, address="http://127.0.0.1:8000"), now)
    yield made
    made.db.close()


@pytest.fixture(scope="module")
def declared(lived_in: House) -> dict[str, Listing]:
    """Every list, as the doors of that government declare it."""
    from tongban.app.web import create

    return listings(create(lived_in, lambda: None, lambda: None))


def _everything(reader: Reader, listing: Listing, language: str = "zh") -> Asking:
    """Return somebody who may see as much of a list as anybody may, or the resident of the story."""
    from tongban.modules.identity import queries as identity
    from tongban.modules.identity.model import DUTIES

    if listing.access.kind == "signed_in":
        account = identity.account_by_login(reader, SUBSIDY.login).id
        actor = identity.actor_of(reader, account)
    else:
        actor = Actor(
            kind=ActorKind.STAFF,
            account="somebody",
            department=DEPARTMENTS.get(listing.name, "human-resources"),
            duties=frozenset(DUTIES),
        )
    zone = reader.port(Place).zone(reader)
    asking = Asking(
        actor=actor, language=language, zone=zone, values=values_of_program(listing, {})
    )
    return known_to(reader, listing, asking)


def _taken(reader: Reader, listing: Listing, asking: Asking, form: Form) -> bytes:
    file = io.BytesIO()
    write(reader, listing, asking, form, file)
    return file.getvalue()


def test_no_list_is_written_by_hand() -> None:
    found = [
        str(path.relative_to(SOURCE))
        for pattern in ("*.html", "*.py")
        for path in SOURCE.rglob(pattern)
        if _BY_HAND.search(path.read_text("utf-8"))
    ]
    kit = _THE_KIT | {f for f in found if f.startswith("kit/lists/")}
    # A table of an instance is a file of another kind: it is read back by whoever edits it.
    assert sorted(set(found) - kit) == ["app/instance/importing/writing.py"]


def test_every_list_has_every_door(application: Litestar) -> None:
    found = listings(application)
    assert set(found) == LISTS
    paths = {route.path for route in application.routes}
    for listing in found.values():
        wanted = {f"{listing.file_address}.{form}" for form in Form}
        assert wanted | {listing.address, listing.api} <= paths


def test_every_list_says_its_words_in_both_languages(application: Litestar) -> None:
    named = set()
    for listing in listings(application).values():
        named |= {listing.title, *(column.heading for column in listing.columns)}
        named |= {column.short for column in listing.columns if column.short}
        named |= {one.label for one in listing.filters if one.label}
        named |= {one.whole for one in listing.filters if one.whole}
    assert sorted(name for name in named if name not in catalogue()) == []


DEPARTMENTS = dict.fromkeys(("handovers", "inbox"), "market-regulation")
"""Where the story that is late waits."""
IN_ADDRESS = {"inbox", "staff"}
"""Private lists that an address narrows too: there by case number or login, which name no resident."""


def test_what_a_private_list_is_searched_for_stands_in_no_address(application: Litestar) -> None:
    """Pages, files and the interface read filters by these two functions, and by no other."""
    found = [
        (listing, one)
        for listing in listings(application).values()
        for one in listing.filters
        if listing.private and one.kind == "search"
    ]
    assert {listing.name for listing, one in found if one.in_address} == IN_ADDRESS
    hidden = [(listing, one) for listing, one in found if not one.in_address]
    assert {listing.name for listing, _ in hidden} == {"messages"}
    described = description(application)["paths"]
    for listing, one in hidden:
        for read in (values_from, values_of_program):
            with pytest.raises(Refusal, match="filter_private"):
                read(listing, {one.name: "王小明"})
        assert values_from(listing, {one.name: "王小明"}, typed=True)[one.name] == "王小明"
        for path in (listing.api, f"{listing.file_address}.json"):
            said = described[path]["get"].get("parameters", [])
            assert one.name not in {each["name"] for each in said}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_form_of_a_list_holds_the_same_rows_and_cells(
    declared: dict[str, Listing], lived_in: House, name: str
) -> None:
    listing = declared[name]
    with lived_in.db.read() as reader:
        asking = _everything(reader, listing)
        rows = _rows(reader, listing, asking)
        page = listing.source.page(reader, asking, 1, listing.size)
        sheet = _taken(reader, listing, asking, Form.CSV).decode("utf-8-sig")
        book = CalamineWorkbook.from_filelike(
            io.BytesIO(_taken(reader, listing, asking, Form.XLSX))
        )
        data = json.loads(_taken(reader, listing, asking, Form.JSON))
    assert rows, "a list without rows proves nothing"
    assert page.total == data["total"] == len(data["data"]) == len(rows)
    head, *lines = csv.reader(io.StringIO(sheet, newline=""))
    cells = book.get_sheet_by_index(0).to_python()
    assert cells[0] == head
    assert len(cells) - 1 == len(lines) == len(rows)
    for row, line, cell in zip(rows, lines, cells[1:], strict=True):
        shown = [column.shown(row, asking) for column in listing.in_file]
        assert [_as_text(value, asking) for value in shown] == [unguarded(each) for each in line]
        assert all(map(_is_kept, listing.in_file, shown, cell))


@pytest.mark.parametrize("name", sorted(LISTS))
def test_what_programs_are_given_of_a_list_is_as_its_description_says(
    declared: dict[str, Listing], lived_in: House, name: str
) -> None:
    listing = declared[name]
    with lived_in.db.read() as reader:
        asking = _everything(reader, listing)
        data = json.loads(_taken(reader, listing, asking, Form.JSON))
    operation = whole_of(listing)
    schema = described([operation], "0")
    schema["$ref"] = f"#/components/schemas/{operation.shape.__name__}"
    told = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    found = {f"{each.json_path}: {each.message[:120]}" for each in told.iter_errors(data)}
    assert sorted(found)[:20] == []


@pytest.mark.parametrize("name", sorted(LISTS))
def test_an_english_file_says_in_english_what_has_english_and_begins_words_with_a_capital(
    declared: dict[str, Listing], lived_in: House, name: str
) -> None:
    with lived_in.db.read() as reader:
        asking = _everything(reader, declared[name], "en")
        sheet = _taken(reader, declared[name], asking, Form.CSV).decode("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(sheet, newline=""))
    assert [each for each in head if not each[0].isupper() or _HAN.search(each)] == []
    said = {part for line in lines for cell in line for part in _PARTS.split(cell)}
    assert sorted(part for part in said if translated(part)) == []
    assert sorted(part for part in said & _messages() if part[:1].islower()) == []
    cells = {cell for line in lines for cell in line}
    assert (
        sorted(each for each in cells if _MARKS.search(each) and not _IDEOGRAPH.search(each)) == []
    )


_FIGURE = re.compile(r"[-+]?\d[\d.,]*(?:\s*[^\d\s/].*)?", re.DOTALL)
"""A number, alone or with words behind it, such as 10 days or 52.9 %: no day, no number of many parts."""
_TYPES: dict[Kind, tuple[type, ...]] = {
    Kind.NUMBER: (int, float, Decimal),
    Kind.MONEY: (int,),
    Kind.DAY: (date,),
    Kind.INSTANT: (datetime,),
}
COUNTED_WORDS = {("messages", "title"), ("messages", "text"), ("elements", "note")}
"""Sentences, which may begin with a number."""


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_cell_of_a_file_is_of_the_kind_that_its_column_says_and_no_number_is_words(
    declared: dict[str, Listing], lived_in: House, name: str
) -> None:
    """So that whoever opens a file can count: 10 working days are a number, and a unit beside it."""
    listing = declared[name]
    with lived_in.db.read() as reader:
        asking = _everything(reader, listing)
        rows = _rows(reader, listing, asking)
        for column in listing.in_file:
            for shown in (column.shown(row, asking) for row in rows):
                if shown is None or shown == "":
                    continue
                where = f"{name}.{column.key}: {shown!r}"
                if column.kind in _TYPES:
                    assert type(shown) in _TYPES[column.kind], where
                    continue
                assert isinstance(shown, str), where
                words = column.kind is Kind.IDENTIFIER or (name, column.key) in COUNTED_WORDS
                assert words or not _FIGURE.fullmatch(shown), f"{where} is a number in words"
        for row in rows:
            for key, value in listing.object_of(row, asking).items():
                assert not isinstance(value, str) or not _MEASURE.fullmatch(value), (
                    name,
                    key,
                    value,
                )


_MEASURE = re.compile(r"[-+]?\d[\d.,]*\s*(?:%|天|日|个工作日|元|days?|working days?)")
"""A number with its unit, which a program would have to take apart."""
_HAN = re.compile(r"[\u3400-\u9fff\u3001-\u301f\uff01-\uff5e]")
_MARKS = re.compile(r"[\u3001-\u301f\uff01-\uff5e]")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
_PARTS = re.compile(r"[、；;]|, | · ")
"""What stands between several words in a cell."""


def _messages() -> set[str]:
    return {texts["en"] for texts in catalogue().values()}


def _as_text(value: Any, asking: Asking) -> str:
    if hasattr(value, "hour"):
        return f"{local(value, asking):%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


def _is_kept(column: Any, shown: Any, cell: Any) -> bool:
    """Whether a cell of the workbook is of the kind that the column says, and holds the same."""
    if shown in (None, ""):
        return bool(cell == "")
    if isinstance(shown, str) or column.kind is Kind.IDENTIFIER:
        return isinstance(cell, str) and cell.replace("\n", "") == str(shown).replace("\n", "")
    if column.kind is Kind.NUMBER:
        return isinstance(cell, float) and bool(cell == shown)
    return hasattr(cell, "year")


# Filters ------------------------------------------------------------------------------------------

COLUMN = {
    ("catalog", "department"): "provider_name",
    ("catalog", "cycle"): "update_cycle",
    ("catalog", "class"): "data_class",
    ("elements", "class"): "data_class",
    ("cards", "status"): "state",
    ("issued", "state"): "standing",
    ("messages", "show"): "state",
    ("services", "can_apply"): "status",
    ("staff", "active"): "state",
}
"""Which column shows what a filter narrows, where it is not called the same."""
NOT_SHOWN = {
    (
        "catalog",
        "tree",
    ): "a branch of the classification: everything below it, whatever it is called",
    ("inbox", "whose"): "whether the step is the reader's own, free, or anybody's",
    ("inbox", "due"): "how near the day is that the column shows",
}
"""Filters for what no column shows as such, each with the reason."""
NOT_FILTERED = {
    ("inbox", "state"): "a file says it beside the step; the inbox is narrowed by kinds of step",
    ("ledger", "outcome"): "each kind of entry has outcomes of its own; it is narrowed by kind",
}
"""Columns that show how something stands and that nobody can narrow by, each with the reason."""
STANDS = ("state", "standing", "outcome", "status", "colour", "correction")
EVERYTHING = {"staff": {"active": "all"}}
"""What asks for everything, where the usual question asks for less."""


def _narrowing(listing: Listing) -> list[Filter]:
    """Return the filters that choose among values, those only a program uses too, and no order."""
    return [one for one in listing.filters if one.choices is not None and one.name != "sort"]


def _column(listing: Listing, one: Filter) -> Column:
    key = COLUMN.get((listing.name, one.name), one.name)
    return next(column for column in listing.columns if column.key == key)


def _rows(reader: Reader, listing: Listing, asking: Asking, **values: str) -> list[Any]:
    asked = replace(asking, values={**asking.values, **values})
    return [row for piece in listing.source.every(reader, asked) for row in piece]


def test_every_filter_narrows_by_what_a_column_shows_and_every_standing_has_its_filter(
    application: Litestar,
) -> None:
    for listing in listings(application).values():
        keys = {column.key for column in listing.columns}
        narrowed = set()
        for one in _narrowing(listing):
            if (listing.name, one.name) not in NOT_SHOWN:
                narrowed.add(_column(listing, one).key)
        stands = {key for key in keys & set(STANDS) if (listing.name, key) not in NOT_FILTERED}
        assert not listing.filters or stands <= narrowed, listing.name


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_choice_of_a_filter_finds_exactly_what_is_shown_so(
    declared: dict[str, Listing], lived_in: House, name: str
) -> None:
    listing = declared[name]
    with lived_in.db.read() as reader:
        asking = _everything(reader, listing)
        asking = replace(asking, values={**asking.values, **EVERYTHING.get(name, {})})
        everything = _rows(reader, listing, asking)
        for one in _narrowing(listing):
            if (name, one.name) in NOT_SHOWN:
                continue
            column = _column(listing, one)
            asked = replace(asking, found=listing.source.page(reader, asking, 1, listing.size))
            choices = {code: _bare(text) for code, text in one.choices(reader, asked)}  # type: ignore[misc]
            for code, text in choices.items():
                if EVERYTHING.get(name, {}).get(one.name) == code:
                    continue
                shown = [row for row in everything if _is(column, row, asking, code, text)]
                narrowed = _rows(reader, listing, asking, **{one.name: code})
                assert _told(listing, narrowed, asking) == _told(listing, shown, asking), (
                    one.name,
                    code,
                )
                _same_in_files(
                    reader,
                    listing,
                    replace(asking, values={**asking.values, one.name: code}),
                    shown,
                )
            left = [
                row
                for row in everything
                if column.shown(row, asking)
                and not any(_is(column, row, asking, *each) for each in choices.items())
            ]
            assert _told(listing, left, asking) == [], f"{one.name} has no choice for these"


def _bare(text: str) -> str:
    """Return a choice without the number of rows behind it."""
    return re.sub(r" \(\d+\)$", "", text)


def _is(column: Column, row: Any, asking: Asking, code: str, text: str) -> bool:
    """Whether a row shows what a choice says, or holds its code; several values hold each of them."""
    value, shown = column.value(row, asking), column.shown(row, asking)
    if isinstance(value, list | tuple):
        return code in value or (not value and code == "none")
    return bool(shown == text or value == code or (value == "" and code == "none"))


def _told(listing: Listing, rows: list[Any], asking: Asking) -> list[tuple[str, ...]]:
    return sorted(tuple(str(c.shown(row, asking)) for c in listing.columns) for row in rows)


def _same_in_files(reader: Reader, listing: Listing, asking: Asking, rows: list[Any]) -> None:
    sheet = _taken(reader, listing, asking, Form.CSV).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(sheet, newline="")))) - 1 == len(rows)
    assert json.loads(_taken(reader, listing, asking, Form.JSON))["total"] == len(rows)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("cards", "unanswered"),
        ("data-uses", "partly_unreadable"),
        ("grants", "over"),
        ("inbox", "awaited"),
        ("inbox", "overdue"),
        ("issued", "expired"),
        ("messages", "read"),
        ("services", "listed"),
    ],
)
def test_the_government_that_is_looked_at_has_what_was_once_not_found(
    declared: dict[str, Listing], lived_in: House, name: str, state: str
) -> None:
    listing = declared[name]
    with lived_in.db.read() as reader:
        asking = _everything(reader, listing)
        columns = [column for column in listing.columns if column.key in STANDS]
        held = {str(column.value(row, asking)) for row in _rows(reader, listing, asking)
                for column in columns}  # fmt: skip
    assert state in held


# Pages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(LISTS))
def test_who_asks_for_a_page_behind_the_end_of_a_list_sees_the_last_one(
    declared: dict[str, Listing], lived_in: House, name: str
) -> None:
    listing = declared[name]
    with lived_in.db.read() as reader:
        asking = _everything(reader, listing)
        total = listing.source.page(reader, asking, 1, 1).total
        for number in (total + 1, 9999, 999_999):
            found, shown = some(reader, listing, asking, number, 1)
            assert (shown, len(found.rows)) == (total, 1)


def test_only_the_kit_reads_which_page_is_asked_for() -> None:
    """So that every list reads it alike: pages by ``look``, the interface by its door."""
    readers = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if re.search(r"page_from\(|page_of_program\(|get\(.page.", path.read_text("utf-8"))
    }
    assert readers == {"kit/http.py", "kit/lists/doors.py", "kit/lists/reading.py",
                       "kit/lists/showing.py"}  # fmt: skip
