"""From files to an instance: read, convert, put in its place, and look with every check."""

import collections.abc
import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeAlias

from msgspec import Struct

from tongban.kit.definitions import reading_rules as rules
from tongban.kit.definitions.conversion import convert, explain, quick
from tongban.kit.definitions.csv_files import Table
from tongban.kit.definitions.finding import Finding, Place, Rule, Severity
from tongban.kit.definitions.folder import Files
from tongban.kit.definitions.instance import Held, Instance
from tongban.kit.definitions.nodes import Mapping, Node, Scalar, entries
from tongban.kit.definitions.part import Check, Part
from tongban.kit.definitions.yaml_files import Refused, read

TextFiles: TypeAlias = collections.abc.Mapping[str, bytes]
"""The content of files by their path in the folder."""


def load(files: Files, parts: Iterable[Part], today: dt.date, *, whole: bool = True) -> Instance:
    """Return the instance that some files declare, with everything found, in reading order.

    A part of one, such as a snippet, is not ``whole``: it need not have every required part.
    """
    instance = Instance(tuple(parts), today)
    instance.files = dict(files.content)
    instance.findings.extend(files.findings)
    for part in instance.parts:
        held = instance.held(part.shape)
        held.unreadable = any(part.owns(file) for file in files.left_out)
    _read(instance, files.content)
    if whole:
        _require(instance)
    run(instance, (check for part in instance.parts for check in part.checks))
    _tell_once(instance)
    instance.findings.sort(key=lambda finding: finding.order)
    return instance


def add(instance: Instance, content: TextFiles) -> None:
    """Read further files into an instance, as if they had stood there from the beginning.

    Finds what is wrong with their text; :func:`run` looks at what they declare.
    """
    instance.files |= content
    instance.forget()
    _read(instance, content)


def _read(instance: Instance, content: TextFiles) -> None:
    for part in instance.parts:
        for file in sorted(content):
            if part.owns(file):
                _File(instance, instance.held(part.shape), file).load(content[file])


def load_texts(
    texts: dict[str, str], parts: Iterable[Part], today: dt.date, *, whole: bool = False
) -> Instance:
    """Return the instance that some texts declare: for snippets and tests."""
    known = tuple(parts)
    files = Files()
    for file, text in texts.items():
        if any(part.owns(file) for part in known):
            files.content[file] = text.encode(errors="surrogateescape")
        else:
            files.refuse(rules.UNKNOWN_FILE, file)
    return load(files, known, today, whole=whole)


def _require(instance: Instance) -> None:
    """Report the required parts that are not there at all, or only as files without contents."""
    for part in instance.parts:
        held = instance.held(part.shape)
        if part.required and not (held.values or held.broken or held.unreadable):
            if _emptiness_matters(instance, part):
                continue
            file = f"{part.name}.yaml"
            rule = rules.MISSING_PART
            instance.findings.append(
                Finding(
                    rule=rule,
                    severity=rule.severity,
                    subject=part.name,
                    place=Place(file),
                    data={"file": file},
                )
            )


def _tell_once(instance: Instance) -> None:
    """Leave out that a text is empty where a check says at the same key what is missing, and why."""
    told = {one.place for one in instance.errors if one.rule is not rules.BLANK}
    instance.findings[:] = [
        one for one in instance.findings if one.rule is not rules.BLANK or one.place not in told
    ]


def _emptiness_matters(instance: Instance, part: Part) -> bool:
    """Make errors of the findings that files of a part are empty; returns whether there are any."""
    empty = [
        number
        for number, one in enumerate(instance.findings)
        if one.rule is rules.EMPTY and part.owns(one.place.file)
    ]
    for number in empty:
        one = instance.findings[number]
        instance.findings[number] = replace(one, severity=Severity.ERROR)
    return bool(empty)


def run(instance: Instance, checks: Iterable[Check]) -> None:
    """Look at an instance with some checks."""
    for check in checks:
        held = instance.held(check.shape)
        if check.whole:
            for one in check.find(held.values, instance):
                _note(instance, held, check, one.key, one)
        else:
            for key, value in held.values.items():
                for one in check.find(value, instance):
                    _note(instance, held, check, key, one)


def _note(instance: Instance, held: Held, check: Check, key: str, one: Any) -> None:
    value = held.values.get(key)
    it = getattr(value, "name", "") or key
    instance.findings.append(
        Finding(
            rule=check.rule,
            severity=one.severity or check.rule.severity,
            subject=f"{held.part.name}/{key}" if held.part.key and key else held.part.name,
            place=instance.place(check.shape, key, one.path),
            data={"it": it, **one.data},
            suggestion=one.suggestion,
        )
    )


class _File:
    """One file being read into its part."""

    def __init__(self, instance: Instance, held: Held, file: str) -> None:
        self._instance = instance
        self._held = held
        self._part: Part = held.part
        self._file = file
        self._subject = file

    def load(self, content: bytes) -> None:
        """Read, and report what is wrong; the part counts as unreadable when the file is."""
        try:
            if self._file.endswith(".csv"):
                self._load_table(Table(content, self._part.shape, self._report))
            else:
                self._load_nodes(read(content, self._report))
        except Refused:
            self._held.unreadable = True

    def _load_nodes(self, root: Node | None) -> None:
        if root is None:
            self._report(rules.EMPTY, 1, 1)
            return
        for position, node in enumerate(entries(root)):
            self._subject = self._named(node)
            value = convert(node, self._part.shape, self._report)
            if value is None:
                self._note_broken(node)
            else:
                self._put(value, position, node.line)

    def _load_table(self, table: Table) -> None:
        before = len(self._instance.findings)
        position = -1
        for position, row in enumerate(table.rows()):
            value = quick(row.values, self._part.shape)
            if value is None:
                node = table.node(row)
                self._subject = self._named(node)
                value = explain(node, self._part.shape, self._report)
                if value is None:
                    self._note_broken(node)
                    continue
            self._put(value, position, row.line)
        if position < 0 and len(self._instance.findings) == before:
            self._report(rules.EMPTY, 1, 1)

    def _named(self, node: Node) -> str:
        """Return what findings of a definition are about: its part and key, or just the file."""
        key = self._key(node)
        return f"{self._part.name}/{key}" if key else self._file

    def _key(self, node: Node) -> str:
        if isinstance(node, Mapping) and self._part.key:
            key = node.values.get(self._part.key)
            if isinstance(key, Scalar):
                return key.text
        return ""

    def _note_broken(self, node: Node) -> None:
        key = self._key(node)
        if key:
            self._held.broken.add(key)
        else:
            self._held.unreadable = True

    def _put(self, value: Struct, position: int, line: int) -> None:
        part, held = self._part, self._held
        key = part.key_of(value)
        if part.key and key and part.code is not None and not part.code.fullmatch(key):
            self._subject = f"{part.name}/{key}"
            self._report(rules.BAD_CODE, line, 1, found=key, wanted=part.code_words)
        if key in held.values:
            file, _, first = held.origins[key]
            self._subject = f"{part.name}/{key}" if part.key else part.name
            self._report(rules.DUPLICATE, line, 1, key=key, other=f"{file}:{first}")
            return
        held.values[key] = value
        held.origins[key] = (self._file, position, line)

    def _report(
        self, rule: Rule, line: int, column: int, suggestion: str = "", **data: Any
    ) -> None:
        self._instance.findings.append(
            Finding(
                rule=rule,
                severity=rule.severity,
                subject=self._subject,
                place=Place(self._file, line, column),
                data=data,
                suggestion=suggestion,
            )
        )
