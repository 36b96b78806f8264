"""Who could get what: the conditions of each open service over what is held about each subject."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tongban.app.trial.people import Organisation, Subject
from tongban.app.trial.values import Facts
from tongban.kernel.expressions import Expression, ExpressionError, evaluate, parse
from tongban.kernel.text import Text
from tongban.modules.services.model import Service

PERSON_AUDIENCE = "1"
"""自然人 of GB/T 39046-2020 A.4; every other audience is an organisation."""
MOST_TRIED = 300
"""How many people are thought up for one service before it is given up."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a subject stands with a service before anything is asked."""

    service: Service
    unmet: tuple[Text, ...]
    """Names of the rules that what is held already contradicts."""

    @property
    def fits(self) -> bool:
        """Whether nothing that is held speaks against it."""
        return not self.unmet


class Fitting:
    """Judges the open services of one trial; what resources ``elsewhere`` hold is not known here."""

    def __init__(
        self,
        services: Iterable[Service],
        facts: Facts,
        today: dt.date,
        elsewhere: frozenset[str] = frozenset(),
    ) -> None:
        self._elsewhere = elsewhere
        self._facts = facts
        self._today = today
        self._rules = {one.code: tuple(_rules(one)) for one in services}
        self._services = {one.code: one for one in services}

    def of(self, subject: Subject) -> list[Fit]:
        """Return how a subject stands with every service that is for such subjects."""
        return [
            self.judge(service, subject)
            for service in self._services.values()
            if is_for(service, subject)
        ]

    def judge(self, service: Service, subject: Subject) -> Fit:
        """Return how a subject stands with a service: what is not held is asked, and unknown here."""
        known = self._known(service, subject)
        unmet = tuple(
            name for name, rule in self._rules[service.code] if evaluate(rule, known) is False
        )
        return Fit(service, unmet)

    def find(self, service: Service, candidate: Callable[[int], Subject]) -> Subject | None:
        """Return the first candidate whom nothing speaks against; None after so many."""
        for number in range(MOST_TRIED):
            subject = candidate(number)
            if self.judge(service, subject).fits:
                return subject
        return None

    def _known(self, service: Service, subject: Subject) -> Mapping[str, object]:
        name = subject.name
        known: dict[str, object] = {
            "application.date": self._today,
            "today": self._today,
            "applicant.name": name,
            "applicant.number": subject.id,
        }
        if subject.known:
            needs = [need for need in service.needs if need.resource not in self._elsewhere]
            codes = {code for need in needs for code in need.elements}
            values = {code: self._facts.value(subject, code) for code in codes}
            known.update({code: value for code, value in values.items() if value is not None})
        return known


def _rules(service: Service) -> Iterator[tuple[Text, Expression]]:
    for rule in service.rules:
        try:
            yield rule.name, parse(rule.condition)
        except ExpressionError:
            continue


def is_for(service: Service, subject: Subject) -> bool:
    """Whether a service is for such subjects at all."""
    if not service.audience:
        return True
    if isinstance(subject, Organisation):
        return any(code != PERSON_AUDIENCE for code in service.audience)
    return PERSON_AUDIENCE in service.audience
