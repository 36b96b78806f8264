"""Two questions of supervisors and proxies: does it live, and can it do what people come for?"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Literal, TypedDict

from litestar import Request, Response

from tongban.app.house import missing_keys
from tongban.kernel.errors import Kind, Refusal
from tongban.kit import http, lanes
from tongban.kit.asked import note
from tongban.kit.crypto.places import Cell
from tongban.kit.db import silent
from tongban.kit.faults import kind_of
from tongban.kit.house import House
from tongban.kit.i18n import sentence
from tongban.kit.interface.declaration import Nothing, Operation
from tongban.kit.interface.doors import offered
from tongban.kit.probe import Probe
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import Signer

NUMBERING = "rounds-ledger"
"""The lane that numbers and signs."""
SILENT = timedelta(minutes=5)
"""So long without a sign of life, or with an entry that waits: nothing is numbered any more."""
_KEEP = 1.0
"""Seconds for which an answer counts: a flood of questions costs one."""
_PATIENCE = 3.0
"""Seconds after which what does not answer is told as silent."""
_AGAIN = "5"
_PROBED = Cell("ready", "probe")
WELL = "ok"
NO_ANSWER = "no_answer"


class Alive(TypedDict):
    """That the process lives."""

    status: Literal["ok"]


class Ready(TypedDict):
    """That it can work: of each thing that has to, ``ok``."""

    status: Literal["ready"]
    checks: dict[str, str]


class NotReady(TypedDict):
    """What it cannot, of each a word, and the same in a sentence."""

    status: Literal["not_ready"]
    checks: dict[str, str]
    message: str


@offered(
    Operation(
        id="healthz",
        path="/healthz",
        access=http.public("a supervisor asks whether it lives"),
        asks_nobody=True,
        message="app.interface.healthz",
        answer=Alive,
        enveloped=False,
    )
)
def healthz(_request: Request[Any, Any, Any], _: Nothing) -> Alive:
    """Whether the process lives and answers; asks neither database nor anything else that may hang."""
    return {"status": "ok"}


@offered(
    Operation(
        id="readyz",
        path="/readyz",
        access=http.public("a proxy asks whether it can work"),
        asks_nobody=True,
        message="app.interface.readyz",
        answer=Ready,
        also={503: NotReady},
        enveloped=False,
    )
)
async def readyz(request: Request[Any, Any, Any], _: Nothing) -> Response[bytes]:
    """Whether it can write, can number and reaches its keys: 503 names what it cannot, and no more."""
    readiness: Readiness = request.app.state["readiness"]
    checks = await readiness.checks()
    failed = sorted(name for name, found in checks.items() if found != WELL)
    if not failed:
        return http.json_answer(Ready(status="ready", checks=checks))
    refusal = Refusal("app.not_ready", Kind.UNAVAILABLE, what=", ".join(failed))
    note(request.scope, refusal)
    said = sentence(refusal, http.language_of(request))
    answer = http.json_answer(NotReady(status="not_ready", checks=checks, message=said), 503)
    answer.headers["Retry-After"] = _AGAIN
    return answer


class Readiness:
    """What has to work for people to be served, each asked by itself: one that hangs hides no other."""

    def __init__(self, house: House) -> None:
        asked: Mapping[str, Callable[[House], str]] = {
            "write": can_write,
            "number": can_number,
            "keys": can_reach_keys,
        }
        self._probes = {
            name: Probe(partial(_judged, ask, house), keep=_KEEP, patience=_PATIENCE)
            for name, ask in asked.items()
        }

    async def checks(self) -> dict[str, str]:
        """Return of each ``ok``, or a word for what is wrong with it."""
        found = await asyncio.gather(*(_in_time(probe) for probe in self._probes.values()))
        return dict(zip(self._probes, found, strict=True))


async def _in_time(probe: Probe[str]) -> str:
    asking = probe.begin()
    if asking is None:
        return NO_ANSWER
    waited = asyncio.shield(asyncio.wrap_future(asking))
    try:
        return await asyncio.wait_for(waited, probe.patience)
    except TimeoutError:
        return NO_ANSWER


def _judged(ask: Callable[[House], str], house: House) -> str:
    """Return what a question found; of a fault its kind, as the log has it."""
    try:
        return ask(house)
    except Exception as error:
        away = silent(error)
        return away.code if away is not None else kind_of(error)


def can_write(house: House) -> str:
    """Keep a row durably, as every action does: a full disk and one that is read-only are noticed."""
    house.db.write(lanes.beat)
    return WELL


def can_number(house: House) -> str:
    """Whether the ledger may go on, its lane lives, and nothing waits for its number too long."""
    with house.db.read() as reader:
        fault = ledger.fault_of_going_on(reader, house.port(Signer))
        if fault is not None:
            return fault.code
        signs = {one.lane: one.at for one in lanes.last_signs(reader)}
        oldest = ledger.oldest_pending(reader.connection)
    alive = signs.get(NUMBERING)
    if alive is None or abs(reader.now - alive) > SILENT:
        return "lane_silent"
    return "entries_wait" if oldest is not None and reader.now - oldest > SILENT else WELL


def can_reach_keys(house: House) -> str:
    """Whether the files of the keys can be read, and what is sealed opens."""
    if missing_keys(house.settings):
        return "keys_missing"
    for path in house.settings.keys.iterdir():
        if path.is_file():
            with path.open("rb") as file:
                file.read(1)
    keyring = house.keyring
    return (
        WELL if keyring.open(keyring.seal("ready", _PROBED), _PROBED) == "ready" else "keys_unfit"
    )


HANDLERS = (healthz, readyz)
