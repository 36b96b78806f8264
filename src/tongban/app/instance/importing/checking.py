"""What an import would write is looked at by the checks of ``tongban check`` before it is there."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from msgspec import Struct

from tongban.app.instance.importing.outcome import Imported
from tongban.kit.definitions.finding import Finding, Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import add, run

Lines = Mapping[tuple[str, str], int]
"""The line of the row that a definition comes from, by the name of its part and its key."""


def found_in(
    instance: Instance, folder: Path, names: Collection[str], shapes: Collection[type[Struct]]
) -> list[Finding]:
    """Return errors and warnings that some files bring, as if they stood in an instance already.

    ``instance`` is what stays of the folder; the files are added to it. What they bring may be found
    in a definition that stays: departments that are above one another in a circle. Hints are left
    to ``tongban check``, which only counts them too.
    """
    from tongban.app.instance.parts import CHECKS

    whole = {check.rule.code for check in CHECKS if check.whole}
    checks = [check for check in CHECKS if check.shape in shapes]
    run(instance, (check for check in checks if check.whole))
    before = {_mark(one) for one in instance.findings}
    instance.findings.clear()
    add(instance, {name: (folder / name).read_bytes() for name in sorted(names)})
    run(instance, checks)
    return [
        one
        for one in instance.findings
        if one.severity is not Severity.INFO
        and (one.place.file in names or (one.code in whole and _mark(one) not in before))
    ]


def tell(done: Imported, findings: Collection[Finding], lines: Lines, *, personal: bool) -> None:
    """Note each finding at the row whose definition it is about; of people without their names."""
    for found in findings:
        part, _, key = found.subject.partition("/")
        it = {"it": key} if personal else {}
        done.say_found(lines.get((part, key), 0), replace(found, data={**found.data, **it}))


def _mark(one: Finding) -> tuple[str, str]:
    return (one.code, one.subject)
