"""How each measure is computed from the facts of the running system. No measure is typed in.

The law all of them keep (``tests/laws/test_no_flattery.py``): when the world gets worse, such as by
a case that becomes late, undecided, withdrawn, refused or sent back for correction, or by data that
are refused, unreadable or do not come, no figure moves in its better direction. So what is left
undone is counted where it would otherwise only be missing.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import msgspec
from msgspec.structs import astuple

from tongban.modules.evaluation.model import NOTHING, Better, CaseCount, Facts, Reading, Tally

FIELDS = Tally.__struct_fields__
"""What is added up, by name."""


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


def tally(case: CaseCount) -> Tally:
    """Return what one case adds."""
    limited = case.days_saved is not None
    return Tally(
        cases=1,
        known=int(case.on_time is not None),
        on_time=int(bool(case.on_time)),
        limited=int(limited),
        days_saved=case.days_saved or 0,
        told=int(limited and (case.decided or case.days_saved != 0)),
        fetched=case.values_fetched,
        asked=case.values_asked,
        missing=case.values_missing,
        corrected=int(case.corrections > 0),
    )


def added(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of tallies."""
    rows = [astuple(one) for one in tallies]
    return (
        Tally(**dict(zip(FIELDS, map(sum, zip(*rows, strict=True)), strict=True)))
        if rows
        else Tally()
    )


def less(whole: Tally, part: Tally) -> Tally:
    """Return a tally without another: what it adds may be below nought."""
    pairs = zip(FIELDS, astuple(whole), astuple(part), strict=True)
    return Tally(**{name: one - other for name, one, other in pairs})


def cases_on_time_share(facts: Facts) -> Reading:
    """Of the cases that were decided or whose limit has passed, how many were decided within it.

    What is overdue stays counted as not on time, also when it is withdrawn or lapses afterwards.
    """
    return share(facts.cases.on_time, facts.cases.known)


def values_fetched_share(facts: Facts) -> Reading:
    """Of all values that cases needed, how many departments supplied instead of the applicant.

    A value that a department could not supply is needed still, also where nobody was asked instead.
    """
    cases = facts.cases
    return share(cases.fetched, cases.fetched + cases.asked + cases.missing)


def average_days_saved(facts: Facts) -> Reading:
    """Calendar days between decision and statutory last day, on average over all cases with one.

    A case without a decision has saved nothing, and loses the days that it is overdue. While none was
    decided and none is overdue, there is no average: nought would say how fast nobody was.
    """
    cases = facts.cases
    return share(cases.days_saved, cases.limited) if cases.told else NOTHING


def corrections_share(facts: Facts) -> Reading:
    """Of all cases, how many were sent back for correction (补正); fewer is better."""
    return share(facts.cases.corrected, facts.cases.cases)


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
