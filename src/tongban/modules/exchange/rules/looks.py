"""When a look is worth a line of its own, and what may be written as its reason."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from tongban.kernel.errors import Kind, Refusal
from tongban.modules.exchange.model.looks import LONGEST_WORDS, Look, Looked, LookKind, LookReason

ONE_LOOK = dt.timedelta(minutes=30)
"""So long a page that is loaded again is still the same look."""


def same_day(known: Iterable[Looked], kind: LookKind, step: str) -> Looked | None:
    """Return the line of the day that a look of a kind for a step is counted on; one with a reason
    stands alone. Who has another step in hand by then looks for that one, and sees what it needs."""
    if kind is LookKind.OPENED:
        return None
    return next((each for each in known if each.kind is kind and each.step == step), None)


def is_due(known: Looked | None, elements: Iterable[str], now: dt.datetime) -> bool:
    """Whether anything is to be written: the first look of the day, one after half an hour, or one
    that shows more than those before."""
    if known is None or now - known.last_at >= ONE_LOOK:
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
    """Return what the ledger entry of a look commits to, besides what it shows.

    What was seen the entry shows itself; the line may come to name more, as later looks are counted on it.
    """
    return _facts(
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


def facts_kept(row: Any, subject: str, words: str) -> dict[str, object]:
    """Return the same of a look as it is kept."""
    return _facts(
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


def _facts(*, identifier: str, at: dt.datetime, **facts: str) -> dict[str, object]:
    return {"look": identifier, "at": at.isoformat(), **facts}
