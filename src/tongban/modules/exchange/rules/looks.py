"""When a look is worth a line of its own, and what may be written as its reason."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from tongban.kernel.errors import Kind, Refusal
from tongban.modules.exchange.model.looks import LONGEST_WORDS, Look, Looked, LookKind, LookReason

ONE_LOOK = dt.timedelta(minutes=30)
"""So long a page that is loaded again is still the same look."""


def same_day(known: Iterable[Looked], kind: LookKind, step: str) -> Looked | None:
    """Return the line of the day that a look of a kind for a step is counted on; one with a reason
    stands alone. Who has another step in hand by then looks for that one, and sees what it needs."""
    if kind is LookKind.OPENED:
        return None
    every = list(known)
    lines = [each for each in every if each.kind is kind and each.step == step]
    return _together(lines, opened(every)) if lines else None


def _together(lines: Sequence[Looked], more: Iterable[str]) -> Looked:
    """Return looks of one step and day as the one line that they are: what showed more has a row of its
    own, so that its entry says so, and so has what was opened with a reason and stands there since."""
    shown = dict.fromkeys(element for each in lines for element in each.elements)
    shown |= dict.fromkeys(sorted(more))
    latest = max(each.last_at for each in lines)
    return msgspec.structs.replace(lines[0], elements=tuple(shown), last_at=latest)


def is_due(known: Looked | None, elements: Iterable[str], now: dt.datetime) -> bool:
    """Whether anything is to be written: the first look of the day, one after half an hour, or one
    that shows more than those before. A last look that is yet to come was written by nobody who looked."""
    if known is None or not dt.timedelta() <= now - known.last_at < ONE_LOOK:
        return True
    return not set(elements) <= set(known.elements)


def opened(known: Iterable[Looked]) -> frozenset[str]:
    """Return what was opened with a reason, of what somebody did with one case on one day."""
    return frozenset(
        element for each in known if each.kind is LookKind.OPENED for element in each.elements
    )


def check_reason(reason: str, words: str) -> LookReason:
    """Return the reason that was chosen. Refuses none, and one without words of its own or too many."""
    fields = {}
    if reason not in set(LookReason):
        fields["reason"] = "exchange.look_reason_missing"
    if len(words.strip()) < 2:
        fields["words"] = "exchange.look_words_missing"
    elif len(words) > LONGEST_WORDS:
        fields["words"] = "exchange.look_words_too_long"
    if fields:
        raise Refusal(
            "exchange.look_unreasoned", Kind.INVALID, fields=fields, longest=LONGEST_WORDS
        )
    return LookReason(reason)


def facts_of(look: Look, identifier: str, at: dt.datetime) -> dict[str, object]:
    """Return what the ledger entry of a look commits to."""
    return _facts(
        elements=look.elements,
        identifier=identifier,
        at=at,
        subject=look.subject.id,
        case=look.case_number,
        department=look.department,
        account=look.account,
        step=look.step,
        reason=look.reason.value if look.reason else "",
        words=look.words,
    )


def facts_kept(row: Any, subject: str, words: str, *, whole: bool = True) -> dict[str, object]:
    """Return the same of a look as it is kept; not ``whole`` what an entry of an earlier release committed
    to, which did not speak of what was seen."""
    return _facts(
        elements=row.elements if whole else None,
        identifier=row.id,
        at=row.first_at,
        subject=subject,
        case=row.case_number,
        department=row.department,
        account=row.account,
        step=row.step,
        reason=row.reason,
        words=words,
    )


def _facts(
    *, identifier: str, at: dt.datetime, elements: Iterable[str] | None, **facts: str
) -> dict[str, object]:
    seen = {} if elements is None else {"elements": list(elements)}
    return {"look": identifier, "at": at.isoformat(), **facts, **seen}
