"""The command line's technique: refusals become one sentence and an exit code."""

import errno
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.numbers import NotANumber, read_integer
from tongban.kit.i18n import as_typed, best_language, field_sentence, problem_of, sentence
from tongban.kit.settings import default_data

if TYPE_CHECKING:
    from tongban.kit.db import Database
    from tongban.kit.settings import Settings

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
    Kind.NO_METHOD: 2,
    Kind.NOT_ACCEPTABLE: 2,
    Kind.MEDIA_TYPE: 2,
    Kind.UNAVAILABLE: 7,
    Kind.TOO_SLOW: 7,
}


_BESIDE = "tongban.instance"


def terminal_language() -> str:
    """Return the language of the terminal: ``TONGBAN_LANGUAGE``, else the locale, else Chinese."""
    wish = os.environ.get("TONGBAN_LANGUAGE")
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return best_language(wish, locale.replace("_", "-"))


def tell(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Say something to whoever sits at the terminal, with every command as it is typed there.

    Pages, mails and what programs read name the command alone: where it lies is nobody else's business.
    """
    click.echo(as_typed(text), err=err, nl=nl)


def named(code: str, name: str) -> str:
    """Return a name with its code beside it: people read the one and type the other."""
    return f"{name} ({code})" if name and name != code else code


class WholeNumber(click.IntRange):
    """A whole number of an option, as people write it: ``8_000`` and ``8e3`` are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number. Fails as click's own does."""
        if isinstance(value, str):
            try:
                value = read_integer(value)
            except NotANumber:
                self.fail(f"{value!r} is not a valid whole number.", param, ctx)
        return super().convert(value, param, ctx)


_Command = TypeVar("_Command", bound=Callable[..., Any])


def of_government(command: _Command) -> _Command:
    """Give a command ``data``, the folder of a government that is there: named, or an instance's."""
    folder = click.Path(path_type=Path)
    named = click.option(
        "--data", type=folder, callback=_data, help="Data folder of the government."
    )
    beside = click.option(
        "--instance",
        type=folder,
        expose_value=False,
        is_eager=True,
        callback=_beside,
        help="Its instance folder, when the data lie in DIR/.data.",
    )
    return named(beside(command))


def _beside(context: click.Context, _: click.Parameter, instance: Path | None) -> None:
    if instance is not None:
        context.meta[_BESIDE] = instance


def lies_beside(context: click.Context, _: click.Parameter, folder: Path | None) -> Path | None:
    """Take an eager option's folder for the instance beside which the data lie, unless one is named."""
    if folder is not None:
        context.meta.setdefault(_BESIDE, folder)
    return folder


def _data(context: click.Context, _: click.Parameter, data: Path | None) -> Path:
    beside: Path | None = context.meta.get(_BESIDE)
    return Path() if context.resilient_parsing else data_named(data, beside)


def data_named(data: Path | None, instance: Path | None) -> Path:
    """Return the data folder that was named, or the one beside an instance. Refuses neither."""
    if data is not None:
        return data
    if instance is None:
        raise Refusal("kit.no_data_named", Kind.INVALID)
    return default_data(instance)


@contextmanager
def opened(data: Path, *, sealed: bool = True) -> "Iterator[tuple[Database, Settings]]":
    """Open the database of a government that is there, for a command.

    Refuses a folder without one, a database that is not the folder's own, keys of another government,
    and a database of another release, as the app that is asked says (the root command's object). Where
    nothing ``sealed`` is read or written no keys are needed, and an older release will do.
    """
    from tongban.kit.belonging import check_belongs, check_keys
    from tongban.kit.clock import SystemClock
    from tongban.kit.db import Database
    from tongban.kit.keyring import KEYS_FILE, Keyring
    from tongban.kit.mark import check_setting, naming_database, read_mark
    from tongban.kit.settings import read_settings

    settings = read_settings(data)
    known = read_mark(data) is not None or (settings.keys / KEYS_FILE).is_file()
    if not known and (sealed or not (settings.database or settings.database_file.exists())):
        raise Refusal("kit.no_government_here", Kind.NOT_FOUND, folder=str(data))
    keyring = Keyring.load(settings.keys) if sealed else Keyring.fresh()
    check_setting(settings)
    database = Database(settings.database_url, SystemClock(), keyring)
    try:
        with naming_database(settings):
            with database.engine.connect() as connection:
                check_belongs(connection, settings)
                if sealed:
                    check_keys(connection, keyring, settings)
                judge = click.get_current_context().find_root().obj
                if isinstance(judge, Judge):
                    judge.of_release(connection, older=sealed)
            yield database, settings
    finally:
        database.close()


@dataclass(frozen=True)
class Judge:
    """What the app knows and a command has to heed: which releases of a database will do."""

    of_release: Callable[..., None]
    """Takes a connection, and ``older``: whether one of an older release is refused as well."""


class Commands(click.Group):
    """A group of commands in which a refusal ends with its sentence and its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and say a refusal plainly."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            told = refusal
        except OSError as error:
            away = _of_system(error)
            if away is None:  # nothing that whoever typed the command named
                raise
            told = away
        except Exception as error:
            away = _silent(error)
            if away is None:
                raise
            told = away
        return ctx.exit(_tell(told))


_DISK = {errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EIO: "io", errno.EROFS: "read_only"}
"""What the system says of a disk, where it names no file."""


def _of_system(error: OSError) -> Refusal | None:
    """Return what to say of a file that cannot be used, or of a disk on which nothing can be written."""
    if error.filename is not None:
        data = {"path": str(error.filename), "problem": problem_of(error)}
        return Refusal("kit.path_unfit", Kind.INVALID, fields=None, **data)
    fault = _DISK.get(error.errno or 0)
    return None if fault is None else Refusal(f"kit.embedded_{fault}", Kind.UNAVAILABLE)


def _silent(error: Exception) -> Refusal | None:
    """Return what to say of a database that does not answer, is damaged or of another release.

    Most commands never load one.
    """
    if "sqlalchemy" not in sys.modules:
        return None
    from tongban.kit.db import unlike, why

    return why(error) or unlike(error)


def _tell(refusal: Refusal) -> int:
    """Say it, and return the exit code."""
    language = terminal_language()
    tell(sentence(refusal, language), err=True)
    for name, code in refusal.fields.items():
        tell(f"  {name}: {field_sentence(code, language, **refusal.data)}", err=True)
    return EXIT[refusal.kind]
