"""Says what became of a listing: as text, and as plain data."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import click

from tongban.app.instance.importing.columns import TAKEN, Column
from tongban.app.instance.importing.findings import Remark
from tongban.app.instance.importing.outcome import Changes, Ending, Gone, Imported
from tongban.app.instance.importing.targets import DEPARTMENTS, SERVICES
from tongban.kernel.identifiers import CodeStatus
from tongban.kernel.masks import mask_middle, mask_name
from tongban.kernel.text import CHINESE
from tongban.kit.definitions.finding import Severity, shorten
from tongban.kit.i18n import Translate, translator

MOST_ALIKE = 5
"""Findings of one kind that are named before the rest is only counted."""
MOST_COLUMNS = 12
MOST_ROWS = 20
"""Rows that a dry run shows before it only counts the rest."""
_KINDS = ("valid", "wrong", "absent")
_SAMPLE = 24


def as_text(done: Imported, language: str, *, everything: bool = False) -> Iterator[str]:
    """Yield the lines that say what became of a listing; ``everything`` names each finding."""
    if done.dry:
        yield from _proposal(done, language)
        yield from _rows(done, language, everything)
    yield from _summary(done, language, everything)
    yield from _remarks(done, language, everything)
    t = translator(language)
    joint = t("app.check.joint")
    unused = () if done.layout is None or done.dry else done.layout.unused
    if unused:
        shown = unused if everything else unused[:MOST_COLUMNS]
        named = [on_one_line(name) for name in shown]
        more = ["…"] if len(unused) > len(shown) else []
        yield t("app.import.unused", columns=joint.join([*named, *more]))
    yield from _ending(done, t)
    if done.links:
        yield t("app.import.links")
        yield from (f"{login}  {link}" for login, link in done.links)


def _ending(done: Imported, t: Translate) -> Iterator[str]:
    """Say what was written, or that nothing was."""
    if done.dry:
        yield t("app.import.dry")
    elif done.files:
        yield t("app.import.written", files=t("app.check.joint").join(done.files))
    elif not done.running:
        yield t("app.import.nothing_written")
    if done.map:
        yield t("app.import.map_written", file=done.map)


def _summary(done: Imported, language: str, everything: bool) -> Iterator[str]:
    t = translator(language)
    yield from _counted(done, t)
    if done.changes is not None:
        yield from _changes(done, done.changes, everything, t)
    if done.target == SERVICES:
        yield t("app.import.codes", **{one.value: done.codes[one.value] for one in CodeStatus})
    if done.department_codes:
        kinds = {kind: done.department_codes[kind] for kind in _KINDS}
        yield t("app.import.department_codes", **kinds)
    yield from _checked(done, t)


def _counted(done: Imported, t: Translate) -> Iterator[str]:
    """Say how many rows were read and what became of them; of what there is none nothing is said."""
    imported = t(
        f"app.import.{'would_do' if done.dry else 'done'}",
        rows=done.rows,
        imported=done.count(Ending.IMPORTED),
    )
    counts = {
        "left_out": done.count(Ending.LEFT_OUT),
        f"merged.{done.target}": done.count(Ending.MERGED),
        "departments_would_come" if done.dry else "departments_came": len(done.departments),
    }
    yield imported
    yield from (t(f"app.import.{one}", count=count) for one, count in counts.items() if count)


def _changes(done: Imported, changes: Changes, everything: bool, t: Translate) -> Iterator[str]:
    """Say how this import differs from the earlier one, or from the accounts that there are."""
    own = [one for one in changes.gone if one.part != DEPARTMENTS or done.target == DEPARTMENTS]
    others = [one for one in changes.gone if one not in own]
    yield t(
        f"app.import.{'changes_of_accounts' if done.running else 'changes'}",
        added=changes.added,
        changed=len(changes.changed),
        gone=len(own),
        same=changes.same,
    )
    yield from _some([f"  ~ {key}" for key in changes.changed], MOST_ALIKE, everything, t)
    if changes.departments_changed:
        yield t("app.import.departments_changed", count=len(changes.departments_changed))
        named = [f"  ~ {DEPARTMENTS}/{key}" for key in changes.departments_changed]
        yield from _some(named, MOST_ALIKE, everything, t)
    when = "would_go" if done.dry else "gone"
    yield from _gone(when, own, everything, t)
    yield from _gone(f"departments_{when}", others, everything, t)
    if changes.files:
        yield t(f"app.import.files_{when}", files=t("app.check.joint").join(changes.files))


def _some(lines: list[str], most: int, everything: bool, t: Translate) -> Iterator[str]:
    """Yield the first of some lines and how many more there are, or each of them."""
    shown = lines if everything else lines[:most]
    yield from shown
    if len(lines) > len(shown):
        yield f"          {t('app.import.more', count=len(lines) - len(shown))}"


def _gone(when: str, gone: list[Gone], everything: bool, t: Translate) -> Iterator[str]:
    """Name definitions that this import takes away."""
    if gone:
        yield t(f"app.import.{when}", count=len(gone))
    lines = [f"  - {one.part}/{one.key}  {on_one_line(one.name)}".rstrip() for one in gone]
    yield from _some(lines, MOST_ROWS, everything, t)


def _checked(done: Imported, t: Translate) -> Iterator[str]:
    """Say how much the checks find in what is written."""
    errors, warnings = done.checked[Severity.ERROR], done.checked[Severity.WARNING]
    if errors or warnings:
        yield t("app.import.checked", errors=errors, warnings=warnings)


def _remarks(done: Imported, language: str, everything: bool) -> Iterator[str]:
    t = translator(language)
    seen: Counter[str] = Counter()
    for remark in done.remarks:
        seen[remark.name] += 1
        if everything or seen[remark.name] <= _most(remark.name):
            code = click.style(remark.name, dim=True)
            yield f"  {remark.line or '':>6}  {sentence(remark, language)}  {code}"
    for code, count in done.counts.items():
        shown = seen[code] if everything else min(seen[code], _most(code))
        if count > shown:
            yield f"          {t('app.check.more', count=count - shown, code=code)}"


def _most(code: str) -> int:
    """Return how many findings of a kind are named before the rest is only counted."""
    return MOST_ROWS if code == "import.reference_broken" else MOST_ALIKE


def sentence(remark: Remark, language: str) -> str:
    """Return what a finding says in a language."""
    if remark.found is not None:
        place = remark.found.place
        where = "" if remark.line else f"{place.file}:{place.line}  "
        return where + remark.found.message(language)
    t = translator(language)
    joint = t("app.check.joint")
    said = {
        key: shorten(
            joint.join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)
        )
        for key, value in remark.data.items()
    }
    for key in said.keys() & {"what", "by"}:
        said[key] = t(f"app.import.{key}.{said[key]}")
    near = t("app.import.near", near=said["near"]) if "near" in said else ""
    return t(f"app.import.{remark.code}", **said) + near


def on_one_line(words: str) -> str:
    """Return what somebody wrote as it fits into a line."""
    return shorten(" ".join(words.split()))


# What a dry run shows -----------------------------------------------------------------------------


def _proposal(done: Imported, language: str) -> Iterator[str]:
    t = translator(language)
    layout = done.layout
    if layout is None:
        return
    header = t("app.check.joint").join(map(str, layout.header_lines))
    read_as = "read_as" if header else "read_as_keys"
    yield t(f"app.import.{read_as}", form=done.form, header=header, columns=len(layout.columns))
    for column in layout.columns:
        if column.name or column.sample:
            yield "  " + _of_column(column, language)
    for key, how in layout.how.items():
        if how.value is not None:
            yield "  " + t("app.import.constant", key=key, value=shorten(how.value))


def _of_column(column: Column, language: str) -> str:
    t = translator(language)
    name = on_one_line(column.name) or t("app.import.no_name")
    how = t(f"app.import.confidence.{column.confidence.value}")
    sample = sample_of(column)
    if column.confidence in TAKEN:
        said = t("app.import.column", name=name, key=column.key, how=how)
    elif column.key:
        option = f"--map {column.key}={name}"
        said = t("app.import.column_proposed", name=name, how=how, option=option)
    else:
        said = t("app.import.column_unused", name=name)
    return said + (t("app.import.sample", sample=sample) if sample else "")


def sample_of(column: Column) -> str:
    """Return a sample of a column, short, and masked where it is personal."""
    sample = " ".join(column.sample.split())
    if column.personal:
        return mask_name(sample) if len(sample) <= 4 else mask_middle(sample, 1, 1)
    return shorten(sample if len(sample) <= _SAMPLE else sample[:_SAMPLE] + "…")


def _rows(done: Imported, language: str, everything: bool) -> Iterator[str]:
    t = translator(language)
    shown = done.ends if everything else done.ends[:MOST_ROWS]
    for end in shown:
        if end.ending is Ending.LEFT_OUT:
            yield f"  {end.line:>6}  ✗ import.{end.code}"
        else:
            sign = "+" if end.ending is Ending.IMPORTED else "·"
            yield f"  {end.line:>6}  {sign} {end.key}  {shorten(end.name)}"
    if len(done.ends) > len(shown):
        yield f"          {t('app.import.more_rows', count=len(done.ends) - len(shown))}"


def as_plain(done: Imported, language: str = CHINESE) -> dict[str, Any]:
    """Return what became of a listing as plain data; ``language`` is that of a check's sentences."""
    layout = done.layout
    services = {"services": done.count(Ending.IMPORTED)} if done.target == SERVICES else {}
    return {
        **services,
        "target": done.target,
        "form": done.form,
        "sheet": done.sheet,
        "header": layout.header if layout else 0,
        "header_lines": layout.header_lines if layout else (),
        "columns": [_plain_column(one) for one in (layout.columns if layout else ())],
        "rows": done.rows,
        "imported": done.count(Ending.IMPORTED),
        "merged": done.count(Ending.MERGED),
        "left_out": done.count(Ending.LEFT_OUT),
        "codes": {status.value: done.codes[status.value] for status in CodeStatus},
        "department_codes": {kind: done.department_codes[kind] for kind in _KINDS},
        "departments": done.departments,
        "changes": _plain_changes(done),
        "files": done.files,
        "links": dict(done.links),
        "dry_run": done.dry,
        "unused_columns": layout.unused if layout else (),
        "ends": [
            {"line": end.line, "ending": end.ending.value, "key": end.key, "name": end.name}
            | ({"code": f"import.{end.code}"} if end.code else {})
            for end in done.ends
        ],
        "counts": dict(done.counts),
        "checked": {one.value: done.checked[one] for one in Severity},
        "findings": [
            {"file": done.file, **_plain_remark(remark, language)} for remark in done.remarks
        ],
    }


def _plain_column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "key": column.key,
        "taken": column.confidence in TAKEN,
        "confidence": column.confidence.value,
        "sample": sample_of(column),
    }


def _plain_changes(done: Imported) -> dict[str, Any] | None:
    changes = done.changes
    if changes is None:
        return None
    return {
        "added": changes.added,
        "same": changes.same,
        "changed": changes.changed,
        "departments_changed": changes.departments_changed,
        "gone": [{"part": one.part, "key": one.key, "name": one.name} for one in changes.gone],
        "files_gone": changes.files,
    }


def _plain_remark(remark: Remark, language: str) -> dict[str, Any]:
    found = remark.found
    said = {} if found is None else {"subject": found.subject, "message": found.message(language)}
    return {
        "line": remark.line,
        "code": remark.name,
        "severity": remark.severity.value,
        "left_out": remark.left_out,
        **remark.data,
        **said,
    }
