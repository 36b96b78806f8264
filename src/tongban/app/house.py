"""Opens one government: its keys, database, files, and everything that is plugged in."""

import json
from datetime import timedelta
from pathlib import Path

from tongban.app import frame, names, registry
from tongban.kernel.errors import Kind, Refusal
from tongban.kit.clock import Clock, MovableClock, SystemClock
from tongban.kit.db import Database
from tongban.kit.files import FileStore
from tongban.kit.house import House
from tongban.kit.jobs import Worker
from tongban.kit.keyring import Keyring
from tongban.kit.outbox import Outbox
from tongban.kit.ports import Ports
from tongban.kit.settings import Settings

MARK = "tongban.json"
"""File in the data folder that says whether it is a demonstration's; the two never mix."""


def mark(settings: Settings, *, demonstration: bool) -> None:
    """Say what the data folder is for; refuses to mix a demonstration with a real government."""
    path = settings.data / MARK
    if path.exists():
        if bool(json.loads(path.read_text("utf-8"))["demonstration"]) != demonstration:
            code = "app.data_is_real" if demonstration else "app.data_is_demonstration"
            raise Refusal(code, Kind.CONFLICT, folder=str(settings.data))
        return
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(json.dumps({"demonstration": demonstration}) + "\n", "utf-8")


def is_demonstration(settings: Settings) -> bool:
    """Whether the data folder holds a demonstration."""
    path = settings.data / MARK
    return path.exists() and bool(json.loads(path.read_text("utf-8"))["demonstration"])


def clock_for(settings: Settings) -> Clock:
    """Return the machine's clock, or for a demonstration one that can be set ahead."""
    if not is_demonstration(settings):
        return SystemClock()
    path = settings.data / "clock.json"
    ahead = json.loads(path.read_text("utf-8"))["ahead_seconds"] if path.exists() else 0
    return MovableClock(timedelta(seconds=ahead))


def keep_clock(settings: Settings, clock: MovableClock) -> None:
    """Remember how far the demonstration's clock is ahead."""
    seconds = int(clock.ahead.total_seconds())
    (settings.data / "clock.json").write_text(json.dumps({"ahead_seconds": seconds}), "utf-8")


def open_house(settings: Settings, clock: Clock | None = None) -> House:
    """Open the government below the settings' data folder; keys are made at the first time."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    keyring = Keyring.load_or_make(settings.keys)
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


def default_data(instance: Path) -> Path:
    """Return where an instance's data lie when nothing else is said: beside its description."""
    return instance / ".data"
