"""Numbers of options mean the digits that were written."""

import click
import pytest
from click.testing import CliRunner

from tongban.kit.cli import WholeNumber


@click.command()
@click.option("--port", type=WholeNumber(1, 65535), default=8000)
def serve(port: int) -> None:
    click.echo(port)


@pytest.mark.parametrize(("written", "port"), [("8100", 8100), ("８１００", 8100), ("8,100", 8100)])
def test_a_number_is_read_as_written(written: str, port: int) -> None:
    assert CliRunner().invoke(serve, ["--port", written]).output == f"{port}\n"


@pytest.mark.parametrize("written", ["8_000", "8e3", "0x1f40", "٣", "80,00", "0", "65536", ""])
def test_what_is_no_number_of_the_range_is_refused(written: str) -> None:
    assert CliRunner().invoke(serve, ["--port", written]).exit_code == 2


def test_without_the_option_its_default_holds() -> None:
    assert CliRunner().invoke(serve).output == "8000\n"
