"""Ask for packages, keep them, check them."""

from pathlib import Path

import msgspec

from tongban.kernel.dates import local_date
from tongban.kit.db import Reader, Unit
from tongban.kit.files import FileStore
from tongban.kit.keyring import Keyring
from tongban.modules.archive import rules, store
from tongban.modules.archive.adapters.folder import FolderShelves
from tongban.modules.archive.events import CasePackaged
from tongban.modules.archive.formats import bag
from tongban.modules.archive.formats.facts import package_facts
from tongban.modules.archive.formats.package import Office, payload, place
from tongban.modules.archive.model import (
    Fixity,
    Package,
    PackageRequest,
    Shelves,
    State,
)
from tongban.modules.government import queries as government
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.model import EntryKind, NewEntry, PublicValue

JOB = "archive.package"


def shelves_of(data: Path, files: FileStore, keyring: Keyring) -> Shelves:
    """Return where the packages of a data folder lie: for commands, which have no house."""
    return FolderShelves(data / "packages", files, keyring)


def request_package(unit: Unit, request: PackageRequest) -> str:
    """Ask for the package of a closed case; returns its id. Asking again changes nothing.

    A job builds it and :class:`CasePackaged` tells when it is kept. Refuses documents whose paths
    leave the package or come twice.
    """
    known = store.of_case(unit.connection, request.case_number)
    if known is not None:
        return known.id
    placed = [msgspec.structs.replace(each, name=place(each.name)) for each in request.documents]
    rules.check_documents(placed)
    government_of = government.profile(unit.connection)
    today = local_date(unit.now, government_of.time_zone)
    package = Package(
        id=unit.new_id(),
        case_number=request.case_number,
        state=State.REQUESTED,
        name=rules.folder_name(
            government_of.division,
            today.year,
            str(request.metadata.get("service", "")),
            request.case_number,
        ),
        requested_at=unit.now,
        documents=len(request.documents),
    )
    store.insert(unit, package, msgspec.structs.replace(request, documents=placed))
    unit.enqueue(JOB, {"package": package.id})
    return package.id


def build(reader: Reader, identifier: str) -> dict[str, bytes] | None:
    """Return the files of a package as they will be kept; None when it is kept already.

    The same request gives the same bytes, however often it is built.
    """
    package = store.get(reader.connection, identifier)
    request = store.request_of(reader, identifier)
    if request is None or package.state is not State.REQUESTED:
        return None
    profile = government.profile(reader.connection)
    shelves = reader.port(Shelves)
    office = Office(
        name=profile.name if isinstance(profile.name, str) else profile.name.get("zh", ""),
        fonds=profile.division,
        realm=government.realm(reader),
    )
    contents = {each.name: shelves.document(each.digest) for each in request.documents}
    files = payload(office, request, package.name, package.requested_at, contents)
    info = {
        "Source-Organization": office.name,
        "External-Identifier": request.case_number,
        "Internal-Sender-Identifier": package.name,
        "Bagging-Date": local_date(package.requested_at, profile.time_zone).isoformat(),
        "Bag-Software-Agent": "Tongban",
    }
    return bag.make_bag(files, info)


def keep(unit: Unit, identifier: str, digest: str, size: int) -> Package:
    """Note that a package lies in the archive; its request, which is personal, is forgotten."""
    package = store.get(unit.connection, identifier)
    if package.state is not State.REQUESTED:
        return package
    rules.move(package, State.KEPT)
    done = _on_record(
        unit,
        msgspec.structs.replace(
            package, state=State.KEPT, kept_at=unit.now, digest=digest, size=size
        ),
    )
    if store.save(unit.connection, done, package.state, forget=True):
        unit.emit(CasePackaged(case_number=done.case_number, package=done.id, digest=digest))
    return done


def _on_record(unit: Unit, package: Package) -> Package:
    """Return a package with the ledger entry that commits to its digest."""
    commitment, salt = ledger.commit(package_facts(package))
    public: dict[str, PublicValue] = {"documents": package.documents}
    new = NewEntry(kind=EntryKind.PACKAGE_KEPT, public=public, commitment=commitment)
    return msgspec.structs.replace(package, entry=ledger.append(unit, new), salt=salt)


def note(unit: Unit, fixity: Fixity) -> None:
    """Note what a check found."""
    package = store.get(unit.connection, fixity.package.id)
    store.save(unit.connection, rules.checked(package, fixity, unit.now), package.state)
