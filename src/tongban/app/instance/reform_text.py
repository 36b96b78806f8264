"""The end of ``tongban check``: what nobody should have to bring, counted and proved."""

import unicodedata
from collections.abc import Iterator, Mapping
from itertools import groupby

import click

from tongban.app.instance.report import material_place
from tongban.kernel.text import Text, say
from tongban.kit.definitions.instance import Instance
from tongban.kit.i18n import Translate, translator
from tongban.modules.government.definition import DepartmentDefinition
from tongban.modules.services.definition.reform import (
    NEEDS_NO_GRANT,
    Asked,
    Holding,
    Proposal,
    Reform,
    Verdict,
    Way,
)

MOST = 30
"""Papers listed one by one before the rest is left to ``--evidence``."""
BEST = 3
"""Grants that are shown."""
_ORDER = (
    Verdict.NOW,
    Verdict.WITH_GRANT,
    Verdict.REFUSED,
    Verdict.PARTLY,
    Verdict.NOT_HELD,
    Verdict.UNSTATED,
)
_COLOURS = {Verdict.NOW: "green", Verdict.WITH_GRANT: "cyan", Verdict.REFUSED: "yellow"}
_BAR = 24
_WIDTH = 78


def as_text(
    instance: Instance, reform: Reform, language: str, *, evidence: bool = False
) -> Iterator[str]:
    """Yield the analysis; with ``evidence`` every count opens to what it rests on."""
    if not reform.papers:
        return
    page = _Page(instance, language)
    yield ""
    yield click.style(_ruled(page.t("app.check.reform_title")), bold=True)
    yield page.headline(reform)
    if instance.counts["error"]:
        partly = page.t("app.check.reform_partly", errors=instance.counts["error"])
        yield click.style(partly, fg="yellow")
    yield ""
    yield from page.bars(reform)
    yield from page.grants(reform, evidence=evidence)
    yield from page.held(reform, evidence=evidence)
    if evidence:
        yield from page.rest(reform)
    else:
        yield ""
        yield click.style(page.t("app.check.reform_evidence"), dim=True)


