"""``tongban source try``: do the links to departments' sources give what they declare?"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import say
from tongban.kit.cli import lies_beside, of_government, tell, terminal_language
from tongban.kit.i18n import translate

if TYPE_CHECKING:
    from tongban.modules.exchange.model.trying import ItemTrial, LinkTrial


@click.group()
def source() -> None:
    """Departments' sources: what the government reads, and whether it can be read."""


@source.command("try")
@click.argument("resource", default="")
@click.option("--subject", default="", help="Identifier of one person, organisation or thing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    is_eager=True,
    callback=lies_beside,
    help="Try the links as DIR writes them, before anything is applied.",
)
@of_government
@click.pass_context
def try_(
    context: click.Context,
    resource: str,
    subject: str,
    as_json: bool,
    folder: Path | None,
    data: Path,
) -> None:
    """Try every link, or that of RESOURCE: table, columns, rights, and what of their values fits.

    Looks at 200 rows from the whole table, or at the row of --subject. Values are shown by their shape
    (9 for a digit, a for a letter, 字 for a character), never as they are; of a code, each word that is
    declared and the code and name for which it stands. With --folder nothing need be
    applied: SQLite sources lie in DIR/.data/sources or where TONGBAN_SOURCES says. Exit 0: everything
    fits (! marks what to look at). 1: not.
    """
    if folder is not None:
        trials = _of_folder(folder, data, resource, subject)
    else:
        trials = _of_government(data, resource, subject)
    language = terminal_language()
    if as_json:
        click.echo(json.dumps([plain(each) for each in trials], ensure_ascii=False, indent=2))
    else:
        for line in told(trials, language):
            tell(line)
    context.exit(0 if all(each.well for each in trials) else 1)


def _of_government(data: Path, resource: str, subject: str) -> list["LinkTrial"]:
    """Try what a government adopted."""
    from tongban.app.house import open_house
    from tongban.kit.mark import MARK
    from tongban.kit.settings import read_settings
    from tongban.modules.exchange import queries

    if not (data / MARK).exists():
        raise Refusal("kit.no_government_here", Kind.NOT_FOUND, folder=str(data))
    house = open_house(read_settings(data))
    try:
        with house.db.read() as reader:
            return list(queries.try_links(reader, resource, subject))
    finally:
        house.db.close()


def _of_folder(folder: Path, data: Path, resource: str, subject: str) -> list["LinkTrial"]:
    """Try what a folder declares; no database of a government is opened.

    Refuses errors in what is looked at, and a folder that is none; others, as in a service that is being
    written, are not in the way.
    """
    from tongban.app.instance.commands import read
    from tongban.app.instance.refusing import with_errors
    from tongban.kit.settings import read_settings
    from tongban.modules.catalog.definition import ElementDefinition, ResourceDefinition
    from tongban.modules.exchange import queries
    from tongban.modules.exchange.adapters.sources import DepartmentSources
    from tongban.modules.exchange.definition import SourceDefinition
    from tongban.modules.government.definition import GovernmentDefinition

    loaded = read(folder)
    looked_at = (GovernmentDefinition, SourceDefinition, ElementDefinition, ResourceDefinition)
    if wrong := [one for one in loaded.errors if loaded.declares(one.place.file, *looked_at)]:
        raise with_errors(folder, wrong)
    declared = queries.Declared(
        resources=loaded.every(ResourceDefinition),
        elements=loaded.every(ElementDefinition),
        sources=loaded.every(SourceDefinition),
        today=loaded.today,
    )
    known = read_settings(data)
    port = DepartmentSources(known.sources_folder, known.source_addresses)
    try:
        return list(queries.try_declared(port, declared, resource, subject))
    finally:
        port.close()


