"""``tongban new check plan apply export schema import``: the commands around an instance folder.

What needs a database is imported where it is used: ``check`` loads neither a database nor a web
framework.
"""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tongban.app.instance import load
from tongban.app.instance.importing.commands import import_
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import LANGUAGES, say
from tongban.kit.cli import of_government, terminal_language
from tongban.kit.i18n import problem_of, translate

if TYPE_CHECKING:
    from tongban.app.instance.plan import Plan
    from tongban.kit.definitions.instance import Instance
    from tongban.kit.house import House

_FOLDER = click.Path(path_type=Path)
_language = click.option(
    "--language", type=click.Choice(LANGUAGES), help="Language of the sentences."
)
_data = click.option(
    "--data", type=_FOLDER, help="Data folder of the government; DIR/.data when not given."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def read(folder: Path, today: dt.date | None = None) -> "Instance":
    """Return the instance in a folder. Refuses a folder that cannot be read."""
    try:
        return load(folder, today)
    except OSError as error:
        raise Refusal(
            "app.folder_unreadable",
            Kind.INVALID,
            folder=str(folder),
            problem=problem_of(error),
        ) from None


@click.command()
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="How to print what was found.",
)
@_language
@click.option("--all", "everything", is_flag=True, help="List every finding, hints too.")
@click.option("--evidence", is_flag=True, help="Open every count of the analysis to its evidence.")
@click.option(
    "--analysis",
    metavar="FILE",
    default="",
    help="Write the analysis with all its evidence into FILE as JSON; - prints it and nothing else.",
)
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="Check as of this date instead of today."
)
@click.pass_context
def check(
    context: click.Context,
    folder: Path,
    form: str,
    language: str | None,
    everything: bool,
    evidence: bool,
    analysis: str,
    today: dt.datetime | None,
) -> None:
    """Check the instance in DIR, and see what nobody should have to bring.

    Needs no database. Exit code 0: no errors; 1: errors; 2: DIR cannot be read.
    """
    from tongban.app.instance import reform_text, report
    from tongban.modules.services.definition.reform import analyse, declared_in

    instance = read(folder, today.date() if today else None)
    chosen = language or terminal_language()
    reform = analyse(declared_in(instance)) if analysis or form == "text" else None
    if analysis and reform is not None:
        _write_analysis(analysis, report.analysis_as_json(instance, reform))
    if analysis == "-":
        pass
    elif form == "sarif":
        click.echo(report.as_sarif(instance, chosen))
    elif form == "json":
        click.echo(report.as_json(instance, chosen))
    elif reform is not None:
        for line in report.as_text(instance, chosen, everything=everything):
            click.echo(line)
        for line in reform_text.as_text(instance, reform, chosen, evidence=evidence):
            click.echo(line)
    context.exit(1 if instance.errors else 0)


def _write_analysis(path: str, written: bytes) -> None:
    """Write the analysis where it was asked for."""
    if path == "-":
        click.echo(written)
    else:
        Path(path).write_bytes(written + b"\n")


def _house(folder: Path, data: Path | None) -> "House":
    """Open the government that an instance folder describes. Refuses one not set up yet."""
    from tongban.app.house import MARK, open_house
    from tongban.kit.settings import default_data, from_environment

    settings = from_environment(data or default_data(folder))
    if not (settings.data / MARK).exists():
        raise Refusal("app.no_government_here", Kind.NOT_FOUND, folder=str(settings.data))
    return open_house(settings)


@click.command()
@click.argument("folder", metavar="DIR", type=_FOLDER)
@_data
@_json
@_language
@click.pass_context
def plan(
    context: click.Context, folder: Path, data: Path | None, as_json: bool, language: str | None
) -> None:
    """Show what applying the instance in DIR would change in its running government.

    Exit code 0: it can be applied; 1: the definitions have errors or something is in the way.
    """
    import msgspec

    from tongban.app.instance.actions import difference
    from tongban.app.instance.plan import as_plain

    instance = _sound(folder)
    house = _house(folder, data)
    try:
        found = difference(house.db, instance)
    finally:
        house.db.close()
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(as_plain(found)), indent=2))
    else:
        _show(found, language or terminal_language(), instance)
    context.exit(1 if found.obstacles else 0)


def _sound(folder: Path) -> "Instance":
    instance = read(folder)
    if instance.errors:
        raise Refusal(
            "app.instance_has_errors",
            Kind.INVALID,
            folder=str(folder),
            count=len(instance.errors),
        )
    return instance


_NAMED = 20
"""Cases whose moved day is shown one by one."""
_SIGNS = {"added": ("+", "green"), "changed": ("~", "yellow"), "retired": ("-", "red")}


