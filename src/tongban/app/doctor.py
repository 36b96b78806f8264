"""Looks an installation over: each sign is well or not, and says how to mend it."""

import shutil
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from importlib import resources
from itertools import islice
from pathlib import Path
from sqlite3 import Error as SQLError
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from tongban.app import house as opening
from tongban.app import migrations
from tongban.app.house import For
from tongban.kernel.dates import local_date
from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kit import clock_jumps, seals, troubles
from tongban.kit.cli import terminal_language
from tongban.kit.db import Reader, faults, silent, why
from tongban.kit.house import House
from tongban.kit.i18n import sentence, translate
from tongban.kit.mark import MARK, named_database
from tongban.kit.origins import MANY, one_network
from tongban.kit.settings import Place, Settings, listed, unusable
from tongban.modules.audit import queries as audit
from tongban.modules.certificates import queries as certificates
from tongban.modules.exchange import queries as exchange
from tongban.modules.exchange.model.trying import ItemTrial, LinkTrial
from tongban.modules.government import queries as government
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import Signer
from tongban.modules.notices.model import Mailer
from tongban.modules.services import queries as services

_LEAST_FREE = 500 * 1024 * 1024
_LOOKED_AT = 50
"""Rows of each linked table."""
_LONGEST_LOOK = 60
"""Seconds in which every page of an SQLite database is read: some GB on a plain disk."""
_MOST_NAMED = 20
"""Values that do not open are named one by one."""
_AUDITED = timedelta(days=2)
"""So long ago at most the last audit ended, where it runs each night."""
_PATIENCE = 3.0
"""Seconds in which a mail server says each of its words."""


@dataclass(frozen=True)
class Sign:
    """One thing looked at: its code, whether it is well, and what its sentence needs."""

    code: str
    well: bool
    data: dict[str, Any] = field(default_factory=dict)
    advice: bool = False
    """Whether a government can be run all the same when it is not well."""
    each: tuple[str, ...] = ()
    """A line for each thing that is not well, in the language of the terminal."""


def examine(settings: Settings, instance: Path | None = None) -> Iterator[Sign]:
    """Yield the signs, the most basic first; what needs a database is left out when it is silent."""
    here = (settings.data / MARK).exists()
    found = opening.realm_of(settings) if here else None
    code = "folder" if found in (None, Realm.REAL) else f"folder_{found}"
    yield Sign(code, here, {"folder": str(settings.data)})
    if not here:
        return
    yield from _surroundings(settings)
    whole = not (settings.data / opening.UNFINISHED).exists()
    yield Sign("restored", whole, {"folder": str(settings.data)})
    missing = opening.missing_keys(settings)
    yield Sign("keys_there", not missing, {"folder": settings.keys, "names": ", ".join(missing)})
    if missing or not whole or _loose(settings):
        return
    told = _Told()
    yield from _wholeness(settings, told)
    try:
        house = opening.open_house(settings, purpose=For.CARE)
    except SQLAlchemyError as error:
        yield from _trouble(error, settings, told)
        return
    except Refusal as refusal:
        if refusal.code != "kit.database_away":
            raise
        why_not = sentence(refusal, terminal_language())
        yield Sign("database", False, {"kind": "postgresql", "why": why_not})
        return
    try:
        yield from _database(house, told)
        yield from _mail(house)
        yield from _origins(house)
        if instance is not None:
            yield from _through(house, told, lambda: iter([_instance(house, instance)]))
    finally:
        house.db.close()


@dataclass
class _Told:
    """Whether it was said that the database is damaged: once is enough."""

    damaged: bool = False


def _wholeness(settings: Settings, told: _Told) -> Iterator[Sign]:
    """Whether the file of an SQLite database is whole; a server looks after its own."""
    path = settings.data / "tongban.db"
    if settings.database or not path.is_file():
        return
    folder = {"folder": str(settings.data)}
    try:
        found = faults(path, _LONGEST_LOOK)
    except SQLError:  # held or unreadable: the next sign says that it does not answer
        return
    if found is None:
        yield Sign("whole_in_part", False, {**folder, "seconds": _LONGEST_LOOK}, advice=True)
        return
    told.damaged = bool(found)
    yield Sign("whole", not found, {**folder, "fault": "; ".join(found)})


