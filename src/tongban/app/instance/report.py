"""What ``tongban check`` prints: findings as text, JSON or SARIF, and the analysis as JSON."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import click
import msgspec

from tongban import __version__
from tongban.app.instance.parts import ALL_RULES
from tongban.kernel.text import ENGLISH, say
from tongban.kit.definitions.finding import Finding, Rule, Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.i18n import Translate, translator
from tongban.modules.services.definition.reform import Asked, Reform
from tongban.modules.services.model import Service

MOST_ALIKE = 3
"""Findings of one rule in one file that are shown before the rest is only counted."""
_SUBJECT = 40
"""So wide is the column of subjects at most; a longer one only moves its own line."""
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


# For people -------------------------------------------------------------------------------------


def as_text(instance: Instance, language: str, *, everything: bool = False) -> Iterator[str]:
    """Yield the lines that say what was found, file by file, and how much there is."""
    for line in _said(instance, language, everything=everything):
        yield str(_readable(line))


def _said(instance: Instance, language: str, *, everything: bool) -> Iterator[str]:
    t = translator(language)
    yield from _contents(instance, t, language)
    shown = [
        finding
        for finding in instance.findings
        if everything or finding.severity is not Severity.INFO
    ]
    for _, found in groupby(shown, key=lambda finding: finding.place.file):
        yield ""
        yield from _of_file(list(found), t, language, everything=everything)
    yield ""
    yield from _summary(instance, t, everything=everything)


def _contents(instance: Instance, t: Translate, language: str) -> Iterator[str]:
    counted = [
        t("app.check.count", count=len(instance.every(part.shape)), name=say(part.title, language))
        for part in instance.parts
        if not part.single and instance.every(part.shape)
    ]
    if counted:
        yield t("app.check.contents", files=len(instance.files)) + t("app.check.joint").join(
            counted
        )


def _of_file(
    findings: list[Finding], t: Translate, language: str, *, everything: bool
) -> Iterator[str]:
    seen: dict[str, int] = {}
    shown: list[Finding] = []
    for finding in findings:
        seen[finding.code] = seen.get(finding.code, 0) + 1
        if everything or seen[finding.code] <= MOST_ALIKE:
            shown.append(finding)
    widest = max(len(_where(finding)) for finding in shown)
    subjects = max(len(finding.subject) for finding in shown)
    for finding in shown:
        yield _line(finding, t, language, widest, min(subjects, _SUBJECT))
    for code, count in seen.items():
        if not everything and count > MOST_ALIKE:
            more = t("app.check.more", count=count - MOST_ALIKE, code=code)
            yield click.style(f"  {more}", dim=True)


def _where(finding: Finding) -> str:
    """Return file and line as terminals and editors open them."""
    return f"{finding.place.file}:{finding.place.line}"


def _line(finding: Finding, t: Translate, language: str, widest: int, subjects: int) -> str:
    where = click.style(_where(finding).ljust(widest), bold=True)
    word = t(f"app.check.severity_{finding.severity.value}")
    longest = max(len(t(f"app.check.severity_{one.value}")) for one in Severity)
    severity = click.style(word.ljust(longest), fg=_COLOURS[finding.severity], bold=True)
    code = click.style(finding.code, dim=True)
    subject = finding.subject.ljust(subjects)
    return f"{where}  {severity}  {subject}  {finding.message(language)}  {code}"


def _summary(instance: Instance, t: Translate, *, everything: bool) -> Iterator[str]:
    counts = instance.counts
    words = t(
        "app.check.summary",
        errors=counts["error"],
        warnings=counts["warning"],
        infos=counts["info"],
    )
    colour = "red" if counts["error"] else "green"
    yield click.style(words, fg=colour, bold=True)
    if counts["info"] and not everything:
        yield click.style(t("app.check.infos_hidden", count=counts["info"]), dim=True)
    yield t("app.check.bad" if counts["error"] else "app.check.good")


# For programs -----------------------------------------------------------------------------------


def as_json(instance: Instance, language: str) -> bytes:
    """Return findings and their counts."""
    findings = [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "subject": finding.subject,
            "message": finding.message(language),
            "file": finding.place.file,
            "line": finding.place.line,
        }
        for finding in instance.findings
    ]
    return _written({"findings": findings, "counts": instance.counts})


def analysis_as_json(instance: Instance, reform: Reform) -> bytes:
    """Return the analysis of what nobody should have to bring, with its evidence."""
    return _written(reform_as_plain(instance, reform))


def _written(found: Any) -> bytes:
    """Return plain data as JSON; a file name that is not UTF-8 shows its odd bytes as ``\\udcff``."""
    try:
        encoded = msgspec.json.encode(found)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_readable(found))
    return msgspec.json.format(encoded, indent=2)


def _readable(found: Any) -> Any:
    """Return plain data with every text as UTF-8 can hold it."""
    if isinstance(found, str):
        return found.encode("utf-8", "backslashreplace").decode()
    if isinstance(found, Mapping):
        return {_readable(key): _readable(value) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return [_readable(each) for each in found]
    return found


def reform_as_plain(instance: Instance, reform: Reform) -> dict[str, Any]:
    """Return the analysis as plain data; each paper with the place where it is asked for."""
    return {
        "asked": len(reform.asked),
        "held": len(reform.held),
        "counts": reform.counts,
        "papers": [_asked(instance, paper) for paper in reform.papers],
        "grants": [
            {
                "provider": one.provider,
                "receiver": one.receiver,
                "resource": one.resource,
                "elements": list(one.elements),
                "share": one.share.value,
                "removes": [f"{paper.service}/{paper.code}" for paper in one.removes],
                "questions": one.questions,
            }
            for one in reform.proposals
        ],
    }


def _asked(instance: Instance, paper: Asked) -> dict[str, Any]:
    place = material_place(instance, paper)
    plain: dict[str, Any] = msgspec.to_builtins(paper)
    return plain | {"file": place[0], "line": place[1]}


def material_place(instance: Instance, paper: Asked) -> tuple[str, int]:
    """Return file and line of the material that asks for a paper."""
    service = instance.one(Service, paper.service)
    codes = [one.code for one in service.materials] if service is not None else []
    position = codes.index(paper.code) if paper.code in codes else 0
    place = instance.place(Service, paper.service, ("materials", position))
    return place.file, place.line


def as_sarif(instance: Instance, language: str) -> bytes:
    """Return the findings as a SARIF 2.1.0 log; the rules are those of every check there is."""
    numbers = {rule.code: number for number, rule in enumerate(ALL_RULES)}
    driver = {
        "name": "tongban check",
        "version": __version__,
        "rules": [_sarif_rule(rule, language) for rule in ALL_RULES],
    }
    results = [_sarif_result(finding, numbers, language) for finding in instance.findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return _written(log)


def _sarif_rule(rule: Rule, language: str) -> Mapping[str, Any]:
    sentence = rule.en if language == ENGLISH else rule.zh
    described: dict[str, Any] = {
        "id": rule.code,
        "shortDescription": {"text": sentence},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }
    why = say(rule.why, language)
    if why:
        described["fullDescription"] = {"text": why}
    return described


def _sarif_result(finding: Finding, numbers: Mapping[str, int], language: str) -> Mapping[str, Any]:
    place = finding.place
    region = {"startLine": place.line, "startColumn": place.column}
    return {
        "ruleId": finding.code,
        "ruleIndex": numbers[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message(language)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(place.file)},
                    "region": region,
                },
                "logicalLocations": [{"fullyQualifiedName": finding.subject}],
            }
        ],
    }


def _uri(file: str) -> str:
    from urllib.parse import quote

    return quote(file, errors="surrogateescape")


def lines(text: Iterable[str]) -> str:
    """Return lines as one text."""
    return "\n".join(text)
