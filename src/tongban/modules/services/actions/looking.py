"""Who looked at a case: the pages, a file, and what was opened with a reason though no step needs it."""

from collections.abc import Collection, Sequence

from tongban.kernel.actors import Actor
from tongban.kit.db import Unit
from tongban.modules.exchange import actions as exchange
from tongban.modules.exchange import queries as looking
from tongban.modules.exchange.model.looks import Look, LookKind, LookReason
from tongban.modules.services import errors
from tongban.modules.services.queries.work import WorkCase, work_case
from tongban.modules.services.store import history


def look(unit: Unit, actor: Actor, found: WorkCase) -> None:
    """Put on record that a member of staff looked at a case, and remember it, so that news is news."""
    history.mark_seen(unit, actor.account, found.loaded.case.id)
    exchange.note_look(unit, _look(actor, found, LookKind.CASE, found.in_the_clear))


def look_at_file(unit: Unit, actor: Actor, found: WorkCase, material: str) -> None:
    """Put on record that a member of staff fetched a file of a case."""
    exchange.note_look(unit, _look(actor, found, LookKind.FILE, (f"material.{material}",)))


def look_at_certificate(unit: Unit, actor: Actor, found: WorkCase, keys: Sequence[str]) -> None:
    """Put on record that a member of staff looked at the certificate of a case: a look at the case."""
    exchange.note_look(unit, _look(actor, found, LookKind.CASE, keys))


def open_values(
    unit: Unit, actor: Actor, number: str, keys: Collection[str], reason: str, words: str
) -> None:
    """Open what the actor's steps do not need, for the rest of the day, and put why on record.

    What is open already stays so: pressing twice is no second look. Refuses when nothing was chosen that
    can be opened, and a reason that is none.
    """
    found = work_case(unit, actor, number)
    wanted = tuple(key for key in found.closed if key in keys)
    if not wanted and set(keys) & looking.opened(found.looks):
        return
    why = looking.reason_of(reason, words)
    if not wanted:
        raise errors.nothing_to_open()
    exchange.note_look(unit, _look(actor, found, LookKind.OPENED, wanted, why, words.strip()))


def _look(
    actor: Actor,
    found: WorkCase,
    kind: LookKind,
    elements: Sequence[str],
    reason: LookReason | None = None,
    words: str = "",
) -> Look:
    loaded, step = found.loaded, found.post
    return Look(
        kind=kind,
        account=actor.account,
        department=actor.department,
        step=found.post_code,
        post=step.name if step else "",
        case_number=loaded.case.number,
        service=loaded.service.code,
        service_version=loaded.service.version,
        service_name=loaded.service.name,
        subject=loaded.applicant.subject,
        elements=tuple(elements),
        names={key: loaded.names.get(key, key) for key in elements if key not in loaded.elements},
        reason=reason,
        words=words,
    )
