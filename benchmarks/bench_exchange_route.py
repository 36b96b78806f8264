"""The exchange's protected read against a bare FastAPI route with one SELECT.

Tongban answers as it is shipped: the demonstration government with its worker running, a clerk's
session, the grant looked up, the value read from the department's SQLite file, masked where the
grant says so, its digest salted, the disclosure and the ledger entry committed with
synchronous=FULL before the answer. FastAPI does one indexed SELECT on the same file and nothing
else, once as ``async def`` inline and once as plain ``def`` in its thread pool. All three run in one
process each on granian, on one core; the client sends from the other over 32 connections.

    python benchmarks/bench_exchange_route.py [--json] [--seconds S] [--rounds N]

The three take turns in every round; the median of the rounds counts. CPU is what the server's
process used for one answer, which a busy machine disturbs less than the rate.
"""

import argparse
import asyncio
import json
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

CONNECTIONS = 32
RESOURCE = "101001/1"
ELEMENTS = ["person.name", "person.birth_date"]
PURPOSE = "G-2026-015"
"""A grant that rests on law, with the name masked; each person has a running case of the department."""
LOGIN = "medical-officer"
DEPARTMENT = "medical-insurance"
FILE, TABLE, IDENTIFIER = "population.db", "person", "resident_id"
SUBJECTS = 2_000
SERVERS = ("tongban", "async", "plain")
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Turn:
    """What one server did in one round."""

    rate: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_us: float


# Servers ----------------------------------------------------------------------------------------


def serve(name: str, folder: Path, port: int) -> None:
    """Be one of the servers, on the first core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if name == "tongban":
        serve_tongban(folder, port)
    else:
        run(fastapi_application(name, folder), port)


def run(application: Any, port: int) -> None:
    """Serve until told to stop."""
    from granian.constants import Interfaces
    from granian.server.embed import Server

    async def until_stopped() -> None:
        server = Server(application, address="127.0.0.1", port=port, interface=Interfaces.ASGI)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
        await server.serve()

    asyncio.run(until_stopped())


def serve_tongban(folder: Path, port: int) -> None:
    """Serve the demonstration with its worker, and count its commits."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    from tongban.app import setup
    from tongban.app.house import worker_for
    from tongban.app.web import create
    from tongban.modules.identity import actions as identity

    house = setup.ready(None, folder / "tongban", f"http://127.0.0.1:{port}")
    session = house.db.write(lambda unit: identity.demonstration_sign_in(unit, LOGIN))
    people = subjects(folder)
    house.db.write(lambda unit: run_cases(unit, people))
    (folder / "session").write_text(session.token, "utf-8")
    commits = 0

    @event.listens_for(Engine, "commit")
    def _count(_connection: Any) -> None:
        nonlocal commits
        commits += 1

    worker = worker_for(house)
    run(create(house, worker.start, worker.stop), port)
    house.db.close()
    (folder / "commits").write_text(str(commits), "utf-8")


def case_of(identifier: str) -> str:
    """Return the number of the running case about somebody."""
    return f"BENCH-{identifier[6:17]}"


def run_cases(unit: Any, people: list[str]) -> None:
    """Let a case about each of these run, and let an account read as often as may be declared."""
    from msgspec.structs import replace

    from tongban.kernel.subjects import SubjectKind, SubjectRef
    from tongban.kit import shelf
    from tongban.modules.exchange import actions
    from tongban.modules.exchange.model import Basis, UseRequest
    from tongban.modules.exchange.model.at_work import AtWork
    from tongban.modules.government import queries
    from tongban.modules.government.definition import MOST_READ_A_DAY, ReadingQuotas

    for each in people:
        work = AtWork(department=DEPARTMENT, duty="case.review", elements=tuple(ELEMENTS))
        actions.declare_work(unit, case_of(each), [work])
        use = UseRequest(
            case_number=case_of(each),
            service=PURPOSE,
            department=DEPARTMENT,
            subject=SubjectRef(SubjectKind.PERSON, each),
            resource=RESOURCE,
            elements=tuple(ELEMENTS),
            purpose=PURPOSE,
            basis=Basis.LAW,
        )
        actions.open_use(unit, use)
    profile = queries.profile(unit.connection)
    generous = replace(
        profile, reading=ReadingQuotas(account=MOST_READ_A_DAY, grant=MOST_READ_A_DAY)
    )
    version = shelf.latest_version(unit.connection, "government", "government") or 0
    shelf.put(unit, "government", "government", version + 1, generous)


