"""A department's open steps by clerk, for whoever hands them out."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from tongban.kernel.actors import Actor
from tongban.kernel.paging import page_count, skipped
from tongban.kernel.text import Text
from tongban.kit.db import Reader
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity
from tongban.modules.identity.model import StaffAccount
from tongban.modules.services.model import Case, Place, StepRun
from tongban.modules.services.queries.tasks import PAGE, Opened, opened
from tongban.modules.services.store import at_hand


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """An open step in a department and who has it, for the manager."""

    case: Case
    run: StepRun
    service_name: Text
    step_name: Text
    clerk_name: str
    duty: str
    """What the step needs of whoever does it."""


class HandedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a department's open steps, and by whom it can be narrowed."""

    lines: tuple[Handed, ...]
    total: int
    clerks: tuple[tuple[str, str], ...]
    """Who has steps in hand, account and name; those of nobody last, by :data:`NOBODY`."""


NOBODY = "nobody"
"""Asks for the steps that nobody has in hand."""
_WINDOW = 500
"""Lines of a file that are worked out at a time."""


class _Hands:
    """Whose the open steps of a department are, in the order in which they are listed."""

    def __init__(self, reader: Reader, actor: Actor, clerk: str, text: str) -> None:
        self._connection, self._department, self._text = reader.connection, actor.department, text
        self._today = government.calendar(reader.connection).local_date(reader.now)
        held = at_hand.held(reader.connection, actor.department, self._today, text)
        self._names = {each: identity.name_of(reader, each) for each in held if each}
        ordered = sorted(held, key=lambda each: (not each, self._names.get(each, ""), each))
        self.clerks = tuple((each or NOBODY, self._names.get(each, "")) for each in ordered)
        self._held = {each: held[each] for each in ordered if clerk in ("", each or NOBODY)}
        self.total = sum(self._held.values())

    def lines(self, most: int, skip: int) -> tuple[Handed, ...]:
        """Return some of the lines, clerk after clerk, of each what is due soonest first."""
        places: list[Place] = []
        for clerk, count in self._held.items():
            if skip < count and len(places) < most:
                places += at_hand.in_hand(
                    self._connection,
                    self._department,
                    self._today,
                    clerk,
                    self._text,
                    most - len(places),
                    skip,
                )
            skip = max(0, skip - count)
        return tuple(_handed(one, self._names) for one in opened(self._connection, places))


def in_department(
    reader: Reader,
    actor: Actor,
    clerk: str = "",
    text: str = "",
    page: int = 1,
    size: int | None = PAGE,
) -> HandedPage:
    """Return a page of the open steps of the manager's department, by clerk and then by their days;
    those in nobody's hand last. ``clerk`` narrows to an account or to :data:`NOBODY`, ``text`` is
    part of a case number. Behind the last page there is the last."""
    hands = _Hands(reader, actor, clerk, text)
    skip = skipped(min(max(1, page), page_count(hands.total, size)), size)
    lines = hands.lines(hands.total if size is None else size, skip)
    return HandedPage(lines=lines, total=hands.total, clerks=hands.clerks)


def every_step(
    reader: Reader, actor: Actor, clerk: str = "", text: str = ""
) -> Iterator[Sequence[Handed]]:
    """Yield the same lines, all of them, in pieces."""
    hands = _Hands(reader, actor, clerk, text)
    for skip in range(0, hands.total, _WINDOW):
        yield hands.lines(_WINDOW, skip)


def _handed(one: Opened, names: Mapping[str, str]) -> Handed:
    return Handed(
        case=one.case,
        run=one.run,
        service_name=one.procedure.name,
        step_name=one.step.name,
        clerk_name=names.get(one.run.clerk, ""),
        duty=one.step.needed_duty,
    )


def staff_with(reader: Reader, actor: Actor, duty: str) -> list[StaffAccount]:
    """Return who of the manager's department could take the steps that need a duty."""
    return identity.staff_with(reader, actor.department, duty)
