"""Who used my data: every line with department, purpose, legal basis, time and proof."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from tongban.kernel.subjects import SubjectRef
from tongban.kit.html import page
from tongban.kit.http import actor_of, house, json_answer, language_of, ok, page_from, signed_in
from tongban.kit.i18n import translator
from tongban.kit.sheets import JSON, csv_file, download
from tongban.modules.exchange import errors, queries, wire
from tongban.modules.exchange.model import DisclosureLine, Outcome
from tongban.modules.exchange.pages.naming import names_of
from tongban.modules.government import queries as government
from tongban.modules.ledger import queries as ledger

_ACCESS = {"access": signed_in()}
_FILTERS = ("department", "outcome", "since", "until")
_COLUMNS = (
    "at",
    "department",
    "provider",
    "resource",
    "elements",
    "purpose",
    "basis",
    "clause",
    "service",
    "case_number",
    "outcome",
    "ledger_entry",
)


def _myself(request: Request[Any, Any, Any]) -> SubjectRef:
    subject = actor_of(request).subject
    if subject is None:
        raise errors.no_subject()
    return subject


@get("/my/data-uses", sync_to_thread=False, opt=_ACCESS)
def data_uses(request: Request[Any, Any, Any]) -> Response[str]:
    """Every use of my data, newest first."""
    asked = request.query_params
    me = _myself(request)
    wanted = wire.disclosure_filter(asked)
    with house(request).db.read() as reader:
        found = queries.disclosures_about(reader, me, page_from(asked), wanted)
        names = names_of(request, reader)
        departments = queries.departments_about(reader, me)
    kept = {name: asked.get(name, "") for name in _FILTERS}
    return page(
        request,
        "exchange/data_uses.html",
        found=found,
        names=names,
        departments=departments,
        outcomes=[outcome.value for outcome in Outcome],
        kept={name: value for name, value in kept.items() if value},
    )


@get("/my/data-uses/export.csv", sync_to_thread=False, opt=_ACCESS)
def data_uses_csv(request: Request[Any, Any, Any]) -> Response[bytes]:
    """My lines as filtered, for a spreadsheet."""
    t = translator(language_of(request))
    with house(request).db.read() as reader:
        zone = government.zone(reader.connection)
    rows = []
    for line, row, names in _exported(request):
        words = {
            "department": names["department"].get(line.department, line.department),
            "provider": names["department"].get(line.provider, line.provider),
            "resource": names["resource"].get(line.resource, line.resource),
            "elements": "; ".join(names["element"].get(e, e) for e in line.elements),
            "basis": t(f"exchange.basis.{line.basis}"),
            "outcome": t(f"exchange.outcome.{line.outcome}"),
            "case_number": t("exchange.uses.is_draft") if line.draft else line.case_number,
        }
        rows.append([words.get(column, row[column]) for column in _COLUMNS])
    head = [t(f"exchange.column.{column}") for column in _COLUMNS]
    return csv_file("data-uses", head, rows, zone)


@get("/my/data-uses/export.json", sync_to_thread=False, opt=_ACCESS)
def data_uses_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """My lines as filtered, for a program."""
    rows = [row for _, row, _ in _exported(request)]
    return download(json_answer(ok(rows, total=len(rows))).content, "data-uses.json", JSON)


def _exported(
    request: Request[Any, Any, Any],
) -> list[tuple[DisclosureLine, dict[str, Any], dict[str, dict[str, str]]]]:
    wanted = wire.disclosure_filter(request.query_params)
    with house(request).db.read() as reader:
        found = queries.disclosures_about(reader, _myself(request), wanted=wanted, size=None)
        names = names_of(request, reader)
    language = language_of(request)
    return [(line, wire.disclosure_object(line, language), names) for line in found.lines]


@get("/my/data-uses/{line:str}", sync_to_thread=False, opt=_ACCESS)
def data_use(request: Request[Any, Any, Any], line: FromPath[str]) -> Response[str]:
    """One use of my data, and how to check it."""
    with house(request).db.read() as reader:
        found = queries.disclosure(reader, _myself(request), line)
        names = names_of(request, reader)
        key = ledger.verifier_key(reader.connection)
    return page(
        request,
        "exchange/data_use.html",
        line=found.line,
        count=found.count,
        names=names,
        vkey=key,
    )


@get("/my/data-uses/{line:str}/opening.json", sync_to_thread=False, opt=_ACCESS)
def data_use_opening(request: Request[Any, Any, Any], line: FromPath[str]) -> Response[bytes]:
    """What opens the ledger entry of one use of my data: for me to keep and to check with."""
    with house(request).db.read() as reader:
        salt, facts = queries.opening(reader, _myself(request), line)
    return download(ledger.opening_file(salt, facts), "opening.json", JSON)


HANDLERS = (data_uses, data_uses_csv, data_uses_json, data_use, data_use_opening)
