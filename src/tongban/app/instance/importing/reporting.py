"""Says what became of a listing: as text, and as plain data."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import click

from tongban.app.instance.importing.columns import TAKEN, Column
from tongban.app.instance.importing.findings import KINDS, Remark
from tongban.app.instance.importing.outcome import Ending, Imported
from tongban.app.instance.importing.targets import SERVICES
from tongban.kernel.identifiers import CodeStatus
from tongban.kernel.masks import mask_middle, mask_name
from tongban.kit.definitions.finding import shorten
from tongban.kit.i18n import translator

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
    yield from _summary(done, language)
    yield from _remarks(done, language, everything)
    t = translator(language)
    joint = t("app.check.joint")
    unused = () if done.layout is None or done.dry else done.layout.unused
    if unused:
        named = [on_one_line(name) for name in unused[:MOST_COLUMNS]]
        more = ["…"] if len(unused) > MOST_COLUMNS else []
        yield t("app.import.unused", columns=joint.join([*named, *more]))
    if done.dry:
        yield t("app.import.dry")
    elif done.files:
        yield t("app.import.written", files=joint.join(done.files))
    if done.links:
        yield t("app.import.links")
        yield from (f"{login}  {link}" for login, link in done.links)


def _summary(done: Imported, language: str) -> Iterator[str]:
    t = translator(language)
    yield t(
        "app.import.done",
        rows=done.rows,
        imported=done.count(Ending.IMPORTED),
        problems=done.count(Ending.LEFT_OUT),
        departments=len(done.departments),
    )
    if done.count(Ending.MERGED):
        yield t("app.import.merged", count=done.count(Ending.MERGED))
    if done.changes is not None:
        changes = done.changes
        yield t(
            "app.import.changes",
            added=changes.added,
            changed=len(changes.changed),
            gone=len(changes.gone),
            same=changes.same,
        )
        for sign, keys in (("~", changes.changed), ("-", changes.gone)):
            yield from (f"  {sign} {key}" for key in keys[:MOST_ALIKE])
    if done.target == SERVICES:
        yield t("app.import.codes", **{one.value: done.codes[one.value] for one in CodeStatus})
    if done.department_codes:
        kinds = {kind: done.department_codes[kind] for kind in _KINDS}
        yield t("app.import.department_codes", **kinds)


def _remarks(done: Imported, language: str, everything: bool) -> Iterator[str]:
    t = translator(language)
    seen: Counter[str] = Counter()
    for remark in done.remarks:
        seen[remark.code] += 1
        if everything or seen[remark.code] <= MOST_ALIKE:
            code = click.style(f"import.{remark.code}", dim=True)
            yield f"  {remark.line:>6}  {sentence(remark, language)}  {code}"
    for code, count in done.counts.items():
        shown = seen[code] if everything else min(seen[code], MOST_ALIKE)
        if count > shown:
            yield f"          {t('app.check.more', count=count - shown, code=f'import.{code}')}"


def sentence(remark: Remark, language: str) -> str:
    """Return what a finding says in a language."""
    t = translator(language)
    joint = t("app.check.joint")
    said = {
        key: shorten(
            joint.join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)
        )
        for key, value in remark.data.items()
    }
    if "what" in said:
        said["what"] = t(f"app.import.what.{said['what']}")
    return t(f"app.import.{remark.code}", **said)


def on_one_line(words: str) -> str:
    """Return what somebody wrote as it fits into a line."""
    return shorten(" ".join(words.split()))


# What a dry run shows -----------------------------------------------------------------------------


def _proposal(done: Imported, language: str) -> Iterator[str]:
    t = translator(language)
    layout = done.layout
    if layout is None:
        return
    yield t("app.import.read_as", form=done.form, header=layout.header, columns=len(layout.columns))
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


def as_plain(done: Imported) -> dict[str, Any]:
    """Return what became of a listing as plain data."""
    layout = done.layout
    services = {"services": done.count(Ending.IMPORTED)} if done.target == SERVICES else {}
    return {
        **services,
        "target": done.target,
        "form": done.form,
        "sheet": done.sheet,
        "header": layout.header if layout else 0,
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
        "counts": {f"import.{code}": count for code, count in done.counts.items()},
        "findings": [{"file": done.file, **_plain_remark(remark)} for remark in done.remarks],
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
        "gone": changes.gone,
    }


def _plain_remark(remark: Remark) -> dict[str, Any]:
    return {
        "line": remark.line,
        "code": f"import.{remark.code}",
        "severity": KINDS[remark.code].severity.value,
        "left_out": remark.left_out,
        **remark.data,
    }
