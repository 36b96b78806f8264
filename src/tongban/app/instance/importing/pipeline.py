"""From a file to definitions: understand, go over the rows twice, write; or only say what would be."""

import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec import Struct

from tongban.app.instance.importing.building import Builder, Built, Ended, Known, Values
from tongban.app.instance.importing.checking import found_in, tell
from tongban.app.instance.importing.listings import BUILDERS
from tongban.app.instance.importing.maps import How, Map, as_yaml
from tongban.app.instance.importing.merging import Claims, Stamp, add_parts, decided, differing
from tongban.app.instance.importing.outcome import Changes, Ending, Imported, RowEnd
from tongban.app.instance.importing.replacing import Before, Broken, digest_of, read_before
from tongban.app.instance.importing.rows import Row, Source
from tongban.app.instance.importing.services import ServiceBuilder
from tongban.app.instance.importing.staff import Accounts, StaffBuilder
from tongban.app.instance.importing.targets import SERVICES, Target, targets
from tongban.app.instance.importing.writing import (
    PREPARED,
    Files,
    as_shape,
    clear_leftovers,
    earlier_files,
    edited_files,
    foreign_files,
    move_in,
    was_cut_off,
)
from tongban.kernel.errors import Kind, Refusal
from tongban.kit.tables.opening import open_table
from tongban.modules.government.definition import DepartmentDefinition

