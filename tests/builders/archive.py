"""Plain builders: a house with an archive, and a closed case to package."""

from pathlib import Path
from typing import Any

from tests.builders import identity, web

from tongban.kit.db import Database
from tongban.kit.house import House
from tongban.modules.archive import actions, adapters, handlers, queries
from tongban.modules.archive.model import Document, Package, PackageRequest

CASE = "330199202611240001"


def house(database: Database, folder: Path) -> House:
    """Return a house with a small government and an archive below the folder."""
    identity.found(database)
    made = web.house(database, folder)
    adapters.plug(made)
    return made


def request(running: House, **more: Any) -> PackageRequest:
    """Return what is known of a closed case; the certificate lies sealed in the house's files."""
    files = {
        "申请/申请表.xml": b"<application/>",
        "办理/办理过程.xml": b"<process/>",
        "决定/证照/1.2.156.3005.2.U.pdf": running.keyring.seal_bytes(b"%PDF-1.7 a certificate"),
    }
    documents = [
        Document(
            name=name,
            media_type="application/pdf" if name.endswith("pdf") else "application/xml",
            digest=running.files.put(content),
            title="申请表",
            maker="王小敏",
            at=running.clock.now(),
        )
        for name, content in files.items()
    ]
    facts: dict[str, Any] = {
        "case_number": CASE,
        "metadata": {"service": "subsidy", "service_name": "补贴 <一次>", "outcome": "approved"},
        "documents": documents,
    }
    return PackageRequest(**{**facts, **more})


def packaged(running: House, **more: Any) -> Package:
    """Return a package that lies in the archive."""
    asked = request(running, **more)
    identifier = running.db.write(lambda unit: actions.request_package(unit, asked))
    handlers.package(running, {"package": identifier}, lambda _done, _of: None)
    with running.db.read() as reader:
        return queries.package(reader.connection, identifier)


def folder_of(folder: Path, package: Package) -> Path:
    """Return where a package lies."""
    return folder / "packages" / package.name
