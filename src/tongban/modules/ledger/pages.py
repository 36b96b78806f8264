"""The public ledger for people."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from tongban.kit.html import page, redirect
from tongban.kit.http import house, language_of, page_from, public
from tongban.kit.i18n import translator
from tongban.kit.sheets import to_csv
from tongban.modules.ledger import queries
from tongban.modules.ledger.formats import words
from tongban.modules.ledger.formats.base64 import encode
from tongban.modules.ledger.formats.entry import instant_text
from tongban.modules.ledger.model import EntryKind, LoggedEntry, Names

_ACCESS = {"access": public("the log exists to be read by everyone and holds nothing personal")}
_A_PAGE = 25
_A_CHUNK = 1000


def _filters(request: Request[Any, Any, Any]) -> tuple[EntryKind | None, str]:
    asked = request.query_params
    kind = asked.get("kind", "")
    known = EntryKind(kind) if kind in set(EntryKind) else None
    return known, asked.get("department", "")


@get("/ledger", sync_to_thread=False, opt=_ACCESS)
def ledger(request: Request[Any, Any, Any]) -> Response[str] | Redirect:
    """What the ledger is, its newest checkpoint, its entries, and how to verify them."""
    kind, department = _filters(request)
    wanted = request.query_params.get("q", "").strip()
    with house(request).db.read() as reader:
        connection = reader.connection
        found = queries.find(connection, wanted) if wanted else None
        if found is not None:
            return redirect(f"/ledger/entries/{found}")
        shown = queries.entries(
            connection,
            page=page_from(request.query_params),
            kind=kind,
            department=department,
            limit=_A_PAGE,
        )
        signed = queries.latest_checkpoint(connection)
        context: dict[str, Any] = {
            "vkey": queries.verifier_key(connection),
            "pending": queries.pending_count(connection),
        }
        seen = queries.departments(connection)
    called = _called(request, shown.entries, [code for code, _ in seen])
    names = called.get("department", {})
    context["departments"] = [(code, names.get(code, name)) for code, name in seen]
    language = language_of(request)
    named = {"kind": kind.value if kind else "", "department": department}
    kept = {name: value for name, value in named.items() if value}
    return page(
        request,
        "ledger/ledger.html",
        shown=shown,
        lines=[_line(each, language, called) for each in shown.entries],
        signed=signed,
        root=encode(signed.checkpoint.root) if signed else "",
        kinds=[each.value for each in EntryKind],
        kept=kept,
        list_address="/ledger?" + urlencode({**kept, "page": ""}),
        csv_address="/ledger/entries.csv" + (f"?{urlencode(kept)}" if kept else ""),
        wanted=wanted,
        address=house(request).settings.address.rstrip("/"),
        **context,
    )


def _called(
    request: Request[Any, Any, Any], logged: Iterable[LoggedEntry], departments: Iterable[str] = ()
) -> words.Called:
    """Return what the codes of these entries are called now."""
    codes: dict[str, set[str]] = {"department": set(departments)}
    for each in logged:
        for field, value in each.entry.public.items():
            if isinstance(value, str):
                codes.setdefault(field, set()).add(value)
            elif isinstance(value, list):
                codes.setdefault(field, set()).update(value)
    return house(request).port(Names).called(codes)


def _line(logged: LoggedEntry, language: str, called: words.Called) -> dict[str, Any]:
    """What the list says about an entry."""
    entry = logged.entry
    outcome = entry.public.get("outcome") or entry.public.get("status")
    return {
        "id": entry.id,
        "number": logged.number,
        "at": entry.at,
        "kind": entry.kind.value,
        "department": words.name_of(entry, "department", language, called),
        "about": words.about(entry, language, called),
        "outcome": words.word(outcome, translator(language), entry.kind) if outcome else "",
    }


@get("/ledger/entries/{identifier:str}", sync_to_thread=False, opt=_ACCESS)
def entry(request: Request[Any, Any, Any], identifier: FromPath[str]) -> Response[str]:
    """One entry: everything that it shows, what it hides, its proof, and how to verify it."""
    language = language_of(request)
    with house(request).db.read() as reader:
        logged = queries.entry(reader.connection, identifier)
        signed = queries.latest_checkpoint(reader.connection)
        key = queries.verifier_key(reader.connection)
    called = _called(request, [logged])
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


@get("/ledger/entries.csv", sync_to_thread=False, opt=_ACCESS)
def entries_csv(request: Request[Any, Any, Any]) -> Stream:
    """The list as filtered, oldest first, for a spreadsheet."""
    headers = {"content-disposition": 'attachment; filename="ledger.csv"'}
    return Stream(_csv(request), media_type="text/csv", headers=headers)


def _csv(request: Request[Any, Any, Any]) -> Iterator[bytes]:
    """Write the list piece by piece, each from its own short read, however long it is."""
    language = language_of(request)
    t: Callable[[str], str] = translator(language)
    kind, department = _filters(request)
    columns = ("number", "at", "kind", "department", "about", "outcome", "id")
    opening = len(to_csv([], []))
    head = ["at_utc" if name == "at" else name for name in columns]
    yield to_csv([t(f"ledger.column.{name}") for name in head], [])
    first: int | None = 0
    while first is not None:
        with house(request).db.read() as reader:
            found = queries.some_entries(
                reader.connection, first, _A_CHUNK, kind=kind, department=department
            )
        called = _called(request, found)
        lines = [_line(each, language, called) for each in found]
        for line in lines:
            line["kind"] = t(f"ledger.kind.{line['kind']}")
            line["at"] = instant_text(line["at"])
        yield to_csv([], [[line[name] for name in columns] for line in lines])[opening:]
        first = (found[-1].number or 0) + 1 if len(found) == _A_CHUNK else None


HANDLERS = (ledger, entry, entries_csv)
