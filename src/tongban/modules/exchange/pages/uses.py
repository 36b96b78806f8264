"""Who used my data: every line with department, purpose, legal basis, time and proof."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromPath
from msgspec import Meta, Struct

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Kind as RefusalKind
from tongban.kernel.subjects import SubjectRef
from tongban.kit.db import Reader
from tongban.kit.downloads import JSON, download
from tongban.kit.html import page
from tongban.kit.http import actor_of, house, signed_in
from tongban.kit.interface.declaration import Nothing, Operation, problem_named
from tongban.kit.interface.doors import offered
from tongban.kit.lists import (
    Asking,
    Choice,
    Column,
    Found,
    Kind,
    Listing,
    Windows,
    choice,
    coded,
    day,
    doors,
    file_in_pieces,
    hidden,
    in_words,
    look,
)
from tongban.kit.lists.describing import OF_FILES as BUSY
from tongban.modules.exchange import errors, proven, queries, wire
from tongban.modules.exchange.model import ASKED_FOR, DisclosureFilter, DisclosureLine, Outcome
from tongban.modules.exchange.model.looks import LookLine
from tongban.modules.exchange.pages.naming import all_named, named, names_known, names_of
from tongban.modules.government import queries as government
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import Signer

Line = DisclosureLine | LookLine
COMPLETE = "my-data-uses.json"
"""Name of the complete file, one in every language: page and guide print the command that reads it."""
_NOTHING_SIGNED = problem_named("ledger.nothing_signed_yet", RefusalKind.UNAVAILABLE)
_ACCESS = {"access": signed_in()}


def _myself(request: Request[Any, Any, Any]) -> SubjectRef:
    return _subject(actor_of(request))


def _subject(actor: Actor) -> SubjectRef:
    if actor.subject is None:
        raise errors.no_subject()
    return actor.subject


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    wanted = DisclosureFilter(**asking.values)
    found = queries.disclosures_about(reader, _subject(asking.actor), number, wanted, size)
    return Found(proven.as_entries_say(reader, found.lines), found.total)


def _departments(reader: Reader, asking: Asking) -> Iterable[Choice]:
    names = government.department_names(reader.connection, asking.language)
    for code in queries.departments_about(reader, _subject(asking.actor)):
        yield code, names.get(code, code)


def _line_number(line: Line, _: Asking) -> int | None:
    """Return a line's number; of what was kept back it is that among the lines of its day."""
    return line.number or None


def _number(line: Line, asking: Asking) -> str:
    return asking.t("exchange.uses.is_draft") if line.draft else line.case_number


def _occasion(line: Line, asking: Asking) -> str:
    """Return on which occasion it was read without a case, with the number of its file."""
    name, reference = asking.say(line.occasion_name), line.occasion_reference
    told = {"occasion": name, "reference": reference}
    return asking.t("exchange.uses.occasion", **told) if line.occasion else ""


def _elements(line: Line, asking: Asking) -> list[str]:
    """Return what was used, by what it is called."""
    own = line.names if isinstance(line, LookLine) else {}
    known = asking.known.names["element"]
    return [
        asking.say(own[each]) if each in own else known.get(each, each) for each in line.elements
    ]


def _post(line: Line, asking: Asking) -> str:
    return asking.say(line.post) if isinstance(line, LookLine) else ""


def _of_look(name: str) -> Callable[[Line, Asking], Any]:
    return lambda line, _: getattr(line, name) if isinstance(line, LookLine) else None


def _of_disclosure(name: str) -> Callable[[Line, Asking], Any]:
    return lambda line, _: None if isinstance(line, LookLine) else getattr(line, name) or None


def _reason(line: Line, asking: Asking) -> str:
    if not isinstance(line, LookLine) or not line.reason:
        return ""
    return f"{asking.t(f'exchange.look_reason.{line.reason}')} · {line.words}"


