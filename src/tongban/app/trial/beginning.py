"""Begins a trial of a folder, or goes on with it while its definitions are the same."""

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from tongban import __version__
from tongban.app import house as opening
from tongban.app.house import For
from tongban.app.instance import actions as instance_actions
from tongban.app.setup import demonstration_folder
from tongban.app.trial import sources
from tongban.app.trial.given import NOTHING, Given, given_in
from tongban.app.trial.instance import Prepared, prepare
from tongban.kernel.dates import local_date
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.realms import Realm
from tongban.kit.clock import Clock, SystemClock
from tongban.kit.definitions.instance import Instance
from tongban.kit.files import read_json
from tongban.kit.house import House
from tongban.kit.keyring import write_secret
from tongban.kit.mark import MARK
from tongban.kit.settings import Settings
from tongban.modules.catalog.definition import ResourceDefinition
from tongban.modules.exchange.definition import SourceDefinition
from tongban.modules.government.definition import GovernmentDefinition
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger import queries as ledger_queries
from tongban.modules.ledger.model import Signer

OF = "trial.json"
"""File in the data folder that says which definitions, of which day, are tried out."""
_STAYS = (MARK, opening.LOCK, ".gitignore")
"""What is left when a trial begins anew."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial that can be served, and whether it begins now or goes on."""

    house: House
    prepared: Prepared
    begun: bool
    """Whether everything in it was made just now."""
    again: bool
    """Whether there was another before, of other definitions, that is gone."""


def default_data(folder: Path) -> Path:
    """Return where a trial's data lie when nothing else is said: beside the definitions.

    Not so for the packaged demonstration: nothing is ever written into what is installed or built.
    """
    if folder.resolve() == demonstration_folder().resolve():
        return Path("var/trial")
    return folder / ".trial"


def ready(
    loaded: Instance,
    data: Path,
    address: str,
    clock: Clock | None = None,
    *,
    sources_in: Path | None = None,
    fresh: bool = False,
    alone: bool = False,
    fonts: str = "",
) -> Trial:
    """Return a trial of what was loaded.

    It goes on where the definitions are those of before; else everything in it is made anew: cases
    that follow definitions which nobody declares any more would teach nothing. ``fresh`` does so in
    any case. ``sources_in`` holds test sources, which are copied; ``fonts`` is the
    folder of further fonts. Refuses definitions with errors, a
    folder that holds something else, one inside the data of a government, and sources with anybody
    who may be real.
    """
    government = loaded.one(GovernmentDefinition)
    if loaded.errors or government is None:
        raise Refusal("app.definitions_have_errors", Kind.INVALID, count=max(1, len(loaded.errors)))
    settings = Settings(data=data, address=address, fonts=fonts)
    _check_place(settings)
    given = _given(loaded, sources_in)
    if alone:
        opening.hold(settings)
    opening.mark(settings, Realm.TRIAL)
    now = (clock or SystemClock()).now()
    wanted = instance_actions.files_digest(loaded.files) + given.stamp
    kept = _kept(settings)
    goes_on = not fresh and kept.get("digest") == wanted and kept.get("version") == __version__
    day = dt.date.fromisoformat(kept["day"]) if goes_on else local_date(now, government.time_zone)
    prepared = prepare(loaded, government, day, given)
    if not goes_on:
        _clear(data)
        opening.forget_database(settings)
        _build(prepared, settings)
    house = _opened(prepared, settings, clock)
    if not goes_on:
        said = {"digest": wanted, "version": __version__, "day": day.isoformat()}
        write_secret(data / OF, json.dumps(said).encode())
    opening.keep_address(settings)
    return Trial(house, prepared, begun=not goes_on, again=bool(kept) and not goes_on)


def _given(loaded: Instance, folder: Path | None) -> Given:
    if folder is None:
        return NOTHING
    resources = loaded.every(ResourceDefinition).values()
    return given_in(folder, loaded.every(SourceDefinition), resources)


def _check_place(settings: Settings) -> None:
    """Refuse a folder that something else lies in, and one inside a government's data."""
    opening.check_mark(settings, Realm.TRIAL)
    folder = settings.data
    marked = opening.realm_of(settings) is not None
    if not marked and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal("app.folder_not_empty", Kind.CONFLICT, folder=str(folder))
    for above in folder.resolve().parents:
        if (above / MARK).exists():
            raise Refusal("app.trial_inside", Kind.CONFLICT, folder=str(folder), data=str(above))


def _kept(settings: Settings) -> dict[str, str]:
    """Return what the trial that lies here is of; nothing where none was finished."""
    path = settings.data / OF
    return read_json(path) if path.exists() and opening.has_keys(settings) else {}


def _clear(folder: Path) -> None:
    """Take away the trial that lies in a folder, which is marked as one."""
    for entry in folder.iterdir():
        if entry.name in _STAYS:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _build(prepared: Prepared, settings: Settings) -> None:
    opening.make_keys(settings, prepared.origin)
    sources.build(
        settings.sources_folder,
        prepared.connected,
        prepared.elements,
        prepared.facts,
        prepared.cast.subjects,
        prepared.today,
    )


def _begin_log(house: House) -> None:
    """Sign the log's beginning; one that was begun is the worker's, whatever keeps it from going on."""
    with house.db.read() as reader:
        begun = ledger_queries.latest_checkpoint(reader.connection) is not None
    if not begun:
        ledger.run_sequencer(house.db, house.port(Signer))


def _opened(prepared: Prepared, settings: Settings, clock: Clock | None) -> House:
    house = opening.open_house(settings, clock, For.MAKING)
    try:
        opening.bring_up(house)
        instance_actions.apply(house.db, prepared.instance, Realm.TRIAL)
        _begin_log(house)
    except BaseException:
        house.db.close()
        raise
    return house
