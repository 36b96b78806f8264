"""Schemathesis over a running government: everything that its description says is tried."""

from collections.abc import Iterator
from typing import Any

from schemathesis.engine import from_schema
from schemathesis.engine.events import NonFatalError, ScenarioFinished
from schemathesis.specs.openapi.schemas import OpenApiSchema

UNSAYABLE = {
    "kit.hidden_character": "which characters nobody sees depends on those beside them",
    "kit.heaped_marks": "how many marks stand on a letter",
    "ledger.sizes_impossible": "one number is compared with another, and with how long the log is",
    "exchange.subject_ill_shaped": "the last character is reckoned from those before",
    "exchange.subject_length_wrong": "the length depends on what the resource is about",
    "exchange.person_characters_wrong": "so do the characters",
    "exchange.organisation_characters_wrong": "so do the characters",
    "exchange.subject_kind_wrong": "so does the kind of subject",
    "exchange.element_not_held": "which elements a resource holds is its description's to say",
    "exchange.nothing_asked": "an element that stands there twice",
    "exchange.case_number_ill_shaped": "the last digit is reckoned from those before",
    "exchange.occasion_ill_shaped": "a number of more than ten digits, or a case beside it",
    "exchange.purpose_ill_shaped": "a code that begins with a sign",
}
"""Reasons to refuse what the description allows, each with why no schema says it."""


def findings(schema: OpenApiSchema) -> Iterator[str]:
    """Yield what is found in every phase, one line each."""
    for event in from_schema(schema).execute():
        if isinstance(event, ScenarioFinished):
            for label, checks in event.recorder.checks.items():
                for check in checks:
                    if check.failure_info is not None:
                        yield _line(event, label, check)
        elif isinstance(event, NonFatalError):
            yield f"{event.label}: {event.info}"


def _line(event: ScenarioFinished, case: str, check: Any) -> str:
    node = event.recorder.cases[case].value
    answer = event.recorder.interactions[case].response
    said = answer.content[:300].decode("utf-8", "replace") if answer else ""
    failure = check.failure_info.failure
    sent = f"{node.method} {node.formatted_path} {node.query} {node.body!r:.200}"
    status = answer.status_code if answer else "-"
    return f"{check.name} | {event.recorder.label} | {sent} | {status} {said} | {failure.message[:300]}"
