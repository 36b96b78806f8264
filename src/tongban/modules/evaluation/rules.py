"""How each measure is computed from the facts of the running system. No measure is typed in.

The law all of them keep (``tests/laws/test_no_flattery.py``): when the world gets worse, such as by
a case that becomes late, undecided, withdrawn, refused or sent back for correction, or by data that
are refused, unreadable or do not come, no figure moves in its better direction. So what is left
undone is counted where it would otherwise only be missing.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import msgspec

from tongban.modules.evaluation.model import NOTHING, Better, CaseCount, Facts, Reading


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One built-in measure: how it is computed, and in which direction it is better."""

    compute: Callable[[Facts], Reading]
    better: Better
    is_share: bool = True
    """Whether its value is a part of a whole, shown in per cent."""


def share(numerator: int, denominator: int) -> Reading:
    """Return a share between 0 and 1; nothing to count gives no value."""
    value = numerator / denominator if denominator else None
    return Reading(numerator=numerator, denominator=denominator, value=value)


def _count(cases: Iterable[CaseCount], which: Callable[[CaseCount], bool]) -> int:
    return sum(1 for case in cases if which(case))


def cases_on_time_share(facts: Facts) -> Reading:
    """Of the cases that were decided or whose limit has passed, how many were decided within it.

    What is overdue stays counted as not on time, also when it is withdrawn or lapses afterwards.
    """
    known = [case for case in facts.cases if case.on_time is not None]
    return share(_count(known, lambda case: bool(case.on_time)), len(known))


def values_fetched_share(facts: Facts) -> Reading:
    """Of all values that cases needed, how many departments supplied instead of the applicant.

    A value that a department could not supply is needed still, also where nobody was asked instead.
    """
    fetched = sum(case.values_fetched for case in facts.cases)
    others = sum(case.values_asked + case.values_missing for case in facts.cases)
    return share(fetched, fetched + others)


def average_days_saved(facts: Facts) -> Reading:
    """Calendar days between decision and statutory last day, on average over all cases with one.

    A case without a decision has saved nothing, and loses the days that it is overdue. While none was
    decided and none is overdue, there is no average: nought would say how fast nobody was.
    """
    limited = [case for case in facts.cases if case.days_saved is not None]
    saved = [case.days_saved or 0 for case in limited]
    told = any(case.decided or case.days_saved for case in limited)
    return share(sum(saved), len(saved)) if told else NOTHING


def corrections_share(facts: Facts) -> Reading:
    """Of all cases, how many were sent back for correction (补正); fewer is better."""
    return share(_count(facts.cases, lambda case: case.corrections > 0), len(facts.cases))


def disclosures_consented_share(facts: Facts) -> Reading:
    """Of all disclosures, how many the person consented to; the others rest on a law."""
    return share(facts.disclosures.consented, facts.disclosures.disclosed)


def data_answered_share(facts: Facts) -> Reading:
    """Of all attempts to fetch data, how many were answered, and so that all of it could be read.

    One that was refused, found nothing, failed, or was unreadable even in part is not among them.
    """
    return share(facts.disclosures.readable, facts.disclosures.attempts)


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "cases_on_time_share": Measure(compute=cases_on_time_share, better=Better.HIGHER),
        "values_fetched_share": Measure(compute=values_fetched_share, better=Better.HIGHER),
        "average_days_saved": Measure(
            compute=average_days_saved, better=Better.HIGHER, is_share=False
        ),
        "corrections_share": Measure(compute=corrections_share, better=Better.LOWER),
        # Consent and law are equally good reasons: more of one is neither better nor worse.
        "disclosures_consented_share": Measure(
            compute=disclosures_consented_share, better=Better.NEITHER
        ),
        "data_answered_share": Measure(compute=data_answered_share, better=Better.HIGHER),
    }
)
"""Every built-in measure by the name that definitions use."""


def reached(value: float | None, target: float | None, better: Better) -> bool | None:
    """Return whether a target is reached; None without a target, a value or a better direction."""
    if value is None or target is None or better is Better.NEITHER:
        return None
    return value <= target if better is Better.LOWER else value >= target


def flatters(before: Reading, after: Reading, better: Better) -> bool:
    """Whether a reading moved in its better direction; from or to no value at all is no move."""
    if before.value is None or after.value is None or better is Better.NEITHER:
        return False
    moved = after.value - before.value
    return moved < 0 if better is Better.LOWER else moved > 0
