"""Everything a government is in one archive: rows, keys and files, as they were at one instant.

The archive is a tar: ``backup.json`` (what is in it, each member with its digest),
``tables/<name>.jsonl`` (one row a line), ``keys/…``, ``files/…`` and whatever else lies in the data
folder but the database itself. It opens on either kind of database. It holds the keys: guard it as
you guard them.
"""

import base64
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Column, Connection, Date, LargeBinary, MetaData, Table, inspect, select
from sqlalchemy.engine.interfaces import ReflectedColumn

from tongban import __version__
from tongban.app import house as opening
from tongban.app import migrations
from tongban.app.house import For
from tongban.kernel.errors import Kind, Refusal
from tongban.kit import search
from tongban.kit.belonging import database_table
from tongban.kit.crypto.hashing import fingerprint
from tongban.kit.db import Database, Instant, Json, metadata
from tongban.kit.files import UNFINISHED, sync_folder
from tongban.kit.house import House
from tongban.kit.keyring import write_secret
from tongban.kit.mark import MARK
from tongban.kit.settings import FILE, Settings
from tongban.modules.ledger import actions as ledger_actions
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import Signer

_BATCH = 1000
_SKIPPED = (
    "tongban.db",
    "ledger.mark",
    opening.LOCK,
    opening.UNFINISHED,
    FILE,
)  # the mark says what was signed, never what is restored; settings are the machine's


@dataclass(frozen=True)
class Contents:
    """What an archive holds; it is written into it and checked when it is restored."""

    version: str
    revision: str
    tables: int
    rows: int
    files: int
    ledger_size: int
    made_at: str
    digests: dict[str, str]
    """SHA-256 of every other member of the archive, by its name."""


def _tables(connection: Connection) -> list[Table]:
    """Return the tables that hold something of their own, with the columns that the database has.

    A database of an earlier release lacks some, and has what a migration took away since. Text
    indexes are made anew, and what is restored is another database.
    """
    anew = {*search.INDEXED, search.form_table.name, database_table.name}
    looked = inspect(connection)
    there = set(looked.get_table_names())
    return [
        _as_it_is(table, looked.get_columns(table.name))
        for table in metadata.sorted_tables
        if table.name in there and table.name not in anew
    ]


def _as_it_is(table: Table, there: Iterable[ReflectedColumn]) -> Table:
    """Return a table with the columns that it has, of the types by which this release reads them."""
    columns = [
        Column(one["name"], table.c[one["name"]].type if one["name"] in table.c else one["type"])
        for one in there
    ]
    return Table(table.name, MetaData(), *columns)


def write_backup(settings: Settings, to: Path) -> Contents:
    """Write a backup of the government below the settings' data folder; it may be running.

    Data that are not migrated yet are written as they are, under their own revision. Refuses those of
    a newer release, of which this one would lose a part, and a database without a government.

    The rows are one consistent view. Files are named by their content and never change, so those
    that rows speak of are all there when they are copied afterwards.
    """
    if not (settings.data / MARK).exists():
        raise Refusal("kit.no_government_here", Kind.NOT_FOUND, folder=str(settings.data))
    if to.resolve().is_relative_to(settings.data.resolve()):
        raise Refusal("app.backup_inside", Kind.CONFLICT, path=str(to))
    if to.exists():
        raise Refusal("app.backup_exists", Kind.CONFLICT, path=str(to))
    temporary = to.with_name(to.name + ".part")
    house = opening.open_house(settings, purpose=For.CARE)
    try:
        _check_known(house)
        opening.check_log(house)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as archive:
                contents = _write(house, archive)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(to)
    finally:
        temporary.unlink(missing_ok=True)
        house.db.close()
    return contents


def _check_known(house: House) -> None:
    has, _ = migrations.standing(house.db)
    if has is None:
        folder = str(house.settings.data)
        raise Refusal("app.backup_no_tables", Kind.CONFLICT, folder=folder)
    with house.db.engine.connect() as connection:
        migrations.check_release(connection, older=False)


