"""Seals certificates, and looks after what expires."""

from collections.abc import Mapping
from typing import Any

from tongban.kit.crypto.hashing import SHA_256
from tongban.kit.db import Unit
from tongban.kit.house import House
from tongban.kit.jobs import Limited, Progress
from tongban.kit.troubles import WorkGivenUp
from tongban.modules.certificates import actions, queries
from tongban.modules.certificates.events import SealingGivenUp
from tongban.modules.certificates.formats.credential import hash_of
from tongban.modules.certificates.model import State, Typefaces, Vault


def seal(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
    """Render, seal and keep a certificate; one that is sealed already stays as it is."""
    identifier = str(payload["certificate"])
    progress(0, 3)
    with house.db.read() as reader:
        certificate = queries.certificate(reader, identifier)
        if certificate.state is not State.PENDING_SEAL:
            return
        made = queries.make(reader, certificate)
    progress(1, 3)
    vault = house.port(Vault)
    sealed = actions.Sealed(
        pdf_digest=vault.put(made.pdf),
        pdf_hash=SHA_256.hex(made.pdf),
        credential_digest=vault.put(made.credential.encode()),
        credential_hash=hash_of(made.credential),
    )
    progress(2, 3)
    house.db.write(lambda unit: actions.seal(unit, identifier, sealed))
    progress(3, 3)


def tell_of_given_up(unit: Unit, event: WorkGivenUp) -> None:
    """Say whose certificate it is that could not be made."""
    number = queries.case_of_job(unit, event.id) if event.work == actions.JOB else ""
    if number:
        unit.emit(SealingGivenUp(case_number=number))


class LookAfter:
    """Looks once in ten minutes of the government's own time: a clock that is set ahead counts."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, house: House) -> None:
        """Note what has expired, unless this was done just now."""
        now = house.clock.now().strftime("%Y-%m-%dT%H:%M")[:-1]
        if now != self._last:
            house.db.write(actions.look_after)
            self._last = now


_LIMIT = 60.0
"""Seconds for each part of it: a certificate is made in well under one."""
JOBS = {actions.JOB: Limited(seal, _LIMIT)}
SUBSCRIPTIONS = ((WorkGivenUp, tell_of_given_up),)


def find_typefaces(house: House) -> None:
    """Find the typefaces before somebody waits for them: reading their maps takes a second, once."""
    house.port(Typefaces).all()


ROUNDS = (find_typefaces, LookAfter())
