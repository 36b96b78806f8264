"""Long lists as files: made as a job, with progress, and kept for a day for whoever asked.

A list of up to ``AT_ONCE`` rows is written while its reader waits. A longer workbook is a job: its page
shows how far it is. The finished file lies sealed below ``exports`` of the data folder, in pieces, so
that neither making nor sending it needs the whole in memory.
"""

import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import msgspec

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Kind, Refusal
from tongban.kit import troubles
from tongban.kit.crypto.places import Cell
from tongban.kit.db import Reader, Unit
from tongban.kit.faults import where
from tongban.kit.house import House
from tongban.kit.jobs import Job, Progress, job_state, open_payloads, payload_of
from tongban.kit.keyring import Keyring
from tongban.kit.lists.declaration import Asking, Listing, Place
from tongban.kit.lists.files import Form, file_title, write
from tongban.kit.lists.reading import kept, values_of_program
from tongban.kit.lists.unfinished import FOLDER, clear, folder_in, own_folder

JOB = "kit.export"
_ORDER = Cell("kit_job", "payload")
AT_ONCE = 5000
"""Rows of a workbook up to which it is written while its reader waits."""
_VISITORS = 3
"""Long files that are made at a time for all who are not signed in together."""
_KEPT = timedelta(days=1)
_PIECE = 1 << 20
_log = logging.getLogger("tongban.lists")


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be made, and for whom: sealed, for it says who asked as whom."""

    listing: str
    form: Form
    language: str
    actor: Actor
    asked: dict[str, str]
    """The filters as an address holds them."""
    total: int


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """How far a file is."""

    order: Order
    state: str
    """``queued``, ``running``, ``done`` or ``failed``."""
    rows: int
    troubled: bool
    """Whether making it met a fault, and is tried again or given up."""

    @property
    def percent(self) -> int:
        """Of a hundred, how much of it is written."""
        return 100 if self.state == "done" else min(99, self.rows * 100 // max(1, self.order.total))


def begin(unit: Unit, listing: Listing, asking: Asking, form: Form, total: int) -> str:
    """Ask for a file to be made; returns the number under which it is found.

    Refuses a second one while the first is being made: an account has one at a time, and all who are
    not signed in have three together.
    """
    _refuse_too_many(unit, asking.actor)
    order = Order(
        listing=listing.name,
        form=form,
        language=asking.language,
        actor=asking.actor,
        asked=kept(listing, asking.values),
        total=total,
    )
    sealed = unit.keyring.seal(msgspec.json.encode(order).decode(), _ORDER)
    return unit.enqueue(JOB, {"order": sealed.hex()})


def _refuse_too_many(unit: Unit, actor: Actor) -> None:
    orders = (_order(unit.keyring, payload) for payload in open_payloads(unit, JOB))
    mine = sum(order.actor.account == actor.account for order in orders)
    if mine >= (1 if actor.signed_in else _VISITORS):
        raise Refusal("kit.export_busy", Kind.CONFLICT)


def made(reader: Reader, listings: Mapping[str, Listing], actor: Actor, number: str) -> Made:
    """Return how far a file is. Refuses another's, one that is over and one that never was, alike.

    Refuses also whoever might not ask for it any more: a duty was taken away, or the department is
    another one, since the file was made.
    """
    state, payload = job_state(reader, number), payload_of(reader, number, JOB)
    if state is None or payload is None:
        raise _not_found()
    order = _order(reader.keyring, payload)
    if not _is_still(actor, order.actor) or not listings[order.listing].access.allows(actor):
        raise _not_found()
    troubled = troubles.of_job(reader, number) is not None
    return Made(order=order, state=state[0], rows=state[1], troubled=troubled)


def _is_still(actor: Actor, then: Actor) -> bool:
    """Whether someone may see at least what they could as whom they asked then."""
    same = (actor.kind, actor.account, actor.department, actor.subject)
    before = (then.kind, then.account, then.department, then.subject)
    return same == before and then.duties <= actor.duties


def _order(keyring: Keyring, payload: Mapping[str, Any]) -> Order:
    text = keyring.open(bytes.fromhex(str(payload["order"])), _ORDER)
    return msgspec.json.decode(text, type=Order)


def _not_found() -> Refusal:
    return Refusal("kit.export_not_found", Kind.NOT_FOUND)


def job_of(listings: Mapping[str, Listing]) -> Job:
    """Return the job that makes files of these lists."""

    def make(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
        order = _order(house.keyring, payload)
        _make(house, listings[order.listing], order, str(payload["order"]), progress)

    return make


def _make(house: House, listing: Listing, order: Order, key: str, progress: Progress) -> None:
    with own_folder(house.settings.data) as own, tempfile.TemporaryFile(dir=own) as file:
        with house.db.read() as reader:
            asking = Asking(
                actor=order.actor,
                language=order.language,
                zone=reader.port(Place).zone(reader),
                values=values_of_program(listing, order.asked),
            )
            write(
                reader, listing, asking, order.form, file,
                progress=lambda rows: progress(rows, order.total), folder=own,
            )  # fmt: skip
        path = _path(house, house.keyring.index(key))
        _seal(house.keyring, file, path, own)
        now = house.clock.now().timestamp()  # a demonstration's clock may be ahead
        os.utime(path, (now, now))


# The finished file --------------------------------------------------------------------------------


def _path(house: House, name: str) -> Path:
    return folder_in(house.settings.data) / name


def _seal(keyring: Keyring, file: IO[bytes], path: Path, own: Path) -> None:
    """Keep a file sealed, piece by piece, each with its place before it; whole or not at all."""
    file.seek(0)
    new = own / path.name
    with new.open("wb") as out:
        new.chmod(0o600)
        place = 0
        while piece := file.read(_PIECE):
            sealed = keyring.seal_bytes(place.to_bytes(8, "big") + piece)
            out.write(len(sealed).to_bytes(4, "big") + sealed)
            place += 1
    new.replace(path)


def pieces(house: House, number: str) -> Iterator[bytes]:
    """Return the bytes of a finished file. Refuses one that is no longer there."""
    with house.db.read() as reader:
        payload = payload_of(reader, number, JOB) or {}
    path = _path(house, house.keyring.index(str(payload.get("order"))))
    if not path.is_file():
        raise Refusal("kit.export_gone", Kind.GONE)
    return _opened(house.keyring, path.open("rb"))


def _opened(keyring: Keyring, file: IO[bytes]) -> Iterator[bytes]:
    with file:
        place = 0
        while head := file.read(4):
            piece = keyring.open_bytes(file.read(int.from_bytes(head, "big")))
            if int.from_bytes(piece[:8], "big") != place:
                raise ValueError("the pieces of a sealed file were moved")
            yield piece[8:]
            place += 1


def name_of(reader: Reader, listing: Listing, order: Order) -> str:
    """Return what the file is called."""
    asking = Asking(
        actor=order.actor, language=order.language, zone=reader.port(Place).zone(reader)
    )
    return f"{file_title(reader, listing, asking)}.{order.form}"


def forget_old(house: House) -> None:
    """Throw away files that were made more than a day ago, and what a kill left half done.

    One that cannot be thrown away is logged by its name, which says nothing of anybody, and keeps no other.
    """
    clear(house.settings.data)
    folder = house.settings.data / FOLDER
    if not folder.is_dir():
        return
    until = house.clock.now() - _KEPT
    for path in folder.iterdir():
        try:
            _forget_if_made_before(path, until)
        except OSError as error:
            _log.error(
                "%s could not be thrown away and the others are: %s", path.name, where(error)
            )


def _forget_if_made_before(path: Path, until: datetime) -> None:
    try:
        made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if path.is_file() and made_at < until:
            path.unlink()
    except FileNotFoundError:  # another process threw it away
        return