def _write(house: House, archive: tarfile.TarFile) -> Contents:
    rows = 0
    digests: dict[str, str] = {}
    with house.db.read() as reader:
        tables = _tables(reader.connection)
        for table in tables:
            lines = list(_lines(reader.connection, table))
            rows += len(lines)
            name, content = f"tables/{table.name}.jsonl", b"".join(lines)
            _add(archive, name, content)
            digests[name] = _digest(content)
        checkpoint = ledger.latest_checkpoint(reader.connection)
        revision, _ = migrations.standing(house.db)
    files = 0
    for path in _data_files(house):
        files += _add_file(archive, house.settings.data, path, digests)
    contents = Contents(
        version=__version__,
        revision=revision or "",
        tables=len(tables),
        rows=rows,
        files=files,
        ledger_size=checkpoint.checkpoint.size if checkpoint else 0,
        made_at=datetime.now(UTC).isoformat(),
        digests=digests,
    )
    _add(archive, "backup.json", json.dumps(asdict(contents), indent=1).encode())
    return contents


def _digest(content: bytes) -> str:
    return fingerprint(content)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    info.mode = 0o600
    archive.addfile(info, io.BytesIO(content))


def _add_file(archive: tarfile.TarFile, folder: Path, path: Path, digests: dict[str, str]) -> bool:
    """Copy a file as it is at this moment; one that went meanwhile was none that a row speaks of."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return False
    name = f"data/{path.relative_to(folder).as_posix()}"
    _add(archive, name, content)
    digests[name] = _digest(content)
    return True


def _data_files(house: House) -> Iterator[Path]:
    """Yield what lies in the data folder, also behind links, but the database and what is half made."""
    for place, folders, names in os.walk(house.settings.data, followlinks=True):
        folders[:] = sorted(name for name in folders if not name.endswith(UNFINISHED))
        for name in sorted(names):
            if not name.startswith(_SKIPPED) and not name.endswith(UNFINISHED):
                yield Path(place) / name


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    for row in connection.execute(select(table)).mappings():
        plain = {name: _plain(value) for name, value in row.items()}
        yield json.dumps(plain, ensure_ascii=False).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def read_backup(source: Path, settings: Settings, *, as_it_was: bool = False) -> Contents:
    """Restore an archive into an empty data folder and an empty database, and check it.

    ``as_it_was`` leaves the tables at the revision of the backup, for the release that made them: the
    digests of all members are checked, and its ledger is for that release to replay.

    A file of settings may lie in the folder: it says which database is meant, and stays.
    Nothing runs from the folder until the ledger was replayed and found whole.
    """
    if any(each.name != FILE for each in _entries(settings.data)):
        raise Refusal("app.folder_not_empty", Kind.CONFLICT, folder=str(settings.data))
    if opening.holds_tables(settings):
        raise Refusal("app.database_not_empty", Kind.CONFLICT)
    try:
        with tarfile.open(source) as archive:
            contents = _contents(archive)
            _check_release(contents)
            _check_members(archive, contents)
            _restore(archive, contents, settings, as_it_was=as_it_was)
    except (tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise Refusal("app.not_a_backup", Kind.INVALID, path=str(source)) from error
    return contents


def _restore(
    archive: tarfile.TarFile, contents: Contents, settings: Settings, *, as_it_was: bool
) -> None:
    """Fill folder and database; what is refused on the way leaves both as they were."""
    was_there = settings.data.exists()
    try:
        _restore_all(archive, contents, settings, as_it_was=as_it_was)
    except Exception:
        _empty(settings.data, remove=not was_there)
        raise


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []


def _empty(folder: Path, *, remove: bool) -> None:
    """Take away what was restored so far; the mark that it is unfinished goes last."""
    for entry in sorted(_entries(folder), key=lambda one: one.name == opening.UNFINISHED):
        if entry.name == FILE:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    if remove and folder.exists():
        folder.rmdir()


def _restore_all(
    archive: tarfile.TarFile, contents: Contents, settings: Settings, *, as_it_was: bool
) -> None:
    unfinished = settings.data / opening.UNFINISHED
    write_secret(unfinished, b"")
    _unpack_data(archive, settings.data)
    opening.forget_database(settings)
    house = opening.open_house(settings, purpose=For.RESTORING)
    try:
        _fill(house, archive, contents)
        if not as_it_was or contents.revision == migrations.newest():
            opening.bring_up(house)
            _check(house, contents)
            made_on = datetime.fromisoformat(contents.made_at).date()
            ledger_actions.accept_restored(house.db, house.port(Signer), made_on)
    except Exception:
        _drop_tables(house.db)
        raise
    finally:
        house.db.close()
    unfinished.unlink()
    sync_folder(settings.data)


def _drop_tables(database: Database) -> None:
    """Take away the tables on a server, which had none before; SQLite's are in the data folder."""
    if database.engine.dialect.name == "postgresql":
        made = MetaData()
        made.reflect(database.engine)
        made.drop_all(database.engine)


