"""``tongban audit``: whether what the tables say is what the public ledger says."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.cli import of_government, tell, terminal_language
from tongban.kit.i18n import translate

if TYPE_CHECKING:
    from tongban.modules.audit.model import Finding, Run

_SHOWN = 100


def _t(name: str, /, **data: Any) -> str:
    return translate(terminal_language(), f"audit.{name}", **data)


@click.command()
@of_government
@click.option(
    "--since-checkpoint",
    is_flag=True,
    help="Only what came since the last whole audit; changes of older rows are not seen.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def audit(context: click.Context, data: Path, since_checkpoint: bool, as_json: bool) -> None:
    """Hold every row that the public ledger speaks of against its entry, and every entry against its row;
    open every sealed value where it stands, and read every archived package.

    An audit that was broken off goes on where it was. Exit 0: they agree. 1: they do not, and what is
    named differs. Whether the ledger itself was rewritten, tongban ledger audit says.
    """
    from tongban.app.house import has_keys, open_house
    from tongban.kit.settings import read_settings
    from tongban.modules.audit import actions, queries
    from tongban.modules.audit.queries import Declared

    settings = read_settings(data)
    if not has_keys(settings):
        raise Refusal("kit.no_government_here", Kind.NOT_FOUND, folder=str(data))
    house = open_house(settings)
    try:
        declared = house.port(Declared)
        run = actions.run_through(
            house.db,
            declared.rows,
            whole=not since_checkpoint,
            sweeps=declared.sweeps,
            progress=_progress,
        )
        with house.db.read() as reader:
            count = queries.standing(reader.connection)
            found = queries.first_findings(reader.connection, _SHOWN)
    finally:
        house.db.close()
    if as_json:
        click.echo(json.dumps(_as_json(run, count, found), ensure_ascii=False))
    else:
        _in_words(run, count, found)
    context.exit(1 if count else 0)


def _progress(run: "Run") -> None:
    """Say how far it is, where somebody watches."""
    if sys.stderr.isatty():
        tell("\r" + _t("command.progress", share=run.share, rows=run.rows), nl=False, err=True)
        if run.ended_at is not None:
            click.echo(err=True)


def _in_words(run: "Run", count: int, found: list["Finding"]) -> None:
    verdict = "differs" if count else "agrees"
    tell(f"{'✗' if count else '✓'} " + _t(f"command.{verdict}", count=count))
    tell("  " + _t("command.looked", rows=run.rows, entries=run.entries))
    for name, count in run.swept.items():
        tell("  " + _t(f"swept.{name}", count=count))
    for one in found:
        tell("  - " + in_words(one))
    for kind in dict.fromkeys(one.kind for one in found):
        tell(f"  {_t(f'kind.{kind}')}{_t('command.colon')}{_t(f'means.{kind}')}")
        tell("    " + _t("page.next") + _t(f"next.{kind}"))
    if count > len(found):
        tell("  " + _t("command.more", count=count - len(found)))


def in_words(one: "Finding") -> str:
    """Return a finding on one line: what it is, which row of which table, which entry, which fields."""
    said = [_t(f"kind.{one.kind}"), _t(f"rows.{one.rows}"), f"{one.table} {one.row}".strip()]
    if one.entry:
        number = "" if one.number is None else f"#{one.number} "
        said.append(_t("command.entry", entry=f"{number}{one.entry}"))
    if one.fields:
        said.append(_t("command.fields", fields=", ".join(one.fields)))
    return _t("command.between").join(said)


def _as_json(run: "Run", count: int, found: list["Finding"]) -> dict[str, Any]:
    from msgspec import to_builtins

    return {
        "agrees": not count,
        "whole": run.whole,
        "rows": run.rows,
        "entries": run.entries,
        "swept": run.swept,
        "standing": count,
        "findings": [to_builtins(one) for one in found],
    }


COMMANDS = (audit,)
