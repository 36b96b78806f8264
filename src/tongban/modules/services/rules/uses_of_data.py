"""What data a case has a use for, in the situation that the applicant is in.

A service says what it fetches; what it is fetched for stands in its questions, rules, calculations,
certificate and what its steps check. An element that all of these use only in other situations is
not fetched, not asked for in its place, and proved by no paper: nothing would ever look at it. An
element that nothing uses at all is left as the service declares it, and a check says so.
"""

from collections.abc import Iterator, Mapping

from tongban.modules.services.model import Lookup, Plain, Service
from tongban.modules.services.rules.conditions import holds, keys_of, work_out

_SITUATION = "situation."


def idle_elements(service: Service, lookup: Lookup) -> frozenset[str]:
    """Return the elements that the service uses in some situation, but surely not in this one.

    Only what the applicant said of the situation counts: what was fetched must not decide what is
    fetched. A situation that was not said yet excludes nothing.
    """
    situation = {key: value for key, value in lookup.items() if key.startswith(_SITUATION)}
    return frozenset(_used(service, {})) - frozenset(_used(service, situation))


def _used(service: Service, situation: Lookup) -> Iterator[str]:
    fields = [field for section in service.form for field in section.fields]
    for field in fields:
        if not field.when or holds(field.when, situation) is not False:
            yield field.key
    whens = [each.when for each in fields if each.when]
    whens += [each.when for each in service.needs if each.when]
    whens += [each.when for each in service.materials if each.when]
    for condition in (*whens, *(rule.condition for rule in service.rules)):
        if holds(condition, situation) is None:
            yield from keys_of(condition)
    yield from _calculated(service, situation)
    for step in service.steps:
        yield from step.checks
    for line in service.result.fields.values():
        yield from keys_of(line)


def _calculated(service: Service, situation: Lookup) -> Iterator[str]:
    """Yield what calculations rest on; one that comes out by the situation alone rests on nothing."""
    known: Mapping[str, Plain | None] = situation
    for calculation in service.calculations:
        value = work_out(calculation.value, known, calculation.type)
        if value is None:
            yield from keys_of(calculation.value)
        known = {**known, f"result.{calculation.code}": value}
