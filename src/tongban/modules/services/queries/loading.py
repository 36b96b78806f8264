"""A case with everything on it, for the one who may see it."""

import datetime as dt

import msgspec
from sqlalchemy import Connection

from tongban.kernel.actors import Actor
from tongban.kernel.case_numbers import case_number_fault, normal_number
from tongban.kernel.dates import Calendar
from tongban.kernel.text import LANGUAGES, Text
from tongban.kit.db import Reader
from tongban.kit.i18n import translate
from tongban.modules.government import queries as government
from tongban.modules.identity import queries as identity
from tongban.modules.services import errors
from tongban.modules.services.model import (
    Applicant,
    AskedPage,
    Attachment,
    Case,
    CaseValue,
    Clocks,
    Consent,
    Correction,
    CorrectionClock,
    Decision,
    Element,
    Lookup,
    Objection,
    Proposal,
    Question,
    Service,
    State,
    StepRun,
)
from tongban.modules.services.queries.definitions import elements, service
from tongban.modules.services.rules import clocks, correcting, form, may, proposal, uploads
from tongban.modules.services.rules.journey import Stop, journey
from tongban.modules.services.store import cases, steps, values


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """One case with what is on it."""

    case: Case
    service: Service
    elements: dict[str, Element]
    applicant: Applicant
    values: tuple[CaseValue, ...]
    consents: tuple[Consent, ...]
    objections: tuple[Objection, ...]
    """What was said against values that are not fetched at present."""
    attachments: tuple[Attachment, ...]
    runs: tuple[StepRun, ...]
    correction: Correction | None
    decision: Decision | None
    today: dt.date
    """The government's local date."""
    calendar: Calendar

    def __repr__(self) -> str:
        return f"Loaded({self.case!r})"

    @property
    def lookup(self) -> Lookup:
        """What expressions ask for values."""
        submitted = self.case.submitted_at
        day = self.calendar.local_date(submitted) if submitted else self.today
        return {
            **form.lookup_of(self.values, day, self.today),
            **form.who_applies(self.applicant),
        }

    @property
    def known(self) -> frozenset[str]:
        """What nobody is asked for because signing in told it."""
        return frozenset(form.who_applies(self.applicant))

    @property
    def said(self) -> frozenset[str]:
        """The elements of which there is nothing but what the applicant says."""
        return proposal.only_said(self.values) - self.known

    @property
    def proposal(self) -> Proposal:
        """What the rules propose for the case as it stands."""
        return proposal.propose(self.service, self.lookup, self.said)

    @property
    def pages(self) -> tuple[AskedPage, ...]:
        """The pages of questions."""
        return form.asked_pages(
            self.service, self.elements, self.values, self.consents, self.today, self.known
        )

    @property
    def elsewhere(self) -> frozenset[str]:
        """What only other situations than this case's bring."""
        return form.brought_elsewhere(self.service, self.lookup)

    @property
    def covered(self) -> tuple[form.Covered, ...]:
        """The materials that concern the case."""
        return form.materials_of(self.service, self.values, self.consents)

    @property
    def missing_materials(self) -> tuple[str, ...]:
        """The codes of required materials that nothing was attached for."""
        return form.missing_materials(self.covered, self.attachments)

    @property
    def correctable(self) -> frozenset[str]:
        """What a notice of correction can list by its key."""
        missing = (each.material.code for each in self.covered if not each.by_data)
        return correcting.keys_of(self.values, missing)

    @property
    def stops(self) -> tuple[Stop, ...]:
        """The way through the application; before consent, as long as it is if everything comes."""
        coming = form.still_coming(self.service, self.values, self.consents) | self.known
        covered = form.materials_of(self.service, self.values, self.consents, coming)
        missing = form.missing_materials(covered, self.attachments)
        pages = form.asked_pages(
            self.service, self.elements, self.values, self.consents, self.today, coming
        )
        return journey(self.service, self.values, self.consents, pages, covered, missing)

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """The notice of correction as clocks want it."""
        return (self.correction,) if self.correction else ()

    @property
    def clocks(self) -> Clocks:
        """Every clock of the case as it stands today."""
        return clocks.clocks_of(
            self.calendar, self.service, self.case, self.corrections, self.today
        )

    @property
    def if_silent(self) -> Clocks | None:
        """The clocks it gets if nothing is said about acceptance, once the time for that is short."""
        return clocks.if_silent(
            self.calendar, self.service, self.case, self.corrections, self.today
        )

    @property
    def awaited(self) -> CorrectionClock | None:
        """How the time for an answer stands, while it waits on the applicant for a correction."""
        return clocks.awaited(self.calendar, self.case, self.corrections, self.today)

    @property
    def deemed_on(self) -> dt.date | None:
        """Since when it counts as accepted, because nothing was said within the five days."""
        return self.case.accepted_on if self.case.state is State.DEEMED else None

    @property
    def names(self) -> dict[str, Text]:
        """What the keys of its values are called."""
        return names_of(self.service, self.elements)

    def question(self, key: str) -> Question:
        """Return the question for a value, whether or not it would be asked: to put it right."""
        return form.question_of(self.service, self.elements, key, self.today)

    def run(self, step: str) -> StepRun | None:
        """Return how a step stands, None when it has not begun."""
        return next((run for run in self.runs if run.step == step), None)

    def value(self, key: str) -> CaseValue | None:
        """Return one value."""
        return next((value for value in self.values if value.key == key), None)


