"""Need to know inside a case: what of it a step sees, all else is hidden until somebody says why.

A step that declares its ``needs`` sees these and its ``checks`` in the clear, and nothing besides. Where
nothing is declared, the kind of step says what it cannot do without: who takes in sees what the
applicant said and attached, who reviews what they are asked to check, who decides what the decision
rests on, who delivers what is delivered. A review by another department than the service's sees only
what is named. Personal Information Protection Law, article 6: the least that the purpose needs.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from tongban.modules.services.model import CaseValue, Origin, Service, Step, StepKind
from tongban.modules.services.model.sight import Sight
from tongban.modules.services.rules.conditions import keys_of

_GIVEN = frozenset({Origin.ASKED, Origin.SITUATION})


def sight_of(service: Service, steps: Iterable[Step], values: Iterable[CaseValue]) -> Sight:
    """Return what somebody sees who has these steps in hand: of several steps, what each needs."""
    known = tuple(values)
    each = [needed_at(service, step, known) for step in steps]
    return Sight(
        whole=frozenset().union(*(one.whole for one in each)),
        by_mask=frozenset().union(*(one.by_mask for one in each)),
    )


def needed_at(service: Service, step: Step, values: Iterable[CaseValue] = ()) -> Sight:
    """Return what one step sees; ``values`` say which of them the applicant gave."""
    named = with_documents(service, {*step.needs, *step.checks})
    if step.needs:
        return Sight(whole=named)
    return Sight(whole=named, by_mask=_BY_KIND[step.kind](service, step, values))


def judged(service: Service) -> frozenset[str]:
    """Return what the rules, the calculations and the certificate of a service ask for."""
    sources = [rule.condition for rule in service.rules]
    sources += [each.value for each in service.calculations]
    sources += service.result.fields.values()
    return frozenset(key for source in sources for key in keys_of(source))


def rests_on(service: Service) -> frozenset[str]:
    """Return what a decision rests on: what is judged, what others checked, what was declared or
    wished for in this very application, and what is worked out from it."""
    found = set(judged(service)).union(*(step.checks for step in service.steps))
    found |= {
        field.key for section in service.form for field in section.fields if not field.element
    }
    found |= {f"situation.{each.code}" for each in service.situations}
    found |= {f"result.{each.code}" for each in service.calculations}
    found |= {f"material.{each.code}" for each in service.materials if not each.evidences}
    return with_documents(service, found)


def with_documents(service: Service, keys: Collection[str]) -> frozenset[str]:
    """Return keys with those of the documents that are proof of any of them."""
    proofs = (each for each in service.materials if set(each.evidences) & set(keys))
    return frozenset(keys) | {f"material.{each.code}" for each in proofs}


def _to_accept(service: Service, step: Step, values: Iterable[CaseValue]) -> frozenset[str]:
    """What was said and attached: whether it is complete, and belongs here."""
    if step.department != service.department:
        return frozenset()
    said = {each.key for each in values if each.origin in _GIVEN}
    return frozenset(said | {f"material.{each.code}" for each in service.materials})


def _to_review(service: Service, step: Step, _: Iterable[CaseValue]) -> frozenset[str]:
    """What is listed to be checked stands in the clear already; where nothing is, what is judged."""
    if step.checks or step.department != service.department:
        return frozenset()
    return rests_on(service)


def _to_decide(service: Service, _: Step, __: Iterable[CaseValue]) -> frozenset[str]:
    return rests_on(service)


def _to_issue(service: Service, _: Step, __: Iterable[CaseValue]) -> frozenset[str]:
    printed = {key for line in service.result.fields.values() for key in keys_of(line)}
    return frozenset(printed | {f"result.{each.code}" for each in service.calculations})


_BY_KIND: Mapping[
    StepKind, Callable[[Service, Step, Iterable[CaseValue]], frozenset[str]]
] = {
    StepKind.ACCEPT: _to_accept,
    StepKind.REVIEW: _to_review,
    StepKind.DECIDE: _to_decide,
    StepKind.ISSUE: _to_issue,
}  # fmt: skip
