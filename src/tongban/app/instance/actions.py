"""Adopt a folder into a running government in one transaction, and write it back."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tongban.app.instance.plan import Kind, Plan, plan
from tongban.kernel.errors import Kind as RefusalKind
from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kit import shelf
from tongban.kit.crypto.hashing import fingerprint
from tongban.kit.db import Database, Unit
from tongban.kit.definitions.instance import Instance
from tongban.modules.catalog import actions as catalog
from tongban.modules.evaluation import actions as evaluation
from tongban.modules.exchange import actions as exchange
from tongban.modules.government import actions as government_actions
from tongban.modules.government import queries as government
from tongban.modules.identity import actions as identity
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.model import EntryKind, NewEntry
from tongban.modules.services import actions as services
from tongban.modules.supervision import actions as supervision


def _accounts(unit: Unit) -> None:
    if government.realm(unit).invented:
        identity.adopt_demonstration_accounts(unit)


FOLLOWERS: tuple[Callable[[Unit], None], ...] = (
    catalog.reindex,
    exchange.adopt_grants,
    services.reindex,
    evaluation.follow_definitions,
    _accounts,
)
"""What modules derive from adopted definitions, from the lowest module up."""


def apply(database: Database, instance: Instance, realm: Realm | None = None) -> Plan:
    """Make the running government what the folder says: all of it, or nothing.

    Refuses an instance with errors and a plan with obstacles. Returns what was changed. ``realm`` is
    given for a trial, which no folder declares.
    """
    if instance.errors:
        raise Refusal(
            "app.definitions_have_errors", RefusalKind.INVALID, count=len(instance.errors)
        )
    return database.write(lambda unit: _apply(unit, instance, realm))


def _apply(unit: Unit, instance: Instance, realm: Realm | None = None) -> Plan:
    shelf.claim(unit.connection)
    found = plan(unit, instance, realm)
    before = government.calendar(unit.connection) if government.adopted(unit.connection) else None
    if found.obstacles:
        raise found.obstacles[0].refusal(len(found.obstacles) - 1)
    for part in instance.parts:
        known = shelf.latest_versions(unit.connection, part.name)
        values = {part.key_of(value): value for value in instance.every(part.shape).values()}
        added = found.of(part.name, Kind.ADDED)
        returning = [key for key in added if key in known]
        fresh = [key for key in added if key not in known]
        shelf.put_all(unit, part.name, {k: (part.version_of(values[k]), values[k]) for k in fresh})
        for key in [*returning, *found.of(part.name, Kind.CHANGED)]:
            version = part.version_of(values[key], known.get(key, 0))
            shelf.put(unit, part.name, key, version, values[key])
        for key in found.of(part.name, Kind.RETIRED):
            shelf.retire(unit, part.name, key)
    shelf.keep_files(unit, instance.files)
    government_actions.claim(unit, realm or government.realm(unit))
    if found.changes:
        for follow in FOLLOWERS:
            follow(unit)
        if before is not None:
            services.move_days(unit, found.moves)
            after = government.calendar(unit.connection)
            services.fix_days_of_decided(unit, before, after)
            if after != before:
                supervision.move_reply_days(unit)
            if after.zone != before.zone:
                evaluation.count_all_again(unit)
        _log(unit, instance, found)
    return found


def _log(unit: Unit, instance: Instance, found: Plan) -> None:
    """Say in the public ledger what was adopted: the digests of files and versions, how much changed."""
    profile = government.profile(unit.connection)
    counted = {kind: sum(1 for change in found.changes if change.kind is kind) for kind in Kind}
    listed = shelf.listing(unit.connection)
    entry = ledger.append(
        unit,
        NewEntry(
            kind=EntryKind.DEFINITION_APPLIED,
            public={
                "instance": profile.division,
                "instance_name": profile.name,
                "digest": files_digest(instance.files),
                "versions": shelf.digest_of_listing(listed),
                "files": len(instance.files),
                "added": counted[Kind.ADDED],
                "changed": counted[Kind.CHANGED],
                "retired": counted[Kind.RETIRED],
                **({"trial": True} if government.realm(unit) is Realm.TRIAL else {}),
            },
        ),
    )
    shelf.keep_listing(unit, entry, listed)


def files_digest(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 over the sorted lines ``<digest of the content>  <path>``."""
    lines = (f"{fingerprint(files[path])}  {path}\n" for path in sorted(files))
    return fingerprint("".join(lines).encode())


def difference(database: Database, instance: Instance) -> Plan:
    """Return what applying the folder would change."""
    with database.read() as reader:
        return plan(reader, instance)


def export(database: Database, folder: Path) -> list[Path]:
    """Write the running government's files into an empty folder, byte for byte as applied."""
    if folder.exists() and any(folder.iterdir()):
        raise Refusal("app.folder_not_empty", RefusalKind.CONFLICT, folder=str(folder))
    with database.read() as reader:
        files = shelf.kept_files(reader.connection)
    written = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    return written
