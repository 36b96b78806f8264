"""Opens one government: its keys, database, files, and everything that is plugged in."""

import fcntl
import json
import os
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Engine, inspect

from tongban import __version__
from tongban.app import frame, looks, migrations, names, posting, registry
from tongban.app.upgrading import bring_to_this_release
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.realms import Realm
from tongban.kit import belonging, shelf
from tongban.kit.clock import Clock, MovableClock, SystemClock
from tongban.kit.db import Database, plain_engine
from tongban.kit.files import FileStore, make_folder, read_json
from tongban.kit.house import House
from tongban.kit.keyring import KEYS_FILE, Keyring, write_secret
from tongban.kit.lanes import Worker
from tongban.kit.mark import Mark, check_setting, naming_database, read_mark, write_mark
from tongban.kit.outbox import Outbox
from tongban.kit.ports import Ports
from tongban.kit.settings import ADDRESS, FILE, Settings
from tongban.modules.audit.queries import Declared
from tongban.modules.government import errors as government_errors
from tongban.modules.government import queries as government
from tongban.modules.government.model import RunFor
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger import queries as ledger_queries
from tongban.modules.ledger.model import KEY_FILE, Signer

LOCK = "serving.lock"
"""File in the data folder that the process which serves it holds."""

UNFINISHED = "restore.unfinished"
"""File in the data folder while a backup is restored into it."""


def realm_of(settings: Settings) -> Realm | None:
    """Return what the data folder is for; None where nothing was ever made in it."""
    found = read_mark(settings.data)
    return None if found is None else found.realm


_DATA_IS = {
    Realm.REAL: "app.data_is_real",
    Realm.DEMONSTRATION: "app.data_is_demonstration",
    Realm.TRIAL: "app.data_is_trial",
}


def check_mark(settings: Settings, realm: Realm) -> None:
    """Refuse a data folder of another realm, and a trial in a database of its own choosing."""
    found = realm_of(settings)
    if found not in (None, realm):
        raise Refusal(_DATA_IS[found], Kind.CONFLICT, folder=str(settings.data))
    if realm is Realm.TRIAL and settings.database:
        raise Refusal("app.trial_embedded", Kind.CONFLICT, folder=str(settings.data))


def mark(settings: Settings, realm: Realm) -> None:
    """Say what the data folder is for; refuses to mix what is real with what is not."""
    check_mark(settings, realm)
    if read_mark(settings.data) is None:
        write_mark(settings.data, Mark(realm))
    ignored = settings.data / ".gitignore"
    if not ignored.exists():
        ignored.write_text("# Keys and people's data\n*\n", "utf-8")


def keep_address(settings: Settings) -> None:
    """Remember by which address people come, for commands that write links."""
    write_secret(settings.data / ADDRESS, f"{settings.address}\n".encode())


def check_free(settings: Settings) -> None:
    """Refuse a folder that something else lies in, such as an instance's own: data belong apart.

    A folder that was made in before has a mark or keys; a file of settings, and what a disk brings
    along, may lie in one from the beginning.
    """
    folder = settings.data
    if (
        read_mark(folder) is not None
        or len(missing_keys(settings)) < len(_KEYS)
        or not folder.exists()
    ):
        return
    if not folder.is_dir() or any(each.name not in _BEFORE for each in folder.iterdir()):
        raise Refusal("app.data_of_another", Kind.CONFLICT, folder=str(folder))


_KEYS = (KEYS_FILE, KEY_FILE)
_BEFORE = frozenset({FILE, "lost+found", ".gitignore", LOCK, "keys", "sources"})


