"""Rules of supervision as they are declared: every limit that runs is watched by one."""

import re

import pytest
from tests.builders.definitions import instance_of

from tongban.modules.services.definition import snippets

ACCEPTANCE = "{code: acceptance, name: 受理, colour: yellow, condition: acceptance.used_share > 0}"
PROMISED = "{code: late, name: 超期, colour: red, condition: case.overdue_days > 0}"
STATUTORY = "{code: unlawful, name: 违法, colour: red, condition: statutory.overdue_days > 0}"
STEP = "{code: step, name: 环节, colour: red, condition: step.overdue_days > 0 and case.used_share > 0}"
TIMED = snippets.but("kind: review, department", "kind: review, limit: {days: 2}, department")
ONLY_BY_LAW = snippets.but("promised_limit: {days: 5}\n", "")
LISTED = snippets.but("status: open", "status: listed")


def unwatched(services: str, *rules: str) -> list[str]:
    ruled = "".join(f"\n- {rule}" for rule in rules)
    found = instance_of(
        f"{services}# file: supervision.yaml{ruled}\n" if rules else services
    ).findings
    told = [one.message("en") for one in found if one.code == "supervision.clock_without_rule"]
    return [re.findall("“(.*?)”", one)[0] for one in told]


@pytest.mark.parametrize(
    ("services", "rules", "told"),
    [
        (TIMED, [PROMISED], ["Time of the step", "Time for acceptance", "Time by law"]),
        (TIMED, [PROMISED, ACCEPTANCE, STATUTORY, STEP], []),
        (TIMED, [STEP], ["Time for acceptance", "Time by law", "Promised time"]),
        (ONLY_BY_LAW, [ACCEPTANCE], ["Time by law"]),
        (LISTED, [PROMISED], []),
        (TIMED, [], []),
    ],
)
def test_each_limit_that_runs_and_no_rule_is_about_is_told(
    services: str, rules: list[str], told: list[str]
) -> None:
    assert unwatched(services, *rules) == told