def _show(found: "Plan", language: str, instance: "Instance | None" = None) -> None:
    from tongban.kit.i18n import sentence

    called = _names_in(instance, language) if instance else {}

    if not found.changes:
        click.echo(translate(language, "app.plan.nothing"))
        return
    for change in found.changes:
        sign, colour = _SIGNS[change.kind.value]
        fields = f"  ({', '.join(change.fields)})" if change.fields else ""
        name = called.get((change.part, change.key), "")
        what = f"{change.part}/{change.key}{'  ' + name if name else ''}"
        click.echo(click.style(f"  {sign} {what}{fields}", fg=colour))
    click.echo(translate(language, "app.plan.summary", **_counts(found)))
    _show_moves(found, language)
    if not found.obstacles:
        click.echo(translate(language, "app.plan.ready"))
        return
    click.echo(translate(language, "app.plan.obstacles", count=len(found.obstacles)))
    for one in found.obstacles:
        said = sentence(one.refusal(len(found.obstacles)), language)
        click.echo(click.style(f"  ✗ {said}", fg="red"))


def _show_moves(found: "Plan", language: str) -> None:
    """Name the running cases whose days move; of many the first, and how many more there are."""
    if not found.moves:
        return
    click.echo(translate(language, "app.plan.moves", count=len(found.moves)))
    for one in found.moves[:_NAMED]:
        words = translate(language, f"app.plan.day_{one.what}")
        days = f"{one.old or '—'} → {one.new or '—'}"
        click.echo(f"  {one.case.number}  {words} {days}  {say(one.service_name, language)}")
    if len(found.moves) > _NAMED:
        more = len(found.moves) - _NAMED
        click.echo(translate(language, "app.plan.moves_more", count=more))


def _names_in(instance: "Instance", language: str) -> dict[tuple[str, str], str]:
    """Return what the definitions of a folder are called, by part and key."""
    from tongban.app.instance.parts import PARTS

    return {
        (part.name, key): say(name, language)
        for part in PARTS
        for key, one in instance.every(part.shape).items()
        if (name := getattr(one, "name", None)) and name != key
    }


def _counts(found: "Plan") -> dict[str, int]:
    kinds = [change.kind.value for change in found.changes]
    return {kind: kinds.count(kind) for kind in _SIGNS}


@click.command(name="apply")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@_data
@_language
def apply_(folder: Path, data: Path | None, language: str | None) -> None:
    """Make the running government what DIR says: all of it in one transaction, or nothing."""
    from tongban.app.instance.actions import apply

    instance = _sound(folder)
    house = _house(folder, data)
    try:
        found = apply(house.db, instance)
    finally:
        house.db.close()
    chosen = language or terminal_language()
    name = "app.plan.applied" if found.changes else "app.plan.nothing"
    click.echo(translate(chosen, name, **_counts(found)))
    if found.moves:
        _show_moves(found, chosen)
        click.echo(translate(chosen, "app.plan.moves_told"))


@click.command()
@click.argument("folder", metavar="DIR", type=_FOLDER)
@of_government
@_language
def export(folder: Path, data: Path, language: str | None) -> None:
    """Write the running government's definitions into DIR, a new or empty folder.

    Files come back byte for byte as they were applied.
    """
    from tongban.app.instance.actions import export as write_out

    house = _house(folder, data)
    try:
        written = write_out(house.db, folder)
    finally:
        house.db.close()
    chosen = language or terminal_language()
    words = translate(chosen, "app.plan.exported", count=len(written), folder=str(folder))
    click.echo(words)


@click.command()
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option(
    "--name",
    default="",
    help="Name of the government, such as 云汀市; when not given, the listed name of --division.",
)
@click.option("--division", default="", help="Division code, 6, 9 or 12 digits (GB/T 2260).")
@click.option(
    "--origin",
    default="",
    help="Name of the public ledger for ever, under a domain of yours: zwfw.example.cn/ledger.",
)
@_language
def new(folder: Path, name: str, division: str, origin: str, language: str | None) -> None:
    """Make a new instance in DIR: small, complete, and ready to be served and extended."""
    from tongban.app.instance.starting import proposed_name, start, whereabouts

    chosen = language or terminal_language()
    proposal = "" if name.strip() else proposed_name(division)
    written = start(folder, name=proposal or name, division=division, origin=origin)
    click.echo(translate(chosen, "app.new.made", folder=str(folder)))
    for path in written:
        click.echo(f"  {path.relative_to(folder)}")
    if proposal:
        where = whereabouts(division)
        click.echo(
            translate(chosen, "app.new.named", name=proposal, division=division, where=where)
        )
    if not (origin and division):
        click.echo(translate(chosen, "app.new.place", folder=str(folder)))
    click.echo(translate(chosen, "app.new.then", folder=str(folder)))


@click.command()
def schema() -> None:
    """Print the JSON Schema of instance files, with which editors complete and underline."""
    from tongban.app.instance.schema import schema_text

    click.echo(schema_text())


COMMANDS = (new, check, plan, apply_, export, schema, import_)
