"""What the pages of an application show: what is asked, what departments hold, what they answered."""

import datetime as dt
from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Refusal
from tongban.kernel.text import Text
from tongban.kit.db import Reader
from tongban.modules.catalog import queries as catalog
from tongban.modules.exchange import queries as exchange
from tongban.modules.exchange.model import Prepared
from tongban.modules.government import queries as government
from tongban.modules.services.model import (
    AskedPage,
    Case,
    CaseValue,
    Consent,
    Element,
    Expected,
    Need,
    Origin,
    Question,
    State,
)
from tongban.modules.services.queries.definitions import service
from tongban.modules.services.queries.loading import Loaded, draft
from tongban.modules.services.rules import answers, clocks, filing, form, places
from tongban.modules.services.rules.journey import (
    Stage,
    Stop,
    after,
    before,
    first_open,
    stage_of,
    stages,
)
from tongban.modules.services.store import cases

Answer = Prepared | Refusal
"""What a source answered, or why it did not."""


class NeedView(msgspec.Struct, frozen=True, kw_only=True):
    """One need as the applicant sees it: who holds what, for what purpose, on what basis."""

    number: int
    need: Need
    provider: str
    provider_name: Text
    resource_name: Text
    elements: tuple[Element, ...]
    consent: Consent | None
    values: tuple[CaseValue, ...]

    @property
    def by_law(self) -> bool:
        """Whether the applicant is informed rather than asked."""
        return self.need.basis == "law"


def needs(reader: Reader, loaded: Loaded) -> list[NeedView]:
    """Return the needs that concern the case, with what was said to each and what came."""
    said = {consent.number: consent for consent in loaded.consents}
    names = {code: one.name for code, one in government.departments(reader.connection).items()}
    resources = catalog.resources(reader.connection)
    found = []
    for number, need in form.needs_of(loaded.service, loaded.lookup):
        resource = resources.get(need.resource)
        provider = resource.provider if resource else ""
        found.append(
            NeedView(
                number=number,
                need=need,
                provider=provider,
                provider_name=names.get(provider, provider),
                resource_name=resource.name if resource else need.resource,
                elements=tuple(
                    loaded.elements.get(code, Element(code=code, name=code))
                    for code in need.elements
                ),
                consent=said.get(number),
                values=tuple(
                    value
                    for value in loaded.values
                    if value.key in need.elements and value.origin is Origin.FETCHED
                ),
            )
        )
    return found


def ask_sources(reader: Reader, uses: Mapping[int, str]) -> dict[int, tuple[str, Answer]]:
    """Ask departments' sources for what opened uses are for; nothing is on record yet."""
    found: dict[int, tuple[str, Answer]] = {}
    for number, use in uses.items():
        try:
            found[number] = (use, exchange.prepare_use(reader, use))
        except Refusal as refusal:
            found[number] = (use, refusal)
    return found


def places_offered(known: Mapping[str, Text]) -> tuple[str, ...]:
    """Return the codes of the places that a question offers, of all that it knows."""
    return places.offered(known)


def place(loaded: Loaded, slug: str) -> tuple[int, int, Stage | None]:
    """Return which part of the way a page belongs to: its number, of how many, and which.

    The number is 0 for a page beside the way.
    """
    there, here = stages(loaded.service), stage_of(slug)
    return there.index(here) + 1 if here in there else 0, len(there), here


def parts(connection: Connection, code: str) -> tuple[Stage, ...]:
    """Return the parts of the way of a service, for whoever begins. Refuses an unknown service."""
    return stages(service(connection, code))


def by_department(views: list[NeedView]) -> list[tuple[Text, list[NeedView]]]:
    """Return needs by the department that holds the data, in the order they are first named."""
    found: dict[str, list[NeedView]] = {}
    for view in views:
        found.setdefault(view.provider or view.need.resource, []).append(view)
    return [(several[0].provider_name or several[0].resource_name, several)
            for several in found.values()]  # fmt: skip


def drafts(reader: Reader, actor: Actor, service: str = "") -> list[Case]:
    """Return the actor's drafts, newest first, of one service or of all."""
    if actor.subject is None:
        return []
    found = cases.cases_of(reader, actor.account, actor.subject, [State.DRAFT])
    return [case for case in found if service in ("", case.service)]


def in_the_way(reader: Reader, actor: Actor, code: str) -> Case | None:
    """Return the running case because of which no other of this service can be begun, if any."""
    if actor.subject is None:
        return None
    most = service(reader.connection, code).most_open
    running = cases.running_of(reader, actor.subject, code)
    return filing.in_the_way(most, running, actor.account)


def granted(reader: Reader, actor: Actor, code: str) -> list[Case]:
    """Return what was approved before of this service for whom the actor applies, latest first."""
    return [] if actor.subject is None else cases.granted_of(reader, actor.subject, code)


def open_draft(reader: Reader, actor: Actor, identifier: str) -> Loaded:
    """Return the actor's own draft, or what became of it. Refuses anybody else's as unknown."""
    return draft(reader, actor, identifier)


def page_of(loaded: Loaded, number: int) -> AskedPage | None:
    """Return a page of questions."""
    pages = loaded.pages
    return pages[number - 1] if 1 <= number <= len(pages) else None


def typed_of(loaded: Loaded, page: AskedPage) -> dict[str, str]:
    """Return the answers of a page as its form holds them.

    What was not answered yet begins with what the applicant said against the value fetched before.
    """
    typed: dict[str, str] = {}
    said = {each.key: each.claim for each in loaded.objections}
    for question in page.questions:
        value = loaded.value(question.key)
        if value is not None:
            typed |= answers.typed_of(question, value.value)
        elif question.key in said:
            typed |= answers.typed_of(question, said[question.key])
    return typed


def question_for(loaded: Loaded, key: str) -> Question:
    """Return the question for a value, to put it right."""
    return loaded.question(key)


def claim_typed(loaded: Loaded, key: str) -> dict[str, str]:
    """Return what the applicant claims of a fetched value, as its form holds it."""
    value = loaded.value(key)
    if value is None or value.claim is None:
        return {}
    question = question_for(loaded, key)
    return {**answers.typed_of(question, value.claim), "note": value.claim_note}


def next_stop(loaded: Loaded, slug: str = "") -> Stop:
    """Return the page that follows one, or the first that is not done."""
    return after(loaded.stops, slug) if slug else first_open(loaded.stops)


def previous_stop(loaded: Loaded, slug: str) -> Stop | None:
    """Return the page before one, None on the first."""
    return before(loaded.stops, slug)


def expected(loaded: Loaded, received: dt.date | None = None) -> Expected:
    """Return what a receipt can promise of a case received on a day (today if not given)."""
    return clocks.expected(loaded.calendar, loaded.service, received or loaded.today)


def answered(loaded: Loaded) -> list[tuple[AskedPage, list[tuple[Question, CaseValue | None]]]]:
    """Return every question with its answer, page by page."""
    return [
        (page, [(question, loaded.value(question.key)) for question in page.questions])
        for page in loaded.pages
    ]
