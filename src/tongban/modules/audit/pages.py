"""What audits found, for those who audit, inspect and operate."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from litestar import Request, Response, get

from tongban.kit.db import Reader
from tongban.kit.html import page
from tongban.kit.http import house, requires
from tongban.kit.i18n import translate
from tongban.kit.lists import (
    Asking,
    Column,
    Found,
    Kind,
    Listing,
    Paged,
    choice,
    coded,
    doors,
    look,
)
from tongban.modules.audit import queries
from tongban.modules.audit.model import FindingKind, Kept
from tongban.modules.audit.queries import Declared

_READERS = {"access": requires(*queries.READERS)}


def _wanted(asking: Asking) -> dict[str, str]:
    return {name: asking.values[name] for name in ("kind", "rows", "state")}


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    found, total = queries.findings(reader.connection, **_wanted(asking), page=number, size=size)
    return Found(found, total)


def _every(reader: Reader, asking: Asking) -> Iterator[Sequence[Any]]:
    return queries.every_finding(reader.connection, **_wanted(asking))


def _kinds_of_rows(reader: Reader, asking: Asking) -> list[tuple[str, str]]:
    declared = reader.port(Declared)
    names = [one.name for one in declared.rows] + [one.name for one in declared.sweeps]
    return [(name, translate(asking.language, f"audit.rows.{name}")) for name in names]


def _fields(one: Kept, _asking: Asking) -> str:
    return ", ".join(one.finding.fields)


def _state(one: Kept, _asking: Asking) -> str:
    return "standing" if one.gone_at is None else "gone"


FINDINGS = Listing(
    name="findings",
    title="audit.page.findings",
    address="/audit",
    api="/api/audit/findings",
    access=requires(*queries.READERS),
    columns=(
        Column("kind", "audit.page.kind", of="finding.kind",
               type=FindingKind, words=coded("audit.kind"), width=26),
        Column("rows", "audit.page.rows", of="finding.rows", words=coded("audit.rows")),
        Column("table", "audit.page.table", Kind.IDENTIFIER, of="finding.table", width=28),
        Column("row", "audit.page.row", Kind.IDENTIFIER, of="finding.row", width=38),
        Column("fields", "audit.page.fields", of=_fields, width=30),
        Column("number", "audit.page.number", Kind.NUMBER, of="finding.number",
               type=int | None),
        Column("entry", "audit.page.entry", Kind.IDENTIFIER, of="finding.entry", on_page=False,
               width=38),
        Column("state", "audit.page.state", of=_state, words=coded("audit.state"),
               type=Literal["standing", "gone"]),
        Column("first_at", "audit.page.first_at", Kind.INSTANT),
        Column("last_at", "audit.page.last_at", Kind.INSTANT, on_page=False),
        Column("gone_at", "audit.page.gone_at", Kind.INSTANT, on_page=False),
    ),
    filters=(
        choice("state", "audit.page.state", allowed=("standing", "gone"), group="audit.state"),
        choice("kind", "audit.page.kind", allowed=[each.value for each in FindingKind],
               group="audit.kind"),
        choice("rows", "audit.page.rows", _kinds_of_rows),
    ),
    source=Paged(_page, _every),
)  # fmt: skip
"""Every finding, newest first: which row, which entry, which fields, and nobody's data."""


@get("/audit", opt=_READERS, sync_to_thread=False)
def audit(request: Request[Any, Any, Any]) -> Response[str]:
    """When the database was last held against the public ledger, and what was found."""
    with house(request).db.read() as reader:
        listed = look(request, reader, FINDINGS)
        context: dict[str, Any] = {
            "running": queries.running(reader.connection),
            "last": queries.last_run(reader.connection),
            "standing": queries.standing(reader.connection),
            "means": queries.kinds_standing(reader.connection),
        }
    return page(request, "audit/audit.html", listed=listed, **context)


HANDLERS = (audit, *doors(FINDINGS))