USES = Listing(
    name="data-uses",
    title="exchange.uses.title",
    address="/my/data-uses",
    api="/api/my/data-uses",
    access=signed_in(),
    known=names_known,
    columns=(
        Column("number", "exchange.column.line_number", Kind.NUMBER, of=_line_number,
               on_page=False),
        Column("at", "exchange.column.at", Kind.INSTANT, on_page=False),
        Column("department", "exchange.column.department", short="exchange.uses.who",
               words=named("department")),
        Column("post", "exchange.column.post", of=_post, on_page=False),
        Column("staff", "exchange.column.staff", of=_of_look("staff"), on_page=False),
        Column("times", "exchange.column.times", Kind.NUMBER, of=_of_look("times"), on_page=False),
        Column("provider", "exchange.column.provider", words=named("department"), on_page=False),
        Column("resource", "exchange.column.resource", words=named("resource"), on_page=False),
        Column("elements", "exchange.column.elements", short="exchange.uses.what",
               of=_elements, words=lambda names, _: "; ".join(names)),
        Column("unfit", "exchange.column.not_given", of=lambda line, _: list(line.unfit),
               words=all_named("element"), on_page=False),
        Column("purpose", "exchange.column.purpose",
               of=lambda line, asking: asking.say(line.purpose) or line.service),
        Column("basis", "exchange.column.basis", words=coded("exchange.basis")),
        Column("clause", "exchange.column.clause", words=in_words, on_page=False),
        Column("service", "exchange.column.service", on_page=False,
               of=lambda line, asking: asking.say(line.service_name) or line.service),
        Column("case_number", "exchange.column.case_number", Kind.IDENTIFIER, shows=_number,
               on_page=False),
        Column("occasion", "exchange.column.occasion", shows=_occasion, on_page=False),
        Column("shown_on", "exchange.column.shown_on", Kind.DAY, of=_of_disclosure("shown_on"),
               on_page=False),
        Column("kept_back_by", "exchange.column.kept_back_by", of=_of_disclosure("kept_back_by"),
               words=in_words, on_page=False),
        Column("outcome", "exchange.column.outcome", words=coded("exchange.outcome"),
               on_page=False, in_file=False),
        Column("state", "exchange.column.outcome", words=coded("exchange.outcome")),
        Column("reason", "exchange.column.reason", of=_reason, on_page=False),
        Column("ledger_entry", "exchange.column.ledger_entry", Kind.IDENTIFIER, width=38),
    ),
    filters=(
        choice("department", "exchange.uses.who", _departments),
        choice("state", "exchange.column.outcome", allowed=[each.value for each in ASKED_FOR],
               group="exchange.outcome"),
        hidden("outcome", allowed=[each.value for each in Outcome], group="exchange.outcome"),
        day("since", "exchange.uses.since"),
        day("until", "exchange.uses.until"),
    ),
    thing=lambda line, asking: wire.data_use(line, asking.language),
    shape=(wire.DisclosureObject, wire.LookObject),
    refusals=(errors.no_subject,),
    source=Windows(_page),
    size=queries.PAGE,
)  # fmt: skip
"""Every use of the data of the person, or organisation, that is signed in, newest first."""


@get("/my/data-uses", sync_to_thread=False, opt=_ACCESS)
def data_uses(request: Request[Any, Any, Any]) -> Response[str]:
    """Every use of my data, newest first."""
    with house(request).db.read() as reader:
        listed = look(request, reader, USES)
        gaps = queries.gaps(reader, _myself(request))
        key = ledger.verifier_key(reader.connection)
    names = listed.asking.known.names
    return page(request, "exchange/data_uses.html", listed=listed, names=names, gaps=gaps, vkey=key)


@offered(
    Operation(
        id="my_data_uses_complete",
        path="/my/data-uses/complete.json",
        access=signed_in(),
        message="exchange.interface.complete",
        answer=ledger.CompleteUses,
        refusals=(
            errors.no_subject,
            problem_named("ledger.nothing_signed_yet", RefusalKind.UNAVAILABLE),
            *BUSY,
        ),
        enveloped=False,
    )
)
async def data_uses_complete(request: Request[Any, Any, Any], _: Nothing) -> Response[Any]:
    """Every use of my data with what proves it, for ``tongban verify``: whether any is missing."""
    subject, signer = _myself(request), house(request).port(Signer)
    write = partial(queries.complete_file, subject=subject, signer=signer)
    return await file_in_pieces(request, write, COMPLETE, JSON, plain=COMPLETE)


@get("/my/data-uses/{line:str}", sync_to_thread=False, opt=_ACCESS)
def data_use(request: Request[Any, Any, Any], line: FromPath[str]) -> Response[str]:
    """One use of my data, and how to check it."""
    with house(request).db.read() as reader:
        looks = queries.look_about(reader, _myself(request), line)
        names = names_of(request, reader)
        if looks is not None:
            return page(request, "exchange/data_look.html", line=looks, names=names)
        found = queries.disclosure(reader, _myself(request), line)
        (said,) = proven.as_entries_say(reader, [found.line])
        key = ledger.verifier_key(reader.connection)
    return page(
        request,
        "exchange/data_use.html",
        line=said,
        count=found.count,
        names=names,
        vkey=key,
    )


class _Line(Struct, frozen=True, kw_only=True):
    line: Annotated[str, Meta(min_length=1, max_length=60)]


@offered(
    Operation(
        id="my_data_use_opening",
        path="/my/data-uses/{line}/opening.json",
        access=signed_in(),
        message="exchange.interface.opening",
        answer=ledger.OpeningFile,
        values=_Line,
        refusals=(errors.no_subject, errors.disclosure_not_found),
        enveloped=False,
    )
)
def data_use_opening(request: Request[Any, Any, Any], asked: _Line) -> Response[bytes]:
    """What opens the ledger entry of one use of my data: for me to keep and to check with."""
    with house(request).db.read() as reader:
        line = asked.line
        looks = queries.look_about(reader, _myself(request), line)
        if looks is not None:
            salt, facts = queries.look_opening(reader, _myself(request), looks)
        else:
            salt, facts = queries.opening(reader, _myself(request), line)
    return download(ledger.opening_file(salt, facts), "opening.json", JSON)


HANDLERS = (data_uses, data_uses_complete, *doors(USES), data_use, data_use_opening)
