"""``tongban new check plan apply export schema import``: the commands around an instance folder.

What needs a database is imported where it is used: ``check`` loads neither a database nor a web
framework.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from tongban.app.instance import load
from tongban.app.instance.importing.commands import import_
from tongban.app.instance.refusing import with_errors
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import LANGUAGES, say
from tongban.kit.cli import of_government, tell, terminal_language
from tongban.kit.i18n import problem_of, translate

if TYPE_CHECKING:
    from tongban.app.instance.plan import Change, Plan
    from tongban.kit.definitions.instance import Instance
    from tongban.kit.house import House
    from tongban.modules.services.model import Moved

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
            tell(line)
        for line in reform_text.as_text(instance, reform, chosen, evidence=evidence):
            tell(line)
    context.exit(1 if instance.errors else 0)


def _write_analysis(path: str, written: bytes) -> None:
    """Write the analysis where it was asked for."""
    if path == "-":
        click.echo(written)
    else:
        Path(path).write_bytes(written + b"\n")


def _house(folder: Path, data: Path | None) -> "House":
    """Open the government that an instance folder describes. Refuses one not set up yet."""
    from tongban.app.house import open_house
    from tongban.kit.mark import MARK
    from tongban.kit.settings import default_data, read_settings

    settings = read_settings(data or default_data(folder))
    if not (settings.data / MARK).exists():
        raise Refusal("kit.no_government_here", Kind.NOT_FOUND, folder=str(settings.data))
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

    Exit code 0: it can be applied; 1: something is in the way; 2: the definitions have errors.
    """
    import msgspec

    from tongban.app.instance.actions import difference
    from tongban.app.instance.plan import as_plain

    instance = sound(folder)
    house = _house(folder, data)
    try:
        found = difference(house.db, instance)
    finally:
        house.db.close()
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(as_plain(found)), indent=2))
    else:
        chosen = language or terminal_language()
        _show(found, chosen, instance)
        if found.changes and not found.obstacles:
            place = str(house.settings.data)
            tell(translate(chosen, "app.plan.ready", folder=str(folder), data=place))
    context.exit(1 if found.obstacles else 0)


def sound(folder: Path) -> "Instance":
    """Return what a folder declares. Refuses one with errors, and says the first of them."""
    instance = read(folder)
    if instance.errors:
        raise with_errors(folder, instance.errors)
    return instance


_Names: TypeAlias = Mapping[tuple[str, str], str]
"""What definitions are called, by part and key."""
_NAMED = 20
"""Cases, and cards, whose moved days are shown one by one."""
_SIGNS = {"added": ("+", "green"), "changed": ("~", "yellow"), "retired": ("-", "red")}


def _show(found: "Plan", language: str, instance: "Instance | None" = None) -> None:
    from tongban.kit.i18n import sentence

    called: _Names = _names_in(instance, language) if instance else {}

    if not found.changes:
        tell(translate(language, "app.plan.nothing"))
        return
    for change in found.changes:
        _show_change(change, language, called)
    tell(translate(language, "app.plan.summary", **_counts(found)))
    _show_moves(found, language, called)
    if not found.obstacles:
        return
    tell(translate(language, "app.plan.obstacles", count=len(found.obstacles)))
    for one in found.obstacles:
        said = sentence(one.refusal(), language)
        tell(click.style(f"  ✗ {said}", fg="red"))


def _show_change(change: "Change", language: str, called: _Names) -> None:
    sign, colour = _SIGNS[change.kind.value]
    fields = f"  ({', '.join(change.fields)})" if change.fields else ""
    what = _what(change, language, called)
    tell(click.style(f"  {sign} {what}{fields}", fg=colour))


def _show_moves(found: "Plan", language: str, called: _Names) -> None:
    """Name the cases and cards whose days move; of many the first, and how many more there are."""

    def department(code: str) -> str:
        return called.get(("departments", code), code)

    cases = [
        f"  {one.case.number}  {_days(one, language)}  {say(one.service_name, language)}"
        for one in found.moves
    ]
    cards = [
        f"  {card.case_number}  {_day(card.reply_due, due)}  {department(card.department)}"
        for card, due in found.replies
    ]
    unjudged = [f"  {number}" for number in found.unjudged]
    for heading, lines in (
        ("app.plan.moves", cases),
        ("app.plan.replies", cards),
        ("app.plan.unjudged", unjudged),
    ):
        if lines:
            tell(translate(language, heading, count=len(lines)))
            tell("\n".join(lines[:_NAMED]))
        if len(lines) > _NAMED:
            more = len(lines) - _NAMED
            tell(translate(language, "app.plan.moves_more", count=more))


def _days(one: "Moved", language: str) -> str:
    """Return every day of a case that moves, with what it is called."""
    days = (
        f"{translate(language, f'app.plan.day_{what}')} {_day(old, new)}"
        for what, old, new in one.days
    )
    return "  ".join(days)


def _day(old: dt.date | None, new: dt.date | None) -> str:
    return f"{old or '—'} → {new or '—'}"


def _what(change: "Change", language: str, called: _Names) -> str:
    """Return what changes as people call it: its part, its key where a part has many, its name."""
    from tongban.app.instance.parts import PARTS

    part = next(one for one in PARTS if one.name == change.part)
    title = say(part.title, language)
    name = called.get((change.part, change.key)) or say(change.name, language)
    return "  ".join(filter(None, (title, "" if part.single else change.key, name)))


def _names_in(instance: "Instance", language: str) -> _Names:
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

    instance = sound(folder)
    house = _house(folder, data)
    try:
        found = apply(house.db, instance)
    finally:
        house.db.close()
    chosen = language or terminal_language()
    called = _names_in(instance, chosen)
    for change in found.changes:
        if change.kind.value == "retired":  # what somebody may not have meant to leave out
            _show_change(change, chosen, called)
    name = "app.plan.applied" if found.changes else "app.plan.nothing"
    tell(translate(chosen, name, **_counts(found)))
    _show_moves(found, chosen, called)
    if found.moves or found.replies:
        tell(translate(chosen, "app.plan.moves_told"))


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
    tell(words)


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
    tell(translate(chosen, "app.new.made", folder=str(folder)))
    for path in written:
        click.echo(f"  {path.relative_to(folder)}")
    if proposal:
        where = whereabouts(division)
        tell(translate(chosen, "app.new.named", name=proposal, division=division, where=where))
    if not (origin and division):
        tell(translate(chosen, "app.new.place", folder=str(folder)))
    tell(translate(chosen, "app.new.then", folder=str(folder)))


@click.command()
def schema() -> None:
    """Print the JSON Schema of instance files, with which editors complete and underline."""
    from tongban.app.instance.schema import schema_text

    click.echo(schema_text())


COMMANDS = (new, check, plan, apply_, export, schema, import_)
