"""How each measure is computed from the facts of the running system. No measure is typed in."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from tongban.modules.evaluation.model import CaseCount, Facts, Reading

Measure = Callable[[Facts], Reading]


def share(numerator: int, denominator: int) -> Reading:
    """Return a share between 0 and 1; nothing to count gives no value."""
    value = numerator / denominator if denominator else None
    return Reading(numerator=numerator, denominator=denominator, value=value)


def _count(cases: Iterable[CaseCount], which: Callable[[CaseCount], bool]) -> int:
    return sum(1 for case in cases if which(case))


def cases_on_time_share(facts: Facts) -> Reading:
    """Of the decided cases with a promised limit, how many were decided within it."""
    known = [case for case in facts.cases if case.on_time is not None]
    return share(_count(known, lambda case: bool(case.on_time)), len(known))


def values_fetched_share(facts: Facts) -> Reading:
    """Of all values that cases needed, how many departments supplied instead of the applicant."""
    fetched = sum(case.values_fetched for case in facts.cases)
    return share(fetched, fetched + sum(case.values_asked for case in facts.cases))


def average_days_saved(facts: Facts) -> Reading:
    """Calendar days between decision and statutory last day, on average over decided cases."""
    saved = [case.days_saved for case in facts.cases if case.days_saved is not None]
    return share(sum(saved), len(saved))


def corrections_share(facts: Facts) -> Reading:
    """Of all cases, how many were sent back for correction (补正); fewer is better."""
    return share(_count(facts.cases, lambda case: case.corrections > 0), len(facts.cases))


def disclosures_consented_share(facts: Facts) -> Reading:
    """Of all disclosures, how many the person consented to; the others rest on a law."""
    return share(facts.disclosures.consented, facts.disclosures.disclosed)


def data_answered_share(facts: Facts) -> Reading:
    """Of all attempts to fetch data, how many brought a value: not refused, and not empty."""
    return share(facts.disclosures.disclosed, facts.disclosures.attempts)


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.__name__: measure
        for measure in (
            cases_on_time_share,
            values_fetched_share,
            average_days_saved,
            corrections_share,
            disclosures_consented_share,
            data_answered_share,
        )
    }
)
"""Every built-in measure by the name that definitions use."""

SHARES = frozenset(name for name in MEASURES if name.endswith("_share"))
"""Measures whose value is a share and is shown in per cent."""


def reached(value: float | None, target: float | None, better: str) -> bool | None:
    """Return whether a target is reached; None without a target or a value."""
    if value is None or target is None:
        return None
    return value <= target if better == "lower" else value >= target