class _Page:
    """Writes the analysis in one language."""

    def __init__(self, instance: Instance, language: str) -> None:
        self._instance = instance
        self._language = language
        self.t: Translate = translator(language)
        self._departments: Mapping[str, DepartmentDefinition] = instance.every(DepartmentDefinition)

    def headline(self, reform: Reform) -> str:
        """Return the two numbers."""
        data = {"services": reform.services, "asked": len(reform.asked), "held": len(reform.held)}
        replaced = reform.counts[Verdict.REPLACED.value]
        words = click.style(self.t("app.check.reform_headline", **data), bold=True)
        if replaced:
            words += "\n" + self.t("app.check.reform_replaced", count=replaced)
        return words

    def bars(self, reform: Reform) -> Iterator[str]:
        """Yield each kind of paper with its count and a bar."""
        most = max((reform.counts[one.value] for one in _ORDER), default=0) or 1
        names = [self.t(f"app.check.verdict_{one.value}") for one in _ORDER]
        wide = max(width(name) for name in names)
        for verdict, name in zip(_ORDER, names, strict=True):
            count = reform.counts[verdict.value]
            if not count:
                continue
            bar = "█" * round(count / most * _BAR) or "▏"
            coloured = click.style(bar, fg=_COLOURS.get(verdict, "white"))
            yield f"  {count:>5}  {pad(name, wide)}  {coloured}"

    def grants(self, reform: Reform, *, evidence: bool) -> Iterator[str]:
        """Yield the grants that would remove most."""
        best = reform.proposals if evidence else reform.proposals[:BEST]
        if not best:
            return
        removed = sum(len(one.removes) for one in best)
        yield ""
        title = self.t("app.check.reform_grants", count=len(best), removed=removed)
        yield click.style(title, bold=True)
        for number, one in enumerate(best, 1):
            yield from self._grant(number, one)

    def _grant(self, number: int, one: Proposal) -> Iterator[str]:
        yield (
            "  "
            + click.style(f"{number}", bold=True)
            + "  "
            + self.t(
                "app.check.reform_grant",
                provider=self._department(one.provider),
                receiver=self._department(one.receiver),
                resource=self._say(one.resource_name),
                code=one.resource,
                items=self._list(one.element_names),
            )
        )
        said = self.t("app.check.reform_removes", count=len(one.removes))
        papers = self._list(tuple(self._paper(paper) for paper in one.removes))
        yield f"     {said}{papers}"

    def held(self, reform: Reform, *, evidence: bool) -> Iterator[str]:
        """Yield each paper of which the government holds everything, and where that lies."""
        papers = reform.held
        if not papers:
            return
        yield ""
        yield click.style(self.t("app.check.reform_where", count=len(papers)), bold=True)
        shown = papers if evidence else papers[:MOST]
        yield from self._papers(shown, evidence=evidence)
        if len(papers) > len(shown):
            yield click.style(f"  … {len(papers) - len(shown)}", dim=True)

    def rest(self, reform: Reform) -> Iterator[str]:
        """Yield the other papers, with why they cannot go."""
        for verdict in (Verdict.PARTLY, Verdict.NOT_HELD, Verdict.UNSTATED, Verdict.REPLACED):
            papers = reform.of(verdict)
            if papers:
                yield ""
                name = self.t(f"app.check.verdict_{verdict.value}")
                yield click.style(f"{name}  {len(papers)}", bold=True)
                yield from self._papers(papers, evidence=True)

    def _papers(self, papers: tuple[Asked, ...], *, evidence: bool) -> Iterator[str]:
        for service, group in groupby(papers, key=lambda paper: paper.service):
            several = list(group)
            code = click.style(service, dim=True)
            yield f"  {self._say(several[0].service_name)}  {code}"
            wide = max(width(self._say(paper.name)) for paper in several)
            for paper in several:
                yield self._where(paper, wide)
                if evidence:
                    file, line = material_place(self._instance, paper)
                    yield click.style(f"      {file}:{line}", dim=True)

    def _where(self, paper: Asked, wide: int) -> str:
        places = "; ".join(
            self._place(paper, list(group))
            for _, group in groupby(
                sorted(paper.holdings, key=lambda one: one.resource), key=lambda one: one.resource
            )
        )
        if paper.lacking:
            lacking = self.t("app.check.reform_lacking", items=self._list(paper.lacking))
            places = f"{places}; {lacking}" if places else lacking
        return f"    {pad(self._say(paper.name), wide)}  ← {places or '?'}"

    def _place(self, paper: Asked, holdings: list[Holding]) -> str:
        first = holdings[0]
        said = self.t(
            "app.check.reform_place",
            provider=self._department(first.provider),
            resource=self._say(first.resource_name),
            items=self._list(tuple(one.name for one in holdings)),
        )
        ways = {one.way for one in holdings}
        if Way.REFUSED in ways:
            basis = next(one.basis for one in holdings if one.way is Way.REFUSED)
            return said + self.t("app.check.way_refused", basis=self._say(basis))
        if ways <= set(NEEDS_NO_GRANT):
            own = ways == {Way.OWN}
            grants = self._list(tuple(sorted({one.grant for one in holdings if one.grant})))
            name = "app.check.way_own" if own else "app.check.way_granted"
            return said + self.t(name, grants=grants)
        receiver = self._department(paper.department)
        return said + self.t("app.check.way_missing", receiver=receiver)

    def _paper(self, paper: Asked) -> str:
        return self.t(
            "app.check.reform_paper",
            service=self._say(paper.service_name),
            paper=self._say(paper.name),
        )

    def _department(self, code: str) -> str:
        known = self._departments.get(code)
        return self._say(known.name) if known else code

    def _list(self, texts: tuple[Text, ...]) -> str:
        return self.t("app.check.joint").join(self._say(one) for one in texts)

    def _say(self, text: Text) -> str:
        return say(text, self._language)


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def pad(text: str, columns: int) -> str:
    """Return a text with blanks after it so that it takes so many columns."""
    return text + " " * max(0, columns - width(text))


def _ruled(title: str) -> str:
    return f"━━ {title} " + "━" * max(3, _WIDTH - 4 - width(title))