def _contents(archive: tarfile.TarFile) -> Contents:
    return Contents(**json.loads(_member(archive, "backup.json")))


def _check_release(contents: Contents) -> None:
    """Refuse a backup of tables that this release does not know: a newer one wrote it."""
    if contents.revision and not migrations.knows(contents.revision):
        raise Refusal("app.backup_newer", Kind.CONFLICT, version=contents.version)


def _check_members(archive: tarfile.TarFile, contents: Contents) -> None:
    """Refuse an archive of which anything is missing, added or altered, before anything is written."""
    found: set[str] = set()
    for member in archive.getmembers():
        if member.name == "backup.json":
            continue
        wanted = contents.digests.get(member.name)
        whole = member.isfile() and member.name not in found and wanted is not None
        if not whole or _digest(_member(archive, member)) != wanted:
            raise Refusal("app.backup_altered", Kind.INVALID, name=member.name)
        found.add(member.name)
    for name in sorted(contents.digests.keys() - found):
        raise Refusal("app.backup_altered", Kind.INVALID, name=name)


def _member(archive: tarfile.TarFile, which: str | tarfile.TarInfo) -> bytes:
    file = archive.extractfile(which)
    if file is None:
        raise KeyError(which)
    return file.read()


def _unpack_data(archive: tarfile.TarFile, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for member in archive.getmembers():
        path = PurePosixPath(member.name)
        if not member.isfile() or path.parts[0] != "data":
            continue
        if ".." in path.parts or path.is_absolute():
            raise KeyError(member.name)
        target = folder.joinpath(*path.parts[1:])
        write_secret(target, _member(archive, member))


def _fill(house: House, archive: tarfile.TarFile, contents: Contents) -> None:
    """Make the tables as they were at the backup's release, and fill them."""
    migrations.upgrade(house.db, contents.revision)
    with house.db.engine.begin() as connection:
        for table in _tables(connection):
            _fill_table(connection, archive, table)


def _fill_table(connection: Connection, archive: tarfile.TarFile, table: Table) -> None:
    try:
        content = _member(archive, f"tables/{table.name}.jsonl")
    except KeyError:
        return  # a table that came after the backup was made
    connection.execute(table.delete())  # what a migration put there is in the backup too
    rows = [_typed(table, json.loads(line)) for line in content.splitlines()]
    for at in range(0, len(rows), _BATCH):
        connection.execute(table.insert(), rows[at : at + _BATCH])


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(table, name, value) for name, value in row.items() if name in table.c}


def _value(table: Table, name: str, value: Any) -> Any:
    kind = table.c[name].type
    if value is None or isinstance(kind, Json):
        return value
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return value


def _check(house: House, contents: Contents) -> None:
    """Replay the ledger. Refuses one that is shorter than it was, or not what was signed."""
    with house.db.read() as reader:
        found = ledger.audit(reader.connection)
    realm = opening.realm_of(house.settings)
    if realm is not None:
        opening.check_database(house.db.engine, realm)
    never_signed = contents.ledger_size == found.size == 0
    if not (found.sound or never_signed) or found.size != contents.ledger_size:
        raise Refusal(
            "app.backup_damaged", Kind.INVALID, wanted=contents.ledger_size, found=found.size
        )
