"""What is asked: only what nobody holds, or what the applicant chose to say themself.

Needs bring values; every element that a need did not bring becomes a question, so that refusing
consent or a department's fault never ends an application.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

import msgspec
from msgspec.structs import replace

from tongban.kernel.subjects import SubjectKind
from tongban.kernel.text import Text
from tongban.modules.catalog.model import CORE_IDENTIFIERS
from tongban.modules.services.model import (
    Applicant,
    AskedPage,
    Attachment,
    Brought,
    CaseValue,
    Choice,
    Consent,
    Element,
    Field,
    Lookup,
    Material,
    Need,
    Option,
    Origin,
    Plain,
    Question,
    Section,
    Service,
)
from tongban.modules.services.rules.conditions import holds, work_out
from tongban.modules.services.rules.uses_of_data import idle_elements

ONE_TO_GIVE: Text = {
    "zh": "需要您自己填写的信息",
    "en": "Information to give yourself",
}
"""Title of the page of questions that no section of the form has."""


def lookup_of(
    values: Iterable[CaseValue],
    application_date: Plain | None = None,
    today: Plain | None = None,
) -> Lookup:
    """Return what expressions are worked out on: what counts, None where unknown or in doubt."""
    known: dict[str, Plain | None] = {value.key: value.effective for value in values}
    return {**known, "application.date": application_date, "today": today}


_IDENTITY = {
    kind: (f"{kind}.name", CORE_IDENTIFIERS[kind])
    for kind in (SubjectKind.PERSON, SubjectKind.ORGANISATION)
}
APPLICANT_NAME, APPLICANT_NUMBER = "applicant.name", "applicant.number"
IDENTITY: Mapping[str, str] = {
    element: name
    for pair in _IDENTITY.values()
    for element, name in zip(pair, (APPLICANT_NAME, APPLICANT_NUMBER), strict=True)
}
"""Elements of the core vocabulary that say who somebody is, and what expressions call the same of
the applicant: known from signing in, so nobody is asked for it and nothing typed counts for it."""


def who_applies(applicant: Applicant) -> Lookup:
    """Return what is known of the applicant from signing in, as expressions ask for it."""
    name, number = applicant.name, applicant.subject.id
    own = dict(zip(_IDENTITY.get(applicant.subject.kind, ()), (name, number), strict=False))
    return {**own, APPLICANT_NAME: name, APPLICANT_NUMBER: number}


def in_order(service: Service, values: Iterable[CaseValue]) -> tuple[CaseValue, ...]:
    """Return values as the definition has them: answers by the form, then data by the needs, results."""
    asked = [f"situation.{situation.code}" for situation in service.situations]
    asked += [field.key for section in service.form for field in section.fields]
    held = [element for need in service.needs for element in need.elements]
    results = [f"result.{calculation.code}" for calculation in service.calculations]
    orders = {
        Origin.SITUATION: (0, [*asked, *held]),
        Origin.ASKED: (0, [*asked, *held]),
        Origin.FETCHED: (1, [*held, *asked]),
        Origin.COMPUTED: (2, results),
    }

    def place(value: CaseValue) -> tuple[int, int, str]:
        group, order = orders[value.origin]
        return group, order.index(value.key) if value.key in order else len(order), value.key

    return tuple(sorted(values, key=place))


def applies(when: str, lookup: Lookup) -> bool:
    """Whether something with this condition concerns the case: unless it is surely not so."""
    return not when or holds(when, lookup) is not False


def needs_of(service: Service, lookup: Lookup) -> tuple[tuple[int, Need], ...]:
    """Return the needs that concern the case, each with its position in the service's list.

    Of each only the elements that this situation has a use for; one with none left is no need.
    """
    idle = idle_elements(service, lookup)
    found = []
    for number, need in enumerate(service.needs):
        elements = tuple(element for element in need.elements if element not in idle)
        if elements and applies(need.when, lookup):
            found.append((number, replace(need, elements=elements)))
    return tuple(found)


def brought_elsewhere(service: Service, lookup: Lookup) -> frozenset[str]:
    """Return what only other situations bring: data, answers, and materials as ``material.<code>``."""
    fields = [field for section in service.form for field in section.fields]
    every = {element for need in service.needs for element in need.elements}
    every |= {field.key for field in fields}
    every |= {f"material.{material.code}" for material in service.materials}
    here = {element for _, need in needs_of(service, lookup) for element in need.elements}
    here |= {field.key for field in fields if applies(field.when, lookup)}
    here |= {f"material.{each.code}" for each in service.materials if applies(each.when, lookup)}
    return frozenset(every - here)


def choice_for(need: Need, allowed: bool) -> Choice:
    """Return what is on record for a need: where the law is the basis there is nothing to allow."""
    if need.basis == "law":
        return Choice.INFORMED
    return Choice.ALLOWED if allowed else Choice.REFUSED


def fetched_keys(values: Iterable[CaseValue]) -> frozenset[str]:
    """Return the keys that a department answered with a value."""
    return frozenset(
        value.key for value in values if value.origin is Origin.FETCHED and value.value is not None
    )


def reasons(service: Service, consents: Iterable[Consent], lookup: Lookup) -> dict[str, str]:
    """Return for each element of a need why it must be asked, should no value have come."""
    idle = idle_elements(service, lookup)
    found: dict[str, str] = {}
    for consent in consents:
        because = {
            Brought.NOT_ASKED: "refused",
            Brought.FAILED: "failed",
            Brought.NOTHING: "nothing",
            Brought.FETCHED: "nothing",
            Brought.UNREADABLE: "nothing",
        }[consent.brought]
        for element in service.needs[consent.number].elements:
            if element not in idle:
                found.setdefault(element, "unreadable" if element in consent.unfit else because)
    return found


def asked_pages(
    service: Service,
    elements: Mapping[str, Element],
    values: Iterable[CaseValue],
    consents: Iterable[Consent],
    today: dt.date,
    coming: frozenset[str] = frozenset(),
) -> tuple[AskedPage, ...]:
    """Return the pages of questions: the form without what came, then what its sections lack.

    ``coming`` are elements taken as if they came, to tell how long the way will be; ``today`` is
    what bounds of dates are reckoned from.
    """
    kept = tuple(values)
    lookup, came = lookup_of(kept), fetched_keys(kept) | coming
    why = reasons(service, consents, lookup)

    def question(field: Field) -> Question | None:
        if field.key in came or not applies(field.when, lookup):
            return None
        asked = _question(field, elements.get(field.element), why.get(field.element, ""), today)
        certain = not field.when or holds(field.when, lookup) is True
        return replace(asked, required=field.required and certain)

    pages = _pages_of_form(service.form, question)
    in_form = {field.key for section in service.form for field in section.fields}
    rest = tuple(
        _question_of_element(elements[code], because, today)
        for code, because in why.items()
        if code not in in_form and code not in came and code in elements
    )
    if rest:
        pages.append(AskedPage(number=len(pages) + 1, title=ONE_TO_GIVE, questions=rest))
    return tuple(pages)


def _pages_of_form(
    form: Iterable[Section], question: Callable[[Field], Question | None]
) -> list[AskedPage]:
    pages: list[AskedPage] = []
    for section in form:
        asked = [question(field) for field in section.fields]
        questions = tuple(each for each in asked if each is not None)
        if questions:
            number = len(pages) + 1
            pages.append(AskedPage(number=number, title=section.title, questions=questions))
    return pages


def _question(field: Field, element: Element | None, because: str, today: dt.date) -> Question:
    kind = field.type or ("code" if field.options else "text")
    known = element or Element(code=field.key, name=field.name, type=kind, kind=field.kind)
    return Question(
        key=field.key,
        name=field.name,
        type=known.type,
        kind=known.kind,
        least=_bound(field.least or known.least, known.type, today),
        most=_bound(field.most or known.most, known.type, today),
        options=field.options or options_of(known),
        required=field.required,
        hint=field.hint,
        autocomplete=field.autocomplete,
        unit=known.unit,
        places=known.places,
        because=because,
    )


def _bound(source: str, kind: str, today: dt.date) -> Plain | None:
    return work_out(source, {"today": today}, kind) if source else None


def _question_of_element(element: Element, because: str, today: dt.date) -> Question:
    """Ask for an element that no section asks for: needed only where the applicant chose so."""
    field = Field(code="", name=element.name, element=element.code, required=because == "refused")
    return _question(field, element, because, today)


def question_of(
    service: Service, elements: Mapping[str, Element], key: str, today: dt.date
) -> Question:
    """Return the question for a value, whether or not it would be asked: to put it right."""
    for section in service.form:
        for field in section.fields:
            if field.key == key:
                return _question(field, elements.get(field.element), "", today)
    element = elements.get(key) or Element(code=key, name=key)
    return _question_of_element(element, "refused", today)


def options_of(element: Element) -> tuple[Option, ...]:
    """Return the values of a coded element as options."""
    return tuple(Option(code=code, name=name) for code, name in element.codes.items())


def still_coming(
    service: Service, values: Iterable[CaseValue], consents: Iterable[Consent]
) -> frozenset[str]:
    """Return the elements of needs to which nothing was said yet."""
    said = {consent.number for consent in consents}
    return frozenset(
        element
        for number, need in needs_of(service, lookup_of(values))
        if number not in said
        for element in need.elements
    )


def open_questions(pages: Iterable[AskedPage], values: Iterable[CaseValue]) -> tuple[str, ...]:
    """Return the keys of required questions without an answer."""
    answered = {value.key for value in values if value.value is not None}
    return tuple(
        question.key
        for page in pages
        for question in page.questions
        if question.required and question.key not in answered
    )


def kept_keys(
    service: Service, pages: Iterable[AskedPage], values: Iterable[CaseValue]
) -> frozenset[str]:
    """Return the keys that still belong to the case, given what is asked and what came.

    A value whose question went away, because an earlier answer changed, is not handed in.
    """
    kept = tuple(values)
    lookup = lookup_of(kept)
    asked = {question.key for page in pages for question in page.questions}
    needed = {element for _, need in needs_of(service, lookup) for element in need.elements}
    situations = {f"situation.{situation.code}" for situation in service.situations}
    return frozenset(
        value.key
        for value in kept
        if value.key in situations
        or value.key in asked
        or (value.origin is Origin.FETCHED and value.key in needed)
    )


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """A material, and whether it must be brought."""

    material: Material
    by_data: bool
    """Not needed: everything it evidences came from departments."""
    required: bool


def materials_of(
    service: Service,
    values: Iterable[CaseValue],
    consents: Iterable[Consent],
    coming: frozenset[str] = frozenset(),
) -> tuple[Covered, ...]:
    """Return the materials that concern the case, and which of them data replaced.

    ``coming`` are elements taken as if they came.

    A material whose elements a need asks for is never required: where the data did not come,
    attaching it is the applicant's choice and the department looks itself. What it evidences and
    this situation has no use for does not count; with nothing else it does not concern the case.
    """
    kept = tuple(values)
    lookup, came = lookup_of(kept), fetched_keys(kept) | coming
    why, idle = reasons(service, consents, lookup), idle_elements(service, lookup)
    found = []
    for material in service.materials:
        proved = [code for code in material.evidences if code not in idle]
        if not applies(material.when, lookup) or (material.evidences and not proved):
            continue
        by_data = bool(proved) and all(code in came for code in proved)
        obtainable = any(code in why for code in proved)
        required = material.required and not by_data and not obtainable
        found.append(Covered(material=material, by_data=by_data, required=required))
    return tuple(found)


def missing_materials(
    covered: Iterable[Covered], attachments: Iterable[Attachment]
) -> tuple[str, ...]:
    """Return the codes of required materials that nothing was attached for."""
    attached = {attachment.material for attachment in attachments}
    return tuple(
        each.material.code
        for each in covered
        if each.required and each.material.code not in attached
    )


def replaceable(service: Service) -> frozenset[str]:
    """Return the codes of materials that data replaces when everything is allowed and comes."""
    fetched = {element for need in service.needs for element in need.elements}
    return frozenset(
        material.code
        for material in service.materials
        if material.evidences and all(code in fetched for code in material.evidences)
    )
