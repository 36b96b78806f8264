"""The public ledger for people."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from tongban.kit.db import Reader
from tongban.kit.html import page, redirect
from tongban.kit.http import house, language_of, public
from tongban.kit.i18n import translator
from tongban.kit.lists import (
    Asking,
    Choice,
    Column,
    Found,
    Kind,
    Listing,
    Paged,
    choice,
    coded,
    doors,
    look,
    search,
)
from tongban.modules.ledger import queries
from tongban.modules.ledger.formats import words
from tongban.modules.ledger.formats.base64 import encode
from tongban.modules.ledger.model import EntryKind, LoggedEntry, Names

_WHY = "the log exists to be read by everyone and holds nothing personal"
_ACCESS = {"access": public(_WHY)}
_A_PAGE = 25
_A_CHUNK = 1000


@dataclass(frozen=True)
class Line:
    """What the list says about an entry."""

    id: str
    number: int | None
    at: dt.datetime
    kind: str
    department: str
    about: str
    outcome: str


def _wanted(asking: Asking) -> dict[str, Any]:
    kind = asking.values["kind"]
    return {"kind": EntryKind(kind) if kind else None, "department": asking.values["department"]}


def _sought(reader: Reader, asking: Asking) -> list[LoggedEntry] | None:
    """Return the one entry that is looked for, none where there is none; None where none is."""
    wanted = asking.values["q"]
    if not wanted:
        return None
    found = queries.find(reader.connection, wanted)
    return [queries.entry(reader.connection, found)] if found is not None else []


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    sought = _sought(reader, asking)
    if sought is not None:
        return Found(_lines(reader, asking, sought), len(sought))
    shown = queries.entries(
        reader.connection, page=number, limit=size or _A_PAGE, **_wanted(asking)
    )
    return Found(_lines(reader, asking, shown.entries), shown.total)


def _every(reader: Reader, asking: Asking) -> Iterator[Sequence[Line]]:
    """Return all entries in pieces, the oldest first: whoever keeps the file adds behind it."""
    sought = _sought(reader, asking)
    if sought is not None:
        yield _lines(reader, asking, sought)
        return
    first: int | None = 0
    while first is not None:
        found = queries.some_entries(reader.connection, first, _A_CHUNK, **_wanted(asking))
        yield _lines(reader, asking, found)
        first = (found[-1].number or 0) + 1 if len(found) == _A_CHUNK else None


def _departments(reader: Reader, asking: Asking) -> Iterable[Choice]:
    seen = queries.departments(reader.connection)
    names = reader.port(Names).called({"department": {code for code, _ in seen}})
    called = names.get("department", {})
    return [(code, asking.say(called.get(code, name))) for code, name in seen]


def _lines(reader: Reader, asking: Asking, logged: Sequence[LoggedEntry]) -> list[Line]:
    called = reader.port(Names).called(_codes(logged))
    return [_line(each, asking.language, called) for each in logged]


def _codes(logged: Iterable[LoggedEntry]) -> dict[str, set[str]]:
    """Return the codes that stand in these entries, by field."""
    codes: dict[str, set[str]] = {}
    for each in logged:
        for field, value in each.entry.public.items():
            if isinstance(value, str):
                codes.setdefault(field, set()).add(value)
            elif isinstance(value, list):
                codes.setdefault(field, set()).update(value)
    return codes


def _line(logged: LoggedEntry, language: str, called: words.Called) -> Line:
    entry = logged.entry
    outcome = words.outcome_of(entry)
    return Line(
        id=entry.id,
        number=logged.number,
        at=entry.at,
        kind=entry.kind.value,
        department=words.name_of(entry, "department", language, called),
        about=words.about(entry, language, called),
        outcome=words.word(outcome, translator(language), entry.kind) if outcome else "",
    )


ENTRIES = Listing(
    name="ledger",
    title="ledger.page.entries",
    address="/ledger",
    files="/ledger/entries",
    api="/api/ledger/entries",
    access=public(_WHY),
    columns=(
        Column("number", "ledger.column.number", Kind.NUMBER, type=int | None),
        Column("at", "ledger.column.at", Kind.INSTANT),
        Column("kind", "ledger.column.kind", type=EntryKind, words=coded("ledger.kind")),
        Column("department", "ledger.column.department"),
        Column("about", "ledger.column.about", width=40),
        Column("outcome", "ledger.column.outcome"),
        Column("id", "ledger.column.id", Kind.IDENTIFIER, on_page=False, width=38),
    ),
    filters=(
        search("q", "ledger.page.find"),
        choice("kind", "ledger.page.kind", allowed=[each.value for each in EntryKind],
               group="ledger.kind", whole="ledger.page.any"),
        choice("department", "ledger.page.department", _departments, whole="ledger.page.any"),
    ),
    source=Paged(_page, _every),
    size=_A_PAGE,
)  # fmt: skip
"""The entries of the log: the newest first on pages, the oldest first in files."""


@get("/ledger", sync_to_thread=False, opt=_ACCESS)
def ledger(request: Request[Any, Any, Any]) -> Response[str] | Redirect:
    """What the ledger is, its newest checkpoint, its entries, and how to verify them."""
    with house(request).db.read() as reader:
        connection = reader.connection
        listed = look(request, reader, ENTRIES)
        if listed.values["q"] and listed.rows:
            return redirect(f"/ledger/entries/{listed.rows[0].id}")
        signed = queries.latest_checkpoint(connection)
        context: dict[str, Any] = {
            "vkey": queries.verifier_key(connection),
            "pending": queries.pending_count(connection),
        }
    return page(
        request,
        "ledger/ledger.html",
        mistyped=queries.fault_of_wanted(listed.values["q"]),
        listed=listed,
        signed=signed,
        root=encode(signed.checkpoint.root) if signed else "",
        address=house(request).settings.address.rstrip("/"),
        **context,
    )


@get("/ledger/entries/{identifier:str}", sync_to_thread=False, opt=_ACCESS)
def entry(request: Request[Any, Any, Any], identifier: FromPath[str]) -> Response[str]:
    """One entry: everything that it shows, what it hides, its proof, and how to verify it."""
    language = language_of(request)
    with house(request).db.read() as reader:
        logged = queries.entry(reader.connection, identifier)
        signed = queries.latest_checkpoint(reader.connection)
        key = queries.verifier_key(reader.connection)
    called = house(request).port(Names).called(_codes([logged]))
    return page(
        request,
        "ledger/entry.html",
        logged=logged,
        entry=logged.entry,
        rows=[
            {"label": fact.label, "value": fact.value, "note": fact.code}
            for fact in words.facts_of(logged.entry, language, translator(language), called)
        ],
        body=logged.body.decode(),
        signed=signed,
        vkey=key,
        address=house(request).settings.address.rstrip("/"),
    )


HANDLERS = (ledger, entry, *doors(ENTRIES))
