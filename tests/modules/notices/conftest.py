"""A visitor of the message box, over a database of one kind: pages ask both kinds alike."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import identity as builders
from tests.builders import web
from tests.builders.web import Browser

from tongban.kit import testing
from tongban.kit.db import Database
from tongban.modules.identity.pages import HANDLERS as IDENTITY
from tongban.modules.notices.pages import HANDLERS


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    yield from testing.opened(testing.sqlite_database(tmp_path))


@pytest.fixture
def visitor(db: Database, tmp_path: Path) -> Iterator[Browser]:
    builders.found(db, demonstration=False)
    with web.browser(web.house(db, tmp_path), [*IDENTITY, *HANDLERS]) as opened:
        yield opened
