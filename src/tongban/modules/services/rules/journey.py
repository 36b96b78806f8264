"""The way through an application: one thing on a page, and which pages are done."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from tongban.modules.services.model import AskedPage, CaseValue, Consent, Service
from tongban.modules.services.rules.form import Covered, lookup_of, needs_of, open_questions


class StopKind(StrEnum):
    """What a page of an application is for."""

    SITUATION = "situation"
    DATA = "data"
    FOUND = "found"
    FORM = "form"
    MATERIALS = "materials"
    CHECK = "check"


class Stage(StrEnum):
    """A part of the way, of one page or several."""

    SITUATION = "situation"
    DATA = "data"
    FORM = "form"
    MATERIALS = "materials"
    CHECK = "check"


_STAGES = {
    StopKind.SITUATION: Stage.SITUATION,
    StopKind.DATA: Stage.DATA,
    StopKind.FOUND: Stage.DATA,
    StopKind.FORM: Stage.FORM,
    StopKind.MATERIALS: Stage.MATERIALS,
    StopKind.CHECK: Stage.CHECK,
}


def stages(service: Service) -> tuple[Stage, ...]:
    """Return the parts of the way as the definition has them.

    How many pages a part has depends on the answers; how many parts there are does not, so that what
    people are told at the beginning stays true. A part with nothing to do is passed over.
    """
    there = {
        Stage.SITUATION: bool(service.situations),
        Stage.DATA: bool(service.needs),
        Stage.FORM: bool(service.form or service.needs),
        Stage.MATERIALS: bool(service.materials),
        Stage.CHECK: True,
    }
    return tuple(stage for stage, is_there in there.items() if is_there)


def stage_of(slug: str) -> Stage | None:
    """Return the part of the way that the page of a slug belongs to; None for one beside the way."""
    kind = slug.partition("/")[0]
    return _STAGES[StopKind(kind)] if kind in set(StopKind) else None


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """One page on the way; ``slug`` is the end of its address."""

    kind: StopKind
    number: int = 1
    done: bool = False

    @property
    def slug(self) -> str:
        """The end of its address: situation/1, data, found, form/2, materials or check."""
        numbered = self.kind in (StopKind.SITUATION, StopKind.FORM)
        return f"{self.kind}/{self.number}" if numbered else str(self.kind)


def journey(
    service: Service,
    values: Iterable[CaseValue],
    consents: Iterable[Consent],
    pages: Iterable[AskedPage],
    covered: Iterable[Covered],
    missing: Iterable[str],
) -> tuple[Stop, ...]:
    """Return the pages on the way, in order; the last one checks the answers.

    ``missing`` are the codes of required materials that are still to be attached.
    """
    kept, said = tuple(values), {consent.number for consent in consents}
    answered = {value.key for value in kept if value.value is not None}
    stops = [
        Stop(
            kind=StopKind.SITUATION,
            number=number,
            done=f"situation.{situation.code}" in answered,
        )
        for number, situation in enumerate(service.situations, 1)
    ]
    needed = {number for number, _ in needs_of(service, lookup_of(kept))}
    if needed:
        asked_all = needed <= said
        stops.append(Stop(kind=StopKind.DATA, done=asked_all))
        stops.append(Stop(kind=StopKind.FOUND, done=asked_all))
    for page in pages:
        still_open = open_questions([page], kept)
        stops.append(Stop(kind=StopKind.FORM, number=page.number, done=not still_open))
    if any(not each.by_data for each in covered):
        stops.append(Stop(kind=StopKind.MATERIALS, done=not tuple(missing)))
    return (*stops, Stop(kind=StopKind.CHECK))


def first_open(stops: Iterable[Stop]) -> Stop:
    """Return the first page that is not done; the last one never is."""
    return next(stop for stop in stops if not stop.done)


def after(stops: tuple[Stop, ...], slug: str) -> Stop:
    """Return the page that follows, or the first open one when the page is not on the way."""
    slugs = [stop.slug for stop in stops]
    if slug not in slugs or slug == slugs[-1]:
        return first_open(stops)
    return stops[slugs.index(slug) + 1]


def before(stops: tuple[Stop, ...], slug: str) -> Stop | None:
    """Return the page that comes before, None on the first."""
    slugs = [stop.slug for stop in stops]
    return stops[slugs.index(slug) - 1] if slug in slugs[1:] else None


def is_complete(stops: Iterable[Stop]) -> bool:
    """Whether everything but the check is done, so that it can be sent."""
    return all(stop.done for stop in stops if stop.kind is not StopKind.CHECK)
