"""A small city on the web for the pages of services."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import services_web
from tests.builders.services_web import City


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    """Pages are the same on every database: one kind is enough here."""
    with services_web.opened(tmp_path) as city:
        yield city
