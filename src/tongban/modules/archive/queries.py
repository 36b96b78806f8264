"""Ask about packages."""

from collections.abc import Iterator

from sqlalchemy import Connection

from tongban.kernel.errors import Refusal
from tongban.kit.db import Reader
from tongban.modules.archive import rules, store
from tongban.modules.archive.formats import bag
from tongban.modules.archive.model import Fixity, Package, Shelves

_SIZE = 25


def package(connection: Connection, identifier: str) -> Package:
    """Return one package; refuses an unknown one."""
    return store.get(connection, identifier)


def package_of(connection: Connection, case_number: str) -> Package | None:
    """Return the package of a case, None while nobody asked for one."""
    return store.of_case(connection, case_number)


def packages(
    connection: Connection,
    *,
    case_number: str = "",
    state: str = "",
    page: int = 1,
    size: int | None = _SIZE,
) -> tuple[list[Package], int]:
    """Return a page of packages, newest first, and how many there are; all without a ``size``."""
    return store.listed(connection, case_number, state, page, size)


def every_package(
    connection: Connection, *, case_number: str = "", state: str = ""
) -> Iterator[list[Package]]:
    """Return all packages in pieces, newest first."""
    return store.every(connection, case_number, state)


def kept(connection: Connection) -> list[Package]:
    """Return every package that lies in the archive, oldest first."""
    return store.kept(connection)


def digests(reader: Reader) -> Iterator[str]:
    """Yield the name of every kept file that a package which is not made yet is to hold."""
    yield from store.digests(reader)


def counts(connection: Connection) -> dict[str, int]:
    """Return how many packages there are in each state."""
    return store.counts(connection)


def files_of(reader: Reader, found: Package) -> list[tuple[str, int]]:
    """Return path and size of each file of a package. Refuses one that is not there."""
    files = reader.port(Shelves).read(found.name)
    return [(path, len(files[path])) for path in sorted(files)]


def fixity(shelves: Shelves, found: Package) -> Fixity:
    """Read every byte of a package and say whether it is what was kept, and lies as it was kept."""
    try:
        odd, files = shelves.oddities(found.name), shelves.read(found.name)
    except Refusal:
        return rules.missing(found)
    return rules.judge(found, bag.digest_of(files), [*odd, *bag.flaws(files)])
