"""Who could get what: the conditions of each open service over what is held about each subject."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tongban.app.trial.brought import NOTHING_BROUGHT, Brought
from tongban.app.trial.people import Organisation, Subject
from tongban.app.trial.values import Facts
from tongban.kernel.expressions import Expression, ExpressionError, evaluate, names, parse
from tongban.kernel.text import Text
from tongban.modules.exchange.model import Value
from tongban.modules.services.model import Need, Service

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
    not_known: tuple[str, ...] = ()
    """Brought sources that hold nothing about the subject on which a rule depends."""

    @property
    def fits(self) -> bool:
        """Whether nothing that is held speaks against it, and all of it could be looked up."""
        return not self.unmet and not self.not_known


class Fitting:
    """Judges the open services of one trial, over generated data and what was brought."""

    def __init__(
        self,
        services: Iterable[Service],
        facts: Facts,
        today: dt.date,
        brought: Brought = NOTHING_BROUGHT,
    ) -> None:
        self._brought = brought
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
        unmet: list[Text] = []
        open_names: set[str] = set()
        for name, rule in self._rules[service.code]:
            met = evaluate(rule, known)
            if met is False:
                unmet.append(name)
            elif met is not True:
                open_names |= {one for one in names(rule) if one not in known}
        sources = {
            self._brought.source(need.resource)
            for need in service.needs
            if open_names.intersection(need.elements)
        }
        return Fit(service, tuple(unmet), tuple(sorted(sources - {""})))

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
            for need in service.needs:
                known.update(self._held(need, subject))
        return known

    def _held(self, need: Need, subject: Subject) -> Mapping[str, Value]:
        if self._brought.source(need.resource):
            held = self._brought.values(need.resource, subject)
            return {code: held[code] for code in need.elements if code in held}
        drawn = {code: self._facts.value(subject, code) for code in need.elements}
        return {code: value for code, value in drawn.items() if value is not None}


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