def hold(settings: Settings) -> ExitStack:
    """Keep a data folder for this process until it ends, however it ends, or closes what is returned.

    Refuses one that another process serves. Processes that share a PostgreSQL take turns in it, so
    there is nothing to keep.
    """
    kept = ExitStack()
    if settings.database:
        return kept
    make_folder(settings.data)
    descriptor = os.open(settings.data / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Refusal("app.data_served", Kind.CONFLICT, folder=str(settings.data)) from None
    kept.callback(os.close, descriptor)
    return kept


def is_invented(settings: Settings) -> bool:
    """Whether nobody in the data folder is real: a demonstration's, or a trial's."""
    found = realm_of(settings)
    return found is not None and found.invented


def clock_for(settings: Settings) -> Clock:
    """Return the machine's clock, or where nothing is real one that can be set ahead."""
    if not is_invented(settings):
        return SystemClock()
    path = settings.data / "clock.json"
    ahead = _said(path, "ahead_seconds") if path.exists() else 0
    return MovableClock(timedelta(seconds=ahead))


def _said(path: Path, what: str) -> int:
    """Return a number or a yes that a small file says; refuses one that is damaged."""
    said = read_json(path).get(what)
    if not isinstance(said, int):
        raise Refusal("kit.file_unreadable", Kind.CONFLICT, path=str(path))
    return said


def keep_clock(settings: Settings, clock: MovableClock) -> None:
    """Remember how far the clock of a demonstration or a trial is ahead."""
    seconds = int(clock.ahead.total_seconds())
    write_secret(settings.data / "clock.json", json.dumps({"ahead_seconds": seconds}).encode())


def has_keys(settings: Settings) -> bool:
    """Whether the data folder has the keys without which nothing of it can be read or signed."""
    return not missing_keys(settings)


def missing_keys(settings: Settings) -> list[str]:
    """Return the names of the keys that the data folder lacks."""
    return [name for name in _KEYS if not (settings.keys / name).is_file()]


def check_before(settings: Settings, realm: Realm) -> None:
    """Refuse to begin in a database that another realm filled before."""
    if not holds_tables(settings):
        return
    engine = plain_engine(settings.database_url)
    try:
        check_database(engine, realm)
    finally:
        engine.dispose()


def make_keys(settings: Settings, origin: str) -> None:
    """Make the keys of a government that is set up for the first time.

    ``origin`` is the name of its public ledger, as its definitions say it, and stays so for ever.
    Refuses where the database holds something already: it was written with other keys.
    """
    if holds_tables(settings):
        lacking = ", ".join(missing_keys(settings))
        raise Refusal("app.keys_missing", Kind.CONFLICT, folder=str(settings.keys), names=lacking)
    if not (settings.keys / KEYS_FILE).is_file():
        Keyring.make(settings.keys)
    ledger.make_log_key(settings.keys, origin)


def holds_tables(settings: Settings) -> bool:
    """Whether there is any table where the settings say that the database is."""
    if not settings.database and not settings.database_file.exists():
        return False
    engine = plain_engine(settings.database_url)
    try:
        with naming_database(settings):
            return bool(inspect(engine).get_table_names())
    finally:
        engine.dispose()


class For(StrEnum):
    """What a government is opened for; what is demanded of its database differs by it."""

    WORK = "work"
    """The database is the folder's own, of these keys, and of this release."""
    CARE = "care"
    """It may be of an older release: to migrate, back up or look over."""
    MAKING = "making"
    """As for care, and there may be none yet: a first start."""
    RESTORING = "restoring"
    """It is about to be filled."""


def open_house(settings: Settings, clock: Clock | None = None, purpose: For = For.WORK) -> House:
    """Open the government below the settings' data folder. Refuses one whose keys are missing.

    Refuses also one that a restore left half full, a database that is not the folder's own, keys of
    another government, and a database of another release where that is in the way.
    """
    if (settings.data / UNFINISHED).exists() and purpose is not For.RESTORING:
        raise Refusal("app.restore_unfinished", Kind.CONFLICT, folder=str(settings.data))
    realm = realm_of(settings)
    if realm is not None:
        check_mark(settings, realm)
    if realm is Realm.TRIAL:
        settings = alone(settings)
    keyring = Keyring.load(settings.keys)
    if purpose is not For.RESTORING:
        check_setting(settings, making=purpose is For.MAKING)
    house = _put_together(settings, keyring, clock or clock_for(settings))
    try:
        if purpose is not For.RESTORING:
            with naming_database(settings):
                _check_own(house, realm, purpose)
        if realm is not None:
            house.ports.plug(RunFor, RunFor(realm))
        registry.plug(house)
        frame.plug(house)
        names.plug(house)
        posting.plug(house)
        looks.plug(house)
        house.ports.plug(Declared, Declared(registry.proven(), registry.sweeps()))
        if purpose is For.WORK:
            check_log(house)
    except BaseException:  # a damaged key, say: the connection that looked is not left open
        house.db.close()
        raise
    return house


def _put_together(settings: Settings, keyring: Keyring, time: Clock) -> House:
    ports = Ports()
    return House(
        settings=settings,
        db=Database(settings.database_url, time, keyring, ports),
        clock=time,
        keyring=keyring,
        files=FileStore(settings.files),
        ports=ports,
    )


def _check_own(house: House, realm: Realm | None, purpose: For) -> None:
    """Refuse a database of another folder, realm, government or release."""
    with house.db.engine.connect() as connection:
        if realm is not None:
            check_database(house.db.engine, realm)
        belonging.check_belongs(connection, house.settings)
        belonging.check_keys(connection, house.keyring, house.settings)
        if purpose is For.WORK:
            migrations.check_release(connection)


def check_log(house: House) -> None:
    """Refuse keys of another log than the one that was adopted and that the database keeps."""
    with house.db.read() as reader:
        profile = government.profile_if_any(reader.connection)
        if profile is not None:
            ledger_queries.check_key(reader.connection, house.port(Signer), profile.origin)


def forget_database(settings: Settings) -> None:
    """Let the data folder name no database: what it names is gone, or another's."""
    found = read_mark(settings.data)
    if found is not None:
        write_mark(settings.data, Mark(found.realm))


def bring_up(house: House) -> None:
    """Bring the database to this release, and let it and its data folder name each other from then on.

    Refuses keys of another government before it changes anything. What others on the machine could
    read of an embedded database is its owner's alone.
    """
    with house.db.read() as reader:
        belonging.check_sealed(reader, house.settings)
    bring_to_this_release(house.db)
    identity = house.db.write(lambda unit: belonging.claim(unit, __version__))
    belonging.remember(house.settings, identity)
    if not house.settings.database:
        for path in house.settings.data.glob(house.settings.database_file.name + "*"):
            path.chmod(0o600)


def alone(settings: Settings) -> Settings:
    """Return a trial's settings: it reaches no mail server, and no source or place outside its folder."""
    return replace(
        settings,
        smtp="",
        sources="",
        checkpoints_file="",
        checkpoints_http="",
        checkpoints_mail="",
        source_addresses={},
    )


def check_database(engine: Engine, realm: Realm) -> None:
    """Refuse a database of another realm than its data folder; one not filled yet belongs to none."""
    if not inspect(engine).has_table(shelf.shelf.name):
        return
    with engine.connect() as connection:
        if government.adopted(connection) or government.claimed(connection):
            found = government.realm_in(connection)
            if found is not realm:
                raise government_errors.other_realm(found)


def worker_for(house: House) -> Worker:
    """Return what delivers events and does jobs for this government."""
    outbox = Outbox(house.db, registry.subscriptions())
    return Worker(house, outbox, registry.jobs(), registry.rounds())