def plain(trial: "LinkTrial") -> dict[str, Any]:
    """Return a trial as plain data."""
    return {
        "resource": trial.resource,
        "source": trial.source,
        "table": trial.table,
        "well": trial.well,
        "doubtful": trial.doubtful,
        "problem": trial.refusal.code if trial.refusal else None,
        "cause": trial.refusal.data.get("cause") if trial.refusal else None,
        "indexed": trial.indexed,
        "rows": trial.rows,
        "sampled": trial.sampled.value,
        "total": trial.total,
        "columns": [
            {
                "column": item.linked.column,
                "type": item.type,
                "element": item.linked.element or None,
                "standing": item.standing.value,
                "fits": item.fits,
                "empty": item.empty,
                "unfit": {reason.value: count for reason, count in item.unfit.items()},
                "doubts": {doubt.value: count for doubt, count in item.doubts.items()},
                "markers": list(item.markers),
                "raw": item.raw,
                "unit": item.unit or None,
                "value": item.value,
                "meanings": {each.word: each.code for each in item.meanings},
            }
            for item in trial.items
        ],
    }


def told(trials: list["LinkTrial"], language: str) -> Iterator[str]:
    """Yield the lines of a report: each link, and beneath it each column."""
    for trial in trials:
        mark = "✗" if not trial.well else "!" if trial.doubtful else "✓"
        name = say(trial.name, language)
        yield f"{mark} {trial.resource} {name} · {trial.source} · {trial.table}"
        if trial.refusal is not None:
            yield f"    {translate(language, trial.why, **trial.refusal.data)}"
            continue
        yield f"    {_rows(trial, language)}"
        yield from (_item(item, language, trial.rows) for item in trial.items)
    wrong = sum(not each.well for each in trials)
    bare = sum(each.doubtful for each in trials)
    summary = (
        "some_wrong" if wrong else "some_bare" if bare else "all_well" if trials else "nothing"
    )
    yield translate(language, f"app.source.{summary}", count=len(trials), wrong=wrong, bare=bare)


def _rows(trial: "LinkTrial", language: str) -> str:
    """Say how many rows were looked at, and of how many."""
    parts = [translate(language, trial.looked, rows=trial.rows, total=trial.total)]
    if trial.rows and not trial.indexed:
        parts.append(translate(language, "exchange.looked.no_index"))
    return "; ".join(parts)


def _item(item: "ItemTrial", language: str, rows: int) -> str:
    """Say how a column stands; ``-`` marks one that is there and of which no value was seen."""
    seen = rows > 0 and (item.fits > 0 or not item.linked.element)
    mark = "✗" if not item.well else "!" if item.doubts else "✓" if seen else "-"
    name = say(item.linked.name, language) or translate(language, item.linked.role)
    head = f"    {mark} {item.linked.column} {item.type}".rstrip()
    doubts = [
        translate(language, f"exchange.doubt.{doubt.value}", count=count, words=item.marked)
        for doubt, count in item.doubts.items()
    ]
    return f"{head} · {name}: {'; '.join([_said(item, language), *doubts])}"


def _said(item: "ItemTrial", language: str) -> str:
    if item.standing.value != "ready":
        return translate(language, f"exchange.standing.{item.standing.value}")
    if not item.linked.element or not (item.fits or item.empty or item.unfit):
        return translate(language, "app.source.ready")
    parts = [
        translate(language, f"exchange.unfit.{reason.value}") + f" × {count}"
        for reason, count in item.unfit.items()
    ]
    if item.fits:
        parts.insert(0, translate(language, "app.source.fits", count=item.fits))
    if item.empty:
        parts.append(translate(language, "app.source.empty", count=item.empty))
    raw = (
        f"{item.raw} {translate(language, f'app.source.unit.{item.unit}')}"
        if item.unit
        else item.raw
    )
    if item.meanings:
        shape = "; ".join([*filter(None, [raw if not item.value else ""]), _meant(item, language)])
    else:
        shape = f"{raw} → {item.value}" if item.value else raw
    return "; ".join([shape, *parts] if shape else parts)


def _meant(item: "ItemTrial", language: str) -> str:
    """Say what each declared word stands for: whether that is right only a reader can tell."""
    said = [
        f"{each.word} → {each.code} {say(each.name, language)}".rstrip()
        for each in item.meanings[:_MOST_MEANINGS]
    ]
    return ", ".join([*said, *["…"][: len(item.meanings) > _MOST_MEANINGS]])


_MOST_MEANINGS = 12
"""Words of a code's map that a line shows."""


COMMANDS = (source,)