DEPARTMENTS_FILE = "departments/imported"
"""Departments that a listing of services names."""
MOST_NAMED = 10
"""References that a refusal names."""
_STEMS = {
    "services": "services/imported",
    "departments": "departments/listing",
    "staff": "accounts/imported",
    "resources": "resources/imported",
    "grants": "grants/imported",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What to import, into which folder, and how."""

    target: str
    path: Path
    into: Path
    said: Map = field(default_factory=dict)
    sheet: str = ""
    replace: bool = False
    discard_edits: bool = False
    discard_gone: bool = False
    dry: bool = False
    keep_rows: bool = False
    save_map: Path | None = None
    accounts: Accounts | None = None
    """For staff: the accounts of the running government, into which they go instead of files."""


def target_of(name: str) -> Target:
    """Return a kind of listing."""
    return targets()[name]


def import_listing(request: Request) -> Imported:
    """Write the definitions of a listing into an instance folder; a dry run writes nothing.

    Refuses to overwrite an earlier import unless told to replace it, and files of it that were
    edited since unless told to discard the edits. Refuses to leave nothing of it, and to leave
    references to what is gone, unless told so.
    """
    target = target_of(request.target)
    source = Source(open_table(request.path, request.sheet), target, request.said, request.path)
    stems = [_STEMS[target.name]] + ([DEPARTMENTS_FILE] if target.name == SERVICES else [])
    earlier = earlier_files(request.into, stems) if request.accounts is None else []
    if not request.dry:
        _refuse_overwriting(request, earlier)
    before = read_before(request.into, earlier)
    known = Known(before.instance())
    builder = _builder(request, source, known)
    table = source.table
    done = Imported(target.name, str(request.path), table.form, table.sheet, source.layout)
    done.dry, done.running = request.dry, request.accounts is not None
    if request.dry:
        _tell_what_would_be_refused(request, earlier, done)
    _Import(request, source, builder, done, before, earlier, known).run()
    if request.save_map is not None:
        request.save_map.write_text(as_yaml(used_map(source)), "utf-8")
        done.map = str(request.save_map)
    return done


def _builder(request: Request, source: Source, known: Known) -> Builder:
    if request.accounts is not None:
        return StaffBuilder(source, known, request.accounts)
    return BUILDERS[request.target](source, known)


def _refuse_overwriting(request: Request, earlier: list[str]) -> None:
    if earlier and not request.replace:
        code = "import_cut_off" if was_cut_off(request.into, earlier) else "would_overwrite"
        raise Refusal(f"app.{code}", Kind.CONFLICT, path=str(request.into / earlier[0]))
    for fact, files in _at_risk(request, earlier):
        if not request.discard_edits:
            raise Refusal(f"app.import_{fact}", Kind.CONFLICT, files=", ".join(files))


def _at_risk(request: Request, earlier: list[str]) -> list[tuple[str, list[str]]]:
    """Return what people would lose if the earlier files are replaced: their own files, their edits."""
    found = (
        ("foreign", foreign_files(request.into, earlier)),
        ("edited", edited_files(request.into, earlier)),
    )
    return [(fact, files) for fact, files in found if files]


def _tell_what_would_be_refused(request: Request, earlier: list[str], done: Imported) -> None:
    """Say in a dry run what the import itself would refuse without a further option."""
    if earlier and was_cut_off(request.into, earlier):
        done.say(0, "cut_off", files=earlier)
    elif earlier and not request.replace:
        done.say(0, "replace_needed", files=earlier)
    for fact, files in () if request.discard_edits else _at_risk(request, earlier):
        done.say(0, f"file_{fact}", files=files)


def used_map(source: Source) -> Map:
    """Return the map by which a listing was read, complete: as it may be saved and used again."""
    names = source.layout.names
    found: Map = {}
    for key, how in source.layout.how.items():
        places = source.layout.places.get(key, ())
        if how.value is not None:
            found[key] = how
        elif places:
            columns = tuple(names[place] for place in places)
            found[key] = How(columns, how.join, None, how.split, how.unit, how.codes, how.fill)
    return found


class _Import:
    """One import under way."""

    def __init__(
        self,
        request: Request,
        source: Source,
        builder: Builder,
        done: Imported,
        before: Before,
        earlier: list[str],
        known: Known,
    ) -> None:
        self._known = known
        self._request, self._source, self._builder, self._done = request, source, builder, done
        self._target = target_of(request.target)
        self._before, self._files_before = before, earlier
        self._old = dict(before.of(self._target.shape))
        self._old_departments = before.of(DepartmentDefinition)
        self._seen: dict[str, Stamp] = {}
        self._granted: dict[str, Struct] = {}
        self._changes = Changes()
        self._claims = Claims(builder.adds, builder.decisive)

    def run(self) -> None:
        """Go over the rows twice and write what they become."""
        for row in self._source.rows(lambda *_, **__: None):
            self._builder.survey(row)
        if self._request.accounts is not None:
            self._take_in(self._request.accounts)
        elif self._request.dry:
            with tempfile.TemporaryDirectory() as folder:
                self._prepare(Path(folder))
        else:
            self._write()
        self._finish()

    def _definitions(self) -> Iterator[Built]:
        """Yield the definitions that the rows become, and count what each row is."""
        seen, ways = self._seen, self._builder.ways
        waiting: Built | None = None
        for row in self._source.rows(self._done.say):
            self._done.rows += 1
            made = self._claimed(row, self._built(row))
            if isinstance(made, Ended):
                self._leave_out(row.line, made)
            elif waiting is not None and made.key == waiting.key:
                self._merge(waiting, made)
            elif made.key in seen:
                builder = self._builder
                stamp = seen[made.key]
                ended = stamp.compared(made.values, ways, builder.adds, builder.decisive)
                self._leave_out(row.line, ended)
            else:
                if waiting is not None:
                    yield self._compared(waiting)
                waiting = made
                seen[made.key] = Stamp.of(made.line, made.values, ways)
                self._end(made.line, Ending.IMPORTED, made)
        if waiting is not None:
            yield self._compared(waiting)

    def _built(self, row: Row) -> Built | Ended:
        """Return what a row becomes; a value that it is left out for is not said to be passed over."""
        told: list[tuple[int, str, dict[str, Any]]] = []

        def keep(line: int, code: str, /, **data: Any) -> None:
            told.append((line, code, data))

        made = self._builder.build(row, keep)
        unfit = made.data["key"] if isinstance(made, Ended) and made.code == "row_unfit" else None
        for line, code, data in told:
            if unfit is None or (code, data.get("key")) != ("value_unfit", unfit):
                self._done.say(line, code, **data)
        return made

    def _claimed(self, row: Row, made: Built | Ended) -> Built | Ended:
        """Keep the key of a row that is left out from later ones that say something else."""
        if isinstance(made, Built) and made.key not in self._claims:
            return made
        claim = self._builder.claim(row)
        if claim is None:
            return made
        key, values = claim
        if isinstance(made, Ended):
            self._claims.take(row.line, key, values)
            return made
        return (self._claims.compared(key, values) if key in self._claims else None) or made

    def _merge(self, before: Built, after: Built) -> None:
        builder, other = self._builder, before.line
        differs = differing(before.values, after.values, builder.adds, before.parts)
        said = {"other": other, "keys": differs}
        if decided(differs, builder.decisive):
            self._leave_out(after.line, Ended("row_contradicts", said))
        elif add_parts(before, after, builder.adds):
            if differs:
                self._done.say(after.line, "row_differs", **said)
            self._end(after.line, Ending.MERGED, before)
        else:
            code = "row_contradicts" if differs else "row_repeated"
            self._leave_out(after.line, Ended(code, said))

    def _leave_out(self, line: int, ended: Ended) -> None:
        by = {"by": self._builder.told_by} if ended.code == "row_contradicts" else {}
        self._done.say(line, ended.code, **by, **ended.data)
        self._done.end(RowEnd(line, Ending.LEFT_OUT, code=ended.code), keep=self._request.keep_rows)

    def _end(self, line: int, ending: Ending, made: Built) -> None:
        self._done.end(RowEnd(line, ending, made.key, made.name), keep=self._request.keep_rows)

    def _compared(self, made: Built) -> Built:
        """Note how a definition differs from that of the earlier import."""
        before = self._old.pop(made.key, None)
        if before is None:
            self._changes.added += 1
            return made
        now = as_shape(made.values, self._target.shape)
        if now is not None and made.key in self._before.granted:
            self._granted[made.key] = now
        if before == digest_of(now):
            self._changes.same += 1
        else:
            self._changes.changed.append(made.key)
        return made

    def _take_in(self, accounts: Accounts) -> None:
        """Let staff into the running government."""
        staff = [made.values for made in self._definitions()]
        self._done.changes = accounts.compare(staff)
        if not self._request.dry:
            self._done.links = accounts.take(staff)

    def _write(self) -> None:
        into = self._request.into
        into.mkdir(parents=True, exist_ok=True)
        clear_leftovers(into)
        with tempfile.TemporaryDirectory(prefix=PREPARED, dir=into) as folder:
            written = self._prepare(Path(folder))
            move_in(into, Path(folder), self._files_before, written)
        self._done.files = list(written)

    def _prepare(self, folder: Path) -> dict[str, str]:
        """Write all files beside the instance, and say what the checks find and what would be missed."""
        written = self._write_into(folder)
        self._check(folder, written)
        self._changes.files = [file for file in self._files_before if file not in written]
        self._look_at_losses()
        return written

    def _check(self, folder: Path, written: Collection[str]) -> None:
        shapes: set[type[Struct]] = {self._target.shape, DepartmentDefinition}
        part = _STEMS[self._target.name].partition("/")[0]
        lines = {(part, key): stamp.line for key, stamp in self._seen.items()}
        lines |= {("departments", code): at for code, at in self._builder.lines_of_added().items()}
        personal = any(key.personal for key in self._target.keys.values())
        findings = found_in(self._known.instance, folder, written, shapes)
        tell(self._done, findings, lines, personal=personal)

    def _write_into(self, folder: Path) -> dict[str, str]:
        """Write all files beside the instance first, so that a row that fails changes nothing."""
        target = self._target
        files = Files(folder, _STEMS[target.name], target.shape, self._builder.ways)
        for made in self._definitions():
            files.add(made.values)
        written = files.write()
        added = self._builder.added()
        if added:
            ways = tuple(dict.fromkeys(way for one in added.values() for way in one))
            departments = Files(folder, DEPARTMENTS_FILE, DepartmentDefinition, ways)
            for code, values in added.items():
                departments.add(values)
                self._compare_department(code, values)
            written |= departments.write()
        return written

    def _compare_department(self, code: str, values: Values) -> None:
        """Note of a department that the listing names whether the earlier import wrote it so."""
        before = self._old_departments.get(code)
        if before is None:
            self._done.departments[code] = str(values["name"])
        elif before != digest_of(as_shape(values, DepartmentDefinition)):
            self._changes.departments_changed.append(code)

    def _look_at_losses(self) -> None:
        """Say what of the earlier import would be missed; refuse to go on unless told to."""
        request, shape = self._request, self._target.shape
        kept: dict[type[Struct], set[str]] = {DepartmentDefinition: set(self._builder.added())}
        kept[shape] = kept.get(shape, set()) | set(self._seen)
        self._changes.gone = self._before.gone(kept)
        if self._old and not self._seen:
            self._say_all_goes()
        broken = self._before.broken_by(kept, self._granted)
        for one in broken:
            self._done.say(0, "reference_broken", key=one.key, place=one.place)
        if broken and not (request.dry or request.discard_gone):
            raise _broken(broken)

    def _say_all_goes(self) -> None:
        elsewhere = self._before.instance().every(self._target.shape)
        count = len(self._old.keys() - elsewhere.keys())
        if count and not (self._request.dry or self._request.discard_gone):
            raise Refusal("app.import_replaces_all", Kind.CONFLICT, count=count)
        if count:
            self._done.say(0, "replaces_all", count=count)

    def _finish(self) -> None:
        done, builder = self._done, self._builder
        if isinstance(builder, ServiceBuilder):
            done.codes, done.department_codes = builder.codes, builder.department_codes
        if self._files_before:
            done.changes = self._changes
        done.check()


def _broken(found: list[Broken]) -> Refusal:
    named = [f"{one.place} ({one.key})" for one in found[:MOST_NAMED]]
    more = ["…"] if len(found) > MOST_NAMED else []
    return Refusal(
        "app.import_breaks", Kind.CONFLICT, count=len(found), references=", ".join([*named, *more])
    )