def names_of(service: Service, elements: dict[str, Element]) -> dict[str, Text]:
    """Return what keys are called: as the form says, else as the element is called."""
    found: dict[str, Text] = {code: element.name for code, element in elements.items()}
    found["application.date"] = _words("services.form.application_date")
    found["today"] = _words("services.form.today")
    found[form.APPLICANT_NAME] = _words("services.form.applicant_name")
    found[form.APPLICANT_NUMBER] = _words("services.form.applicant_number")
    for situation in service.situations:
        found[f"situation.{situation.code}"] = situation.question
    for section in service.form:
        for field in section.fields:
            found[field.key] = field.name
    for calculation in service.calculations:
        found[f"result.{calculation.code}"] = calculation.name
    for material in service.materials:
        found[f"material.{material.code}"] = material.name
    return found


def _words(message: str) -> Text:
    return {language: translate(language, message) for language in LANGUAGES}


def load(reader: Reader, case: Case) -> Loaded:
    """Return a case with everything on it: for those who checked that it may be seen."""
    connection, calendar = reader.connection, government.calendar(reader.connection)
    procedure = service(connection, case.service, case.service_version)
    today = calendar.local_date(reader.now)
    correction = clocks.with_due(calendar, values.correction_of(reader, case.id))
    return Loaded(
        case=clocks.as_it_stands(calendar, case, (correction,) if correction else (), today),
        service=procedure,
        elements=elements(connection),
        applicant=cases.applicant_of(reader, case.id),
        values=form.in_order(procedure, values.values_of(reader, case.id)),
        consents=tuple(values.consents_of(connection, case.id)),
        objections=tuple(values.objections_of(reader, case.id)),
        attachments=tuple(uploads.called(values.attachments_of(reader, case.id))),
        runs=tuple(steps.steps_of(reader, case.id)),
        correction=correction,
        decision=values.decision_of(reader, case.id),
        today=today,
        calendar=calendar,
    )


def draft(reader: Reader, actor: Actor, identifier: str, *, lock: bool = False) -> Loaded:
    """Return the actor's own draft, or what became of it. Refuses anybody else's as unknown."""
    case = cases.find_case(reader.connection, identifier, lock=lock)
    if case is None:
        raise errors.case_not_found()
    loaded = load(reader, case)
    return _own(reader, actor, loaded)


def editable(reader: Reader, actor: Actor, identifier: str, *, lock: bool = False) -> Loaded:
    """Return the actor's own draft. Refuses one that was sent in."""
    loaded = draft(reader, actor, identifier, lock=lock)
    if loaded.case.state is not State.DRAFT:
        raise errors.not_now("edit", loaded.case.state)
    return loaded


def own_case(reader: Reader, actor: Actor, number: str, *, lock: bool = False) -> Loaded:
    """Return the actor's own case by its number. Refuses anybody else's as unknown."""
    loaded = load(reader, _by_number(reader.connection, number, lock=lock))
    return _own(reader, actor, loaded)


def _own(reader: Reader, actor: Actor, loaded: Loaded) -> Loaded:
    """Return the case if it is the actor's own. Refuses anybody else's as unknown, and says of one
    they made for whom they can still act, but do not now, that this is why."""
    if may.is_applicant(actor, loaded.case, loaded.applicant):
        return loaded
    is_theirs = actor.account == loaded.case.account
    if is_theirs and loaded.applicant.subject in identity.other_capacities(reader, actor):
        raise errors.of_another_capacity()
    raise errors.case_not_found()


def staff_case(reader: Reader, actor: Actor, number: str, *, lock: bool = False) -> Loaded:
    """Return a case for a member of staff whose department has to do with it. Else unknown."""
    loaded = load(reader, _by_number(reader.connection, number, lock=lock))
    if not may.may_see(actor, loaded.service, loaded.runs):
        raise errors.case_not_found()
    return loaded


def _by_number(connection: Connection, number: str, *, lock: bool) -> Case:
    normal = normal_number(number)
    fault = case_number_fault(normal)
    if fault is not None:
        raise errors.case_number_mistyped(fault)
    case = cases.find_by_number(connection, normal, lock=lock)
    if case is None:
        raise errors.case_not_found()
    return case
