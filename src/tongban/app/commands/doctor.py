"""``tongban doctor``: what is wrong with this installation and how to mend it."""

from pathlib import Path

import click

from tongban.kernel.errors import Refusal
from tongban.kit.cli import data_named, tell, terminal_language
from tongban.kit.i18n import sentence, translate


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Data folder; .data in the instance folder when not given.",
)
@click.option(
    "--instance", type=click.Path(path_type=Path), help="Instance folder, to compare with."
)
@click.pass_context
def doctor(context: click.Context, data: Path | None, instance: Path | None) -> None:
    """Examine the government below DATA, and say how to mend what is not well.

    Exit 0: all is well, or there is only advice (marked !). 1: something is wrong (marked ✗).
    """
    from tongban.app.doctor import examine
    from tongban.kit.settings import read_settings

    language = terminal_language()
    settings, ill = read_settings(data_named(data, instance)), False
    try:
        for sign in examine(settings, instance):
            ill = ill or not (sign.well or sign.advice)
            mark = "✓" if sign.well else "!" if sign.advice else "✗"
            tell(f"{mark} " + translate(language, f"app.doctor.{sign.code}", **sign.data))
            if not sign.well:
                mend = translate(language, f"app.doctor.{sign.code}_mend", **sign.data)
                tell(f"  → {mend}")
                for line in sign.each:
                    tell(f"    {line}")
    except Refusal as refusal:  # what is wrong keeps the rest from being looked at
        ill = True
        tell(f"✗ {sentence(refusal, language)}")
    context.exit(1 if ill else 0)


COMMANDS = (doctor,)