def _trouble(error: SQLAlchemyError, settings: Settings, told: _Told) -> Iterator[Sign]:
    """Say that the database is damaged or does not answer; raises what says neither."""
    refusal = silent(error)
    if refusal is None:
        raise error
    if refusal.code != "kit.database_damaged":
        yield _away(error, settings)
    elif not told.damaged:
        told.damaged = True
        facts = {"folder": str(settings.data), "fault": str(error.__cause__ or error)}
        yield Sign("whole", False, facts)


def _away(error: SQLAlchemyError, settings: Settings) -> Sign:
    """Say that the database does not answer, and why."""
    found = why(error)
    if found is not None and settings.database:
        found = named_database(found, settings)
    reason = sentence(found, terminal_language()) if found is not None else ""
    kind = "postgresql" if settings.database else "sqlite"
    return Sign("database", False, {"kind": kind, "why": reason})


def _through(house: House, told: _Told, look: Callable[[], Iterator[Sign]]) -> Iterator[Sign]:
    """Look at one thing; where a damaged database forbids it, the other things are looked at still."""
    try:
        yield from look()
    except SQLAlchemyError as error:
        yield from _trouble(error, house.settings, told)


def _surroundings(settings: Settings) -> Iterator[Sign]:
    free = shutil.disk_usage(settings.data).free
    yield Sign("disk", free > _LEAST_FREE, {"free_mb": free // 1024 // 1024})
    loose = _loose(settings)
    yield Sign("keys", not loose, {"folder": str(settings.keys), "names": ", ".join(loose)})
    built = (resources.files("tongban.kit") / "static" / "main.css").is_file()
    yield Sign("front_end", built)
    yield from _settings(settings)


def _settings(settings: Settings) -> Iterator[Sign]:
    """How many settings come from where, and whether the folders that they name are there."""
    language = terminal_language()
    places = Counter(
        (each.place, each.path)
        for each in settings.origins.values()
        if each.place in (Place.ENVIRONMENT, Place.FILE)
    )
    counts = [
        translate(language, f"app.doctor.settings_{place}", count=count, path=path)
        for (place, path), count in sorted(places.items())
    ]
    none = translate(language, "app.doctor.settings_none")
    yield Sign("settings", well=True, data={"counts": ", ".join(counts) or none})
    faults = dict(unusable(settings))
    away = [
        f"{origin.said} ({value})"
        for name, value, origin in listed(settings)
        if faults.get(name) == "folder_away"
    ]
    facts = {"names": "; ".join(away), "folder": str(settings.data)}
    yield Sign("settings_folders", not away, facts)
    if settings.metrics:
        address = {"address": settings.metrics}
        yield Sign("settings_metrics", not settings.metrics_open, address)


def _loose(settings: Settings) -> list[str]:
    """Return the names of the keys that others on the machine can read."""
    others = stat.S_IRWXG | stat.S_IRWXO
    paths = sorted(settings.keys.glob("*"))
    return [path.name for path in paths if path.is_file() and path.stat().st_mode & others]


def _database(house: House, told: _Told) -> Iterator[Sign]:
    yield Sign("database", True, {"kind": house.db.dialect})
    has, wants = migrations.standing(house.db)
    newer = has is not None and not migrations.knows(has)
    yield Sign(
        "release" if newer else "migrations",
        has == wants,
        {"has": has or "-", "wants": wants or "-", "folder": str(house.settings.data)},
    )
    if has != wants:
        return
    for look in (
        _work,
        _clock,
        _sealed,
        _ledger,
        _audit,
        _signing,
        _files,
        _sources,
        _links,
        _characters,
        _calendar,
    ):
        with house.db.read() as reader:
            yield from _through(house, told, partial(look, house, reader))


def _sealed(house: House, reader: Reader) -> Iterator[Sign]:
    """Whether each sealed value opens where it stands; the first that do not are named with their rows."""
    found = [str(cell) for cell in islice(seals.unopened(reader), _MOST_NAMED)]
    facts = {"count": len(found), "folder": str(house.settings.data)}
    yield Sign("sealed", not found, facts, each=tuple(found))


def _ledger(_house: House, reader: Reader) -> Iterator[Sign]:
    """Whether every entry of the ledger is what was signed."""
    found = ledger.audit(reader.connection)
    fault = ", ".join(map(str, found.faults[:3]))
    yield Sign("ledger", found.sound, {"size": found.size, "fault": fault})


def _audit(house: House, reader: Reader) -> Iterator[Sign]:
    """Whether the last audit found every row as its ledger entry has it, and was not long ago."""
    last = audit.last_run(reader.connection)
    standing = audit.standing(reader.connection)
    ended = last.ended_at if last is not None else None
    at = f"{ended:%Y-%m-%d %H:%M} UTC" if ended else "-"
    first = audit.first_findings(reader.connection, 3)
    names = "; ".join(f"{one.table} {one.row or one.entry}" for one in first)
    facts = {"at": at, "count": standing, "names": names, "folder": str(house.settings.data)}
    if ended is not None or standing:
        yield Sign("audit", not standing, facts)
    recent = ended is not None and reader.now - ended < _AUDITED
    yield Sign("audit_recent", recent, facts, advice=True)


def _calendar(house: House, reader: Reader) -> Iterator[Sign]:
    """Whether the calendar covers the days that count, and the ledger signs under its name."""
    profile = government.profile_if_any(reader.connection)
    if profile is None:
        return
    today = local_date(reader.now, profile.time_zone)
    years = government.years(reader.connection)
    folder = str(house.settings.data)
    yield Sign("calendar", today.year in years, {"year": today.year, "folder": folder})
    wanted = government.year_to_ask_for(reader.connection, today)
    missing = wanted == today.year + 1
    coming = {"year": today.year + 1, "folder": folder}
    yield Sign("calendar_next", not missing, coming, advice=True)
    try:
        opening.check_log(house)
    except Refusal as refusal:
        yield Sign("origin", False, {"why": sentence(refusal, terminal_language())})
    else:
        yield Sign("origin", True)


def _work(_house: House, reader: Reader) -> Iterator[Sign]:
    """Whether events and jobs go through: one that failed once is told, not only what was given up."""
    failing, queues = troubles.failing(reader), troubles.queues(reader)
    for sort, code in (("event", "events"), ("job", "jobs")):
        mine = [one for one in queues if one.sort == sort]
        tried, given_up = sum(one.failing for one in mine), sum(one.given_up for one in mine)
        names = troubles.kinds([one for one in failing if one.sort == sort])
        facts = {"count": tried, "given_up": given_up, "names": names}
        yield Sign(code, not tried and not given_up, facts)


def _clock(_house: House, reader: Reader) -> Iterator[Sign]:
    """Whether the clock is behind what was done already: it was set back, or stood ahead."""
    minutes = round(clock_jumps.behind(reader).total_seconds() / 60)
    yield Sign("clock", not minutes, {"minutes": minutes})


def _signing(house: House, reader: Reader) -> Iterator[Sign]:
    """Whether the ledger goes on being signed, and whether an entry was refused its number."""
    found = ledger.health(reader, house.port(Signer))
    folder = str(house.settings.data)
    ill = {fault.code: sentence(fault, terminal_language()) for fault in found.faults}
    aside = ill.pop("ledger.entries_set_aside", "")
    yield Sign("signing", not ill, {"why": " ".join(ill.values()), "folder": folder})
    yield Sign("numbered", not aside, {"why": aside, "folder": folder})


def _files(house: House, reader: Reader) -> Iterator[Sign]:
    spoken_of = {*services.digests(reader.connection), *certificates.digests(reader.connection)}
    lost = sorted(digest for digest in spoken_of if not house.files.has(digest))
    facts = {"all": len(spoken_of), "count": len(lost), "folder": str(house.settings.files)}
    yield Sign("files", not lost, {**facts, "names": ", ".join(lost[:3])})


def _sources(house: House, reader: Reader) -> Iterator[Sign]:
    """Whether what is declared as a source is there; a department's database may sleep."""
    folder = house.settings.sources_folder
    declared = exchange.sources(reader.connection)
    lost = [
        f"{code} ({source.location})"
        for code, source in sorted(declared.items())
        if not (
            (folder / source.location).is_file()
            if source.adapter == "sqlite"
            else house.settings.source_addresses.get(source.location)
        )
    ]
    facts = {"all": len(declared), "count": len(lost), "folder": str(folder)}
    yield Sign("sources", not lost, {**facts, "names": ", ".join(lost[:3])})


def _links(house: House, reader: Reader) -> Iterator[Sign]:
    """Whether sources give what linked resources declare: table, columns, rights, and what fits.

    What only seems wrong, such as a table without a row, is advice.
    """
    trials = list(exchange.try_links(reader, rows=_LOOKED_AT))
    facts = {"all": len(trials), "folder": str(house.settings.data)}
    ill = {each.resource: each.faults for each in trials if not each.well}
    yield Sign(
        "links",
        not ill,
        {**facts, "count": len(ill), "names": _columns(ill)},
        each=_found([one for one in trials if not one.well]),
    )
    away = {one.source: one for one in trials if one.refusal and "cause" in one.refusal.data}
    for source, one in sorted(away.items()):
        assert one.refusal is not None
        reason = translate(terminal_language(), one.why, **one.refusal.data)
        yield Sign("source_answers", False, {"source": source, "why": reason})
    odd = {each.resource: each.doubts for each in trials if each.doubtful}
    if odd:
        names = _columns(odd)
        yield Sign(
            "doubts",
            False,
            {**facts, "count": len(odd), "names": names},
            advice=True,
            each=_found([one for one in trials if one.doubtful]),
        )


def _found(trials: Sequence[LinkTrial]) -> tuple[str, ...]:
    """Return what is not well or in doubt, of the first columns of the first tables: of each the words and
    counts of ``source try``."""
    return tuple(
        f"{one.resource} {one.table}.{item.linked.column}: {'; '.join(_remarks(item))}"
        for one in trials[:3]
        for item in [each for each in one.items if each.remarks][:3]
    )


def _remarks(item: ItemTrial) -> Iterator[str]:
    for name, count in item.remarks:
        said = translate(terminal_language(), name, count=count, words=item.marked)
        yield f"{said} × {count}" if name.startswith("exchange.unfit.") else said


def _columns(named: Mapping[str, tuple[str, ...]]) -> str:
    """Return the first resources and, of each, the first columns or its table."""
    first = list(named.items())[:3]
    return "; ".join(f"{resource} ({', '.join(columns[:3])})" for resource, columns in first)


def _characters(_house: House, reader: Reader) -> Iterator[Sign]:
    """How many characters certificates can show; advice where some lack."""
    held = certificates.held(reader)
    language = terminal_language()
    names = (translate(language, f"app.script.{name}") for name in held.scripts_lacking)
    lacking = translate(language, "app.script.and").join(names) or "-"
    facts = {"has": held.han, "of": held.of, "scripts": lacking}
    yield Sign("characters", held.whole, facts, advice=True)


def _mail(house: House) -> Iterator[Sign]:
    """Look whether mail is set up, can be read, and would be taken; advice only where it is not."""
    mailer = house.port(Mailer)
    if not mailer.configured:
        yield Sign("mail", opening.is_invented(house.settings), advice=True)
        return
    try:
        server = mailer.server
    except Refusal:
        yield Sign("mail_setting", well=False)
        return
    try:
        mailer.check(_PATIENCE)
    except Refusal as refusal:
        module, _, fact = refusal.code.partition(".")
        why = translate(terminal_language(), f"{module}.refusal.{fact}")
        yield Sign("mail_server", well=False, data={"server": server, "why": why}, advice=True)
    else:
        yield Sign("mail_server", well=True, data={"server": server})


def _origins(house: House) -> Iterator[Sign]:
    if not opening.is_invented(house.settings):
        yield Sign("origins", not one_origin(house), {"many": MANY}, advice=True)


def one_origin(house: House) -> bool:
    """Whether all visitors seem to come from one network; in a demonstration or a trial they well may."""
    real = not opening.is_invented(house.settings)
    return real and one_network(house.settings.data, house.clock.now())


def _instance(house: House, instance: Path) -> Sign:
    from tongban.app.instance import load
    from tongban.app.instance.actions import difference

    loaded = load(instance)
    if loaded.errors:
        return Sign("definitions", False, {"folder": str(instance), "count": len(loaded.errors)})
    changes = difference(house.db, loaded).changes
    facts = {"folder": str(instance), "data": str(house.settings.data), "count": len(changes)}
    return Sign("applied", not changes, facts)
