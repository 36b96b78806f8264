"""Brings a database to this release: its tables, the text indexes that are filled in another form, and
what is kept of days, and in the ledger how rows of before they were proven are found.

Whoever serves, migrates or restores comes through here.
"""

from functools import partial

from tongban.app import migrations, registry
from tongban.kit import search, shelf
from tongban.kit.db import Database, Unit
from tongban.modules.audit import actions as audit
from tongban.modules.services import actions as services


def bring_to_this_release(database: Database) -> None:
    """Migrate a database, make its text indexes anew where another release filled them, and reckon
    what is kept of days where it was kept by none, and record as found what no entry speaks of yet: a
    piece at a time, so that it can be broken off."""
    migrations.upgrade(database)
    with database.read() as reader:
        as_asked = search.is_as_asked(reader.connection)
    if not as_asked:
        database.write(_reindex)
    while database.write(services.reckon_anew):
        pass
    while database.write(partial(audit.record_before, declared=registry.proven())):
        pass


def _reindex(unit: Unit) -> None:
    shelf.claim(unit.connection, wait=True)  # of several processes that start, the first does it
    if not search.is_as_asked(unit.connection):
        registry.reindex(unit)
        search.note_form(unit.connection)
