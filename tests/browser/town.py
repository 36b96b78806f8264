"""A town that is served as people serve it: a process of its own, on a port of its own."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import httpx
import yaml
from tests.builders import guide

from tongban.app.setup import demonstration_folder
from tongban.kit.testing import MORNING

PROGRAM = Path(sys.executable).with_name("tongban")
"""The command as it was installed."""

_PATIENCE = 180
"""Seconds a start may take on a machine that does much else."""


@dataclass(frozen=True, kw_only=True)
class Town:
    """A running demonstration government."""

    address: str
    data: Path
    names: dict[str, str]
    """What each demonstration account is called in the bar, by login."""

    log: Path

    def complaints(self) -> list[str]:
        """Return what the server logged as an error."""
        lines = self.log.read_text("utf-8").splitlines()
        return [line for line in lines if "ERROR" in line]

    def get(self, path: str) -> bytes:
        """Return what a program without a session gets."""
        return httpx.get(self.address + path).raise_for_status().content


@contextmanager
def served(data: Path, start: datetime = MORNING) -> Iterator[Town]:
    """Serve the demonstration in that folder, its clock set to the given instant."""
    ahead = int((start - datetime.now(UTC)).total_seconds())
    (data / "clock.json").write_text(json.dumps({"ahead_seconds": ahead}), "utf-8")
    with _serving(data, "--demonstration") as running:
        yield running


@contextmanager
def started(folder: Path) -> Iterator[Town]:
    """Found a government of one's own in that folder and serve it; nobody is in it yet."""
    instance = folder / "instance"
    new = [str(PROGRAM), "new", str(instance), "--language", "zh", "--name", "云溪县"]
    subprocess.run(
        [*new, "--division", "470182", "--origin", "yunxi.internal/ledger"],
        check=True,
        capture_output=True,
    )
    with _serving(folder / "data", "--instance", str(instance)) as running:
        yield running


@contextmanager
def tried(folder: Path) -> Iterator[Town]:
    """Write what the guide to a first service says, and try it out as the guide says."""
    instance = folder / "anping"
    new = [str(PROGRAM), "new", str(instance), *shlex.split(guide.NEW.findall(guide.text())[0])]
    subprocess.run(new, check=True, capture_output=True)
    guide.write(instance)
    with _serving(instance / ".trial", "--trial", str(instance)) as running:
        yield running


def setup_code(town: Town) -> str:
    """Return the code that the terminal shows to whoever sets a government up."""
    found = re.search(r"\b[A-Z0-9]{4}(?:-[A-Z0-9]{4})+\b", town.log.read_text("utf-8"))
    assert found is not None, town.log.read_text("utf-8")
    return found[0]


@contextmanager
def _serving(data: Path, *what: str) -> Iterator[Town]:
    port = _free_port()
    log = data.parent / "server.log"
    command = [str(PROGRAM), "serve", *what, "--data", str(data), "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "LANG": "C.UTF-8"}
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _await(process, address, log)
        yield Town(address=address, data=data, names=_names(), log=log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def copied(data: Path, folder: Path) -> Path:
    """Return a copy of a data folder, to be changed at will."""
    copy = folder / "data"
    shutil.copytree(data, copy)
    return copy


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Wait until the front door opens; says what the server said when it does not."""
    patience = monotonic() + _PATIENCE
    while monotonic() < patience:
        if process.poll() is not None:
            raise AssertionError(f"the server ended at once:\n{log.read_text('utf-8')}")
        try:
            httpx.get(address + "/help", timeout=5).raise_for_status()
        except httpx.TransportError:
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
        else:
            return
    raise AssertionError(f"the server did not start:\n{log.read_text('utf-8')}")


def _names() -> dict[str, str]:
    accounts = yaml.safe_load((demonstration_folder() / "accounts.yaml").read_text("utf-8"))
    return {account["login"]: account["name"]["zh"] for account in accounts}
