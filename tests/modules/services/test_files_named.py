"""An event that names a file takes it from nobody: what a row of any module names stays."""

from pathlib import Path

import pytest
from tests.builders import archive, certificates

from tongban.kit import outbox
from tongban.kit.db import Database
from tongban.kit.house import House
from tongban.modules.archive import actions as archiving
from tongban.modules.services import handlers
from tongban.modules.services.adapters import plug
from tongban.modules.services.events import FilesDropped


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    made = certificates.house(database, tmp_path)
    plug(made)
    return made


def drop(house: House, *digests: str) -> None:
    house.db.write(lambda unit: unit.emit(FilesDropped(digests=digests)))
    outbox.Outbox(house.db, handlers.SUBSCRIPTIONS).deliver()


def test_an_event_that_names_the_documents_of_a_certificate_deletes_neither(house: House) -> None:
    certificate = certificates.sealed(house)
    named = (certificate.pdf_digest, certificate.credential_digest)
    drop(house, *named)
    assert all(map(house.files.has, named))


def test_an_event_that_names_what_is_about_to_be_archived_deletes_nothing_of_it(
    house: House,
) -> None:
    asked = archive.request(house)
    house.db.write(lambda unit: archiving.request_package(unit, asked))
    named = [one.digest for one in asked.documents]
    drop(house, *named)
    assert all(map(house.files.has, named))


def test_a_file_that_no_row_names_is_deleted(house: House) -> None:
    loose = house.files.put(b"nobody's")
    drop(house, loose)
    assert not house.files.has(loose)
