"""Opens one government: its keys, database, files, and everything that is plugged in."""

import fcntl
import json
import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy import create_engine, inspect

from tongban.app import frame, names, registry
from tongban.kernel.errors import Kind, Refusal
from tongban.kit.clock import Clock, MovableClock, SystemClock
from tongban.kit.db import Database
from tongban.kit.files import FileStore, read_json
from tongban.kit.house import House
from tongban.kit.jobs import Worker
from tongban.kit.keyring import KEYS_FILE, Keyring, write_secret
from tongban.kit.outbox import Outbox
from tongban.kit.ports import Ports
from tongban.kit.settings import ADDRESS, Settings
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.model import KEY_FILE

MARK = "tongban.json"
"""File in the data folder that says whether it is a demonstration's; the two never mix."""

LOCK = "serving.lock"
"""File in the data folder that the process which serves it holds."""

UNFINISHED = "restore.unfinished"
"""File in the data folder while a backup is restored into it."""


def check_mark(settings: Settings, *, demonstration: bool) -> None:
    """Refuse a data folder of the other kind: a demonstration and a real government never mix."""
    path = settings.data / MARK
    if path.exists() and is_demonstration(settings) != demonstration:
        code = "app.data_is_real" if demonstration else "app.data_is_demonstration"
        raise Refusal(code, Kind.CONFLICT, folder=str(settings.data))


def mark(settings: Settings, *, demonstration: bool) -> None:
    """Say what the data folder is for; refuses to mix a demonstration with a real government."""
    check_mark(settings, demonstration=demonstration)
    path = settings.data / MARK
    if not path.exists():
        content = json.dumps({"demonstration": demonstration}) + "\n"
        write_secret(path, content.encode())
    ignored = settings.data / ".gitignore"
    if not ignored.exists():
        ignored.write_text("# Keys and people's data\n*\n", "utf-8")


def keep_address(settings: Settings) -> None:
    """Remember by which address people come, for commands that write links."""
    write_secret(settings.data / ADDRESS, f"{settings.address}\n".encode())


def hold(settings: Settings) -> None:
    """Keep a data folder for this process until it ends, however it ends.

    Refuses one that another process serves. Processes that share a PostgreSQL take turns in it, so
    there is nothing to keep.
    """
    if settings.database:
        return
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(settings.data / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Refusal("app.data_served", Kind.CONFLICT, folder=str(settings.data)) from None


def is_demonstration(settings: Settings) -> bool:
    """Whether the data folder holds a demonstration."""
    path = settings.data / MARK
    return path.exists() and bool(_said(path, "demonstration"))


def clock_for(settings: Settings) -> Clock:
    """Return the machine's clock, or for a demonstration one that can be set ahead."""
    if not is_demonstration(settings):
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
    """Remember how far the demonstration's clock is ahead."""
    seconds = int(clock.ahead.total_seconds())
    write_secret(settings.data / "clock.json", json.dumps({"ahead_seconds": seconds}).encode())


def has_keys(settings: Settings) -> bool:
    """Whether the data folder has the keys without which nothing of it can be read or signed."""
    return not missing_keys(settings)


def missing_keys(settings: Settings) -> list[str]:
    """Return the names of the keys that the data folder lacks."""
    wanted = (KEYS_FILE, KEY_FILE)
    return [name for name in wanted if not (settings.keys / name).is_file()]


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
    if not settings.database and not (settings.data / "tongban.db").exists():
        return False
    engine = create_engine(settings.database_url)
    try:
        return bool(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def open_house(settings: Settings, clock: Clock | None = None, *, restoring: bool = False) -> House:
    """Open the government below the settings' data folder. Refuses one whose keys are missing.

    Refuses also one that a restore left half full.
    """
    if (settings.data / UNFINISHED).exists() and not restoring:
        raise Refusal("app.restore_unfinished", Kind.CONFLICT, folder=str(settings.data))
    keyring = Keyring.load(settings.keys)
    time = clock or clock_for(settings)
    ports = Ports()
    house = House(
        settings=settings,
        db=Database(settings.database_url, time, keyring, ports),
        clock=time,
        keyring=keyring,
        files=FileStore(settings.files),
        ports=ports,
    )
    registry.plug(house)
    frame.plug(house)
    names.plug(house)
    return house


def worker_for(house: House) -> Worker:
    """Return what delivers events and does jobs for this government."""
    outbox = Outbox(house.db, registry.subscriptions())
    return Worker(house, outbox, registry.jobs(), registry.rounds())
