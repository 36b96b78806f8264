"""Builds packages."""

from collections.abc import Mapping
from typing import Any

from tongban.kit.house import House
from tongban.kit.jobs import Progress
from tongban.modules.archive import actions, queries
from tongban.modules.archive.formats.bag import digest_of
from tongban.modules.archive.model import Shelves


def package(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
    """Build a package and keep it; done twice, it is the same package."""
    identifier = str(payload["package"])
    progress(0, 2)
    with house.db.read() as reader:
        files = actions.build(reader, identifier)
        name = queries.package(reader.connection, identifier).name
    if files is None:
        return
    house.port(Shelves).keep(name, files)
    progress(1, 2)
    size = sum(len(content) for content in files.values())
    house.db.write(lambda unit: actions.keep(unit, identifier, digest_of(files), size))
    progress(2, 2)


JOBS = {actions.JOB: package}
