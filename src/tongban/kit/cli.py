"""The command line's technique: refusals become one sentence and an exit code."""

import os
import sys
from collections.abc import Mapping
from typing import Any

import click

from tongban.kernel.errors import Kind, Refusal
from tongban.kit.i18n import best_language, field_sentence, sentence

EXIT: Mapping[Kind, int] = {
    Kind.INVALID: 2,
    Kind.NOT_FOUND: 3,
    Kind.NOT_ALLOWED: 4,
    Kind.NOT_SIGNED_IN: 4,
    Kind.CONFLICT: 5,
    Kind.GONE: 3,
    Kind.TOO_MANY: 6,
    Kind.TOO_LARGE: 2,
    Kind.UNREADABLE: 2,
    Kind.UNAVAILABLE: 7,
}


def terminal_language() -> str:
    """Return the language of the terminal: ``TONGBAN_LANGUAGE``, else the locale, else Chinese."""
    wish = os.environ.get("TONGBAN_LANGUAGE")
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return best_language(wish, locale.replace("_", "-"))


class Commands(click.Group):
    """A group of commands in which a refusal ends with its sentence and its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and say a refusal plainly."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            told = refusal
        except OSError as error:
            if error.filename is None:  # nothing that whoever typed the command named
                raise
            problem = error.strerror or type(error).__name__
            told = Refusal(
                "kit.path_unfit", Kind.INVALID, path=str(error.filename), problem=problem
            )
        except Exception as error:
            away = _silent(error)
            if away is None:
                raise
            told = away
        return ctx.exit(_tell(told))


def _silent(error: Exception) -> Refusal | None:
    """Return what to say of a database that does not answer; most commands never load one."""
    if "sqlalchemy" not in sys.modules:
        return None
    from tongban.kit.db import silent

    return silent(error)


def _tell(refusal: Refusal) -> int:
    """Say it, and return the exit code."""
    language = terminal_language()
    click.echo(sentence(refusal, language), err=True)
    for name, code in refusal.fields.items():
        click.echo(f"  {name}: {field_sentence(code, language, **refusal.data)}", err=True)
    return EXIT[refusal.kind]