def fastapi_application(name: str, folder: Path) -> Any:
    """Return a FastAPI application with one route and one SELECT, inline or in its thread pool."""
    import threading

    from fastapi import FastAPI

    application = FastAPI()
    path = folder / "tongban" / "sources" / FILE
    kept = threading.local()
    statement = f"SELECT name, birth_date FROM {TABLE} WHERE {IDENTIFIER} = ?"

    def one(identifier: str) -> dict[str, Any]:
        if not hasattr(kept, "connection"):
            kept.connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        row = kept.connection.execute(statement, (identifier,)).fetchone()
        return {"name": row[0], "birth_date": row[1]}

    if name == "async":

        @application.get("/people/{identifier}")
        async def inline(identifier: str) -> dict[str, Any]:
            return one(identifier)

    else:

        @application.get("/people/{identifier}")
        def threaded(identifier: str) -> dict[str, Any]:
            return one(identifier)

    return application


# The client -------------------------------------------------------------------------------------


def request_of(name: str, folder: Path, identifier: str) -> bytes:
    """Return the bytes of one request."""
    if name != "tongban":
        return f"GET /people/{identifier} HTTP/1.1\r\nhost: x\r\n\r\n".encode()
    token = (folder / "session").read_text("utf-8")
    asked = {"subject": identifier, "elements": ELEMENTS, "purpose": PURPOSE}
    body = json.dumps({**asked, "case_number": case_of(identifier)}).encode()
    head = (
        f"POST /api/exchange/resources/{RESOURCE} HTTP/1.1\r\nhost: x\r\n"
        f"cookie: tongban_session={token}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def ask(port: int, requests: list[bytes], seconds: float) -> list[float]:
    """Ask over 32 connections for so long; the seconds each answer took. Every one must be 200."""
    spent: list[float] = []
    end = time.perf_counter() + seconds

    async def connection(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        place = number * 61
        while time.perf_counter() < end:
            start = time.perf_counter()
            writer.write(requests[place % len(requests)])
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{head!r} {body!r}")
            spent.append(time.perf_counter() - start)
            place += 1
        writer.close()

    await asyncio.gather(*(connection(number) for number in range(CONNECTIONS)))
    return spent


def turn(process: int, port: int, requests: list[bytes], seconds: float) -> Turn:
    """Let one server answer for so long."""
    before = cpu_seconds(process)
    start = time.perf_counter()
    spent = asyncio.run(ask(port, requests, seconds))
    rate = len(spent) / (time.perf_counter() - start)
    cpu = (cpu_seconds(process) - before) / len(spent)
    cuts = [cut * 1000 for cut in statistics.quantiles(spent, n=100)]
    return Turn(rate, cuts[49], cuts[94], cuts[98], cpu * 1e6)


def cpu_seconds(process: int) -> float:
    """Return what a process used of its core so far."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


@contextmanager
def server(name: str, folder: Path, port: int) -> Iterator[int]:
    """Run a server beside us until it is no longer needed."""
    command = [sys.executable, __file__, "--serve", name, "--folder", str(folder)]
    process = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a server answers anything."""
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not answer")


def subjects(folder: Path) -> list[str]:
    """Return people of the demonstration."""
    path = folder / "tongban" / "sources" / FILE
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as connection:
        rows = connection.execute(f"SELECT {IDENTIFIER} FROM {TABLE} LIMIT {SUBJECTS}")
        return [row[0] for row in rows]


def measure(folder: Path, first_port: int, rounds: int, seconds: float) -> dict[str, Any]:
    """Run all three, in turns, and put the figures together."""
    ports = {name: first_port + place for place, name in enumerate(SERVERS)}
    turns: dict[str, list[Turn]] = {name: [] for name in SERVERS}
    with server("tongban", folder, ports["tongban"]) as ours:
        people = subjects(folder)
        with server("async", folder, ports["async"]) as inline:  # noqa: SIM117 - in this order
            with server("plain", folder, ports["plain"]) as plain:
                processes = {"tongban": ours, "async": inline, "plain": plain}
                os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
                requests = {
                    name: [request_of(name, folder, each) for each in people] for name in SERVERS
                }
                for name in SERVERS:
                    turn(processes[name], ports[name], requests[name], 1.0)
                for _ in range(rounds):
                    for name in SERVERS:
                        turns[name].append(
                            turn(processes[name], ports[name], requests[name], seconds)
                        )
    return figures(folder, turns)


def figures(folder: Path, turns: dict[str, list[Turn]]) -> dict[str, Any]:
    """Return medians, ratios and settings."""

    def middle(name: str, figure: str) -> float:
        return float(statistics.median(getattr(each, figure) for each in turns[name]))

    def ratios(other: str) -> list[float]:
        pairs = zip(turns["tongban"], turns[other], strict=True)
        return [ours.rate / theirs.rate for ours, theirs in pairs]

    database = folder / "tongban" / "tongban.db"
    with sqlite3.connect(database) as connection:
        written = connection.execute("SELECT count(*) FROM exchange_disclosure").fetchone()[0]
        journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
    commits = int((folder / "commits").read_text("utf-8"))
    return {
        "servers": {
            name: {figure: middle(name, figure) for figure in asdict(turns[name][0])}
            for name in SERVERS
        },
        "ratio_async": statistics.median(ratios("async")),
        "ratio_async_span": [min(ratios("async")), max(ratios("async"))],
        "ratio_plain": statistics.median(ratios("plain")),
        "ratio_plain_span": [min(ratios("plain")), max(ratios("plain"))],
        "disclosures": written,
        "disclosures_a_commit": written / max(1, commits),
        "journal": journal,
        "synchronous": "FULL",
        "connections": CONNECTIONS,
        "rounds": len(turns["tongban"]),
    }


def show(found: dict[str, Any]) -> None:
    """Print what came out."""
    print(f"{'':10}{'answers/s':>11}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'CPU µs':>9}")
    for name, row in found["servers"].items():
        print(
            f"{name:10}{row['rate']:>11.0f}{row['p50_ms']:>9.1f}{row['p95_ms']:>9.1f}"
            f"{row['p99_ms']:>9.1f}{row['cpu_us']:>9.0f}"
        )
    for other, words in (("async", "async def"), ("plain", "plain def")):
        low, high = found[f"ratio_{other}_span"]
        ratio = found[f"ratio_{other}"]
        print(f"Tongban against FastAPI {words}: {ratio:.2f}x ({low:.2f} to {high:.2f})")
    print(
        f"{found['connections']} connections, {found['rounds']} rounds; SQLite journal"
        f" {found['journal']}, synchronous={found['synchronous']},"
        f" {found['disclosures_a_commit']:.1f} disclosures a commit;"
        f" {found['disclosures']} disclosures written"
    )


def main() -> None:
    """Serve or measure, as asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--port", type=int, default=9480)
    parser.add_argument("--serve", choices=SERVERS)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve, asked.folder, asked.port)
        return
    with tempfile.TemporaryDirectory(prefix="tongban-bench-") as folder:
        found = measure(Path(folder), asked.port, asked.rounds, asked.seconds)
    print(json.dumps(found, indent=2)) if asked.json else show(found)


if __name__ == "__main__":
    main()
