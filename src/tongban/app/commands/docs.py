"""``tongban docs``: the reference pages, generated from the code so that they cannot lie."""

from pathlib import Path

import click


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when a page is not current.")
@click.option(
    "--into", type=click.Path(path_type=Path), default=Path("docs/reference"), show_default=True
)
@click.pass_context
def docs(context: click.Context, check: bool, into: Path) -> None:
    """Write the reference pages below INTO, or check that they are current."""
    from tongban.app.reference import pages

    stale = []
    for name, text in pages().items():
        path = into / name
        current = path.read_text("utf-8") if path.exists() else ""
        if current == text:
            continue
        stale.append(str(path))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    for name in stale:
        click.echo(f"{'not current' if check else 'written'}: {name}")
    if check and stale:
        click.echo("run: tongban docs")
        context.exit(1)


COMMANDS = (docs,)
