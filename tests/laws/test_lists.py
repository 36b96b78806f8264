"""Every list is declared once, and every form of it holds the same rows and cells."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from python_calamine import CalamineWorkbook
from tests.builders.once import made_once
from tests.builders.stories import STALL, SUBSIDY, Walk

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.errors import Refusal
from tongban.kit import testing
from tongban.kit.db import Reader
from tongban.kit.house import House
from tongban.kit.i18n import catalogue
from tongban.kit.lists import Asking, Kind, Listing, Place
from tongban.kit.lists.cells import local
from tongban.kit.lists.files import Form, known_to, write
from tongban.kit.lists.reading import values_from, values_of_program
from tongban.kit.settings import Settings
from tongban.kit.sheets import unguarded

SOURCE = Path(__file__).parents[2] / "src" / "tongban"
_BY_HAND = re.compile(r"filter_form\(|tb-exports|export\.(csv|json|xlsx)|csv_lines\(|csv\.writer")
_THE_KIT = {"kit/templates/kit/macros.html", "kit/sheets.py"}
LISTS = {
    "cards", "catalog", "certificates", "data-uses", "departments", "elements", "grants",
    "inbox", "indicators", "issued", "ledger", "matters", "messages", "packages", "services", "sources",
    "staff",
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
    walk.applied(STALL)
    clock.advance(timedelta(days=40))
    worker.settle()
    made.db.close()


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


def _everything(reader: Reader, listing: Listing) -> Asking:
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
    asking = Asking(actor=actor, language="zh", zone=zone, values=values_of_program(listing, {}))
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


DEPARTMENTS = {"inbox": "market-regulation"}
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
    described = application.openapi_schema.to_schema()["paths"]
    for listing, one in hidden:
        for read in (values_from, values_of_program):
            with pytest.raises(Refusal, match="filter_private"):
                read(listing, {one.name: "王小明"})
        assert values_from(listing, {one.name: "王小明"}, typed=True)[one.name] == "王小明"
        for path in (listing.api, *(f"{listing.file_address}.{form}" for form in Form)):
            said = described[path]["get"].get("parameters", [])
            assert one.name not in {each["name"] for each in said}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_form_of_a_list_holds_the_same_rows_and_cells(
    declared: dict[str, Listing], lived_in: House, name: str
) -> None:
    listing = declared[name]
    with lived_in.db.read() as reader:
        asking = _everything(reader, listing)
        rows = [row for piece in listing.source.every(reader, asking) for row in piece]
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
