"""What of a certificate somebody of staff sees: no more than of the case that it comes from."""

from collections.abc import Mapping

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Kind, Refusal
from tongban.kit.db import Reader
from tongban.modules.certificates import queries as certificates
from tongban.modules.certificates.model import Certificate, Seen
from tongban.modules.exchange import queries as exchange
from tongban.modules.exchange.model.looks import LookKind
from tongban.modules.services.model.base import Value
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.queries.work import WorkCase, work_case
from tongban.modules.services.rules import conditions


class Certified(Value, frozen=True, kw_only=True):
    """A certificate's lines as somebody of staff sees them, by the case that it comes from."""

    work: WorkCase
    seen: Seen
    shown: tuple[str, ...]
    """What of the case's values stands there, by key."""
    look_due: bool
    """Whether the look is still to be put on record."""


def certified(reader: Reader, actor: Actor, certificate: Certificate) -> Certified | None:
    """Return what somebody sees of a certificate; None for whom the case is not there."""
    try:
        work = work_case(reader, actor, certificate.case_number)
    except Refusal as refusal:
        if refusal.kind is not Kind.NOT_FOUND:
            raise
        return None
    lines, hidden = lines_of(work.loaded), work.hidden()
    seen = {code: keys for code, keys in lines.items() if work.sight.judges(keys)}
    whole = frozenset(code for code, keys in seen.items() if not keys & hidden)
    shown = tuple(key for key in work.in_the_clear if any(key in keys for keys in seen.values()))
    return Certified(
        work=work,
        seen=Seen(
            whole=whole,
            by_mask=frozenset(seen) - whole,
            holder=True,
            may_open=bool(_closed(work, lines)),
        ),
        shown=shown,
        look_due=exchange.is_look_due(work.looks, LookKind.CASE, work.post_code, shown, reader.now),
    )


def hidden_in(reader: Reader, work: WorkCase, certificate: str) -> tuple[str, ...]:
    """Return what a certificate of a case says and somebody does not see; nothing of another case's."""
    there = {each.id for each in certificates.of_case(reader, work.loaded.case.number)}
    return _closed(work, lines_of(work.loaded)) if certificate in there else ()


def _closed(work: WorkCase, lines: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    return tuple(key for key in work.closed if any(key in keys for keys in lines.values()))


def lines_of(loaded: Loaded) -> Mapping[str, frozenset[str]]:
    """Return what each line of a case's certificate rests on, of what the case holds.

    What was not asked, or had no answer, is no part of the line. A line of whose values none is held
    any more, and the applicant's number, which is no value of the case, stay hidden.
    """
    known = {value.key for value in loaded.values if value.value is not None}
    known |= {"applicant.name", "applicant.number", "application.date", "today"}
    found = {}
    for code, expression in loaded.service.result.fields.items():
        keys = frozenset(conditions.keys_of(expression))
        found[code] = keys & known or keys
    return found
