"""What services does when something happened elsewhere. Each may be called twice."""

from tongban.kit.db import Unit
from tongban.kit.house import House
from tongban.kit.lanes import OfChanged, within_a_turn
from tongban.modules.archive.events import CasePackaged
from tongban.modules.certificates.events import (
    CertificateRevoked,
    CertificateSealed,
    SealingGivenUp,
)
from tongban.modules.identity.events import StaffChanged, StaffLeft
from tongban.modules.services import actions, queries
from tongban.modules.services.events import FilesDropped, WorkLeft


def take_back_work(unit: Unit, event: StaffLeft) -> None:
    """Take back what a clerk had in hand when they leave."""
    actions.leave_work(unit, event.account)


def take_back_moved_work(unit: Unit, event: StaffChanged) -> None:
    """Take back what a clerk can no longer do: of another department, or of a role they lost."""
    actions.leave_work(unit, event.account)


def put_back(unit: Unit, event: WorkLeft) -> None:
    """Put a step back into the inbox that its clerk can no longer do."""
    actions.return_to_inbox(unit, event.clerk, event.case, event.step)


def close_case(unit: Unit, event: CertificateSealed) -> None:
    """Close a case once its certificate is sealed."""
    actions.certificate_sealed(unit, event.case_number)


def tell_of_trouble(unit: Unit, event: SealingGivenUp) -> None:
    """Tell who decided a case that its certificate could not be made."""
    actions.sealing_given_up(unit, event.case_number)


def tell_of_revocation(unit: Unit, event: CertificateRevoked) -> None:
    """Tell who applied that the certificate of their case was revoked."""
    actions.certificate_revoked(unit, event.certificate, event.case_number)


def note_package(unit: Unit, event: CasePackaged) -> None:
    """Note that the archive has the case."""
    actions.packaged(unit, event.case_number)


def delete_files(unit: Unit, event: FilesDropped) -> None:
    """Delete what was attached to a draft and taken back."""
    actions.delete_files(unit, event.digests)


def reckon_anew(house: House) -> bool:
    """Reckon the days of some open steps anew, where they are still those of another calendar."""
    with house.db.read() as reader:
        due = queries.being_reckoned(reader.connection)
    for _ in within_a_turn():
        if not due:
            break
        due = house.db.write(actions.reckon_anew)
    return due


ROUNDS = (OfChanged(queries.judged, queries.passed, actions.note_passing), reckon_anew)
"""What the passing of days did to cases, and what another calendar does."""
SUBSCRIPTIONS = (
    (StaffLeft, take_back_work),
    (StaffChanged, take_back_moved_work),
    (WorkLeft, put_back),
    (CertificateSealed, close_case),
    (SealingGivenUp, tell_of_trouble),
    (CertificateRevoked, tell_of_revocation),
    (CasePackaged, note_package),
    (FilesDropped, delete_files),
)
