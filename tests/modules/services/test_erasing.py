"""What is taken back is gone: consent closes its use, and files that nothing holds are deleted."""

from pathlib import Path

import pytest
from tests.builders import services as builders
from tests.builders.services import wang

from tongban.kit import outbox
from tongban.kit.db import Database
from tongban.modules.exchange import queries as exchange
from tongban.modules.exchange.model import Basis, UseState
from tongban.modules.services import actions, handlers
from tongban.modules.services.queries import application


@pytest.fixture(autouse=True)
def folder(database: Database, tmp_path: Path) -> Path:
    builders.found(database, tmp_path)
    return tmp_path / "files"


def kept(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*")) if folder.exists() else 0


def attached(database: Database) -> str:
    draft = builders.filled(database, allow=False)
    database.write(
        lambda unit: actions.attach(unit, wang(), draft, "marriage", "证.pdf", b"%PDF-1.7")
    )
    return draft


def deliver(database: Database) -> None:
    outbox.Outbox(database, handlers.SUBSCRIPTIONS).deliver()


def test_consent_that_is_taken_back_closes_the_use_it_allowed(database: Database) -> None:
    draft = builders.filled(database)

    def states() -> set[UseState]:
        with database.read() as reader:
            uses = exchange.uses_of_case(reader.connection, draft)
        return {use.state for use in uses if use.basis is Basis.CONSENT}

    assert states() == {UseState.OPEN}
    database.write(lambda unit: actions.consent(unit, wang(), draft, set()))
    assert states() == {UseState.CLOSED}


def test_files_of_a_discarded_draft_are_deleted(database: Database, folder: Path) -> None:
    draft = attached(database)
    assert kept(folder) == 1
    database.write(lambda unit: actions.discard(unit, wang(), draft))
    deliver(database)
    assert kept(folder) == 0


def test_a_file_that_is_taken_back_is_deleted_and_another_is_not(
    database: Database, folder: Path
) -> None:
    draft = attached(database)
    database.write(
        lambda unit: actions.attach(unit, wang(), draft, "marriage", "又.pdf", b"%PDF-1.7")
    )
    with database.read() as reader:
        files = application.open_draft(reader, wang(), draft).attachments
    database.write(lambda unit: actions.detach(unit, wang(), draft, files[0].id))
    deliver(database)
    with database.read() as reader:
        (left,) = application.open_draft(reader, wang(), draft).attachments
    assert kept(folder) == 1
    assert (folder / left.digest[:2] / left.digest[2:]).is_file()
