"""Reads a YAML file into nodes: the plain part of the language only, every value with its place.

Anchors, aliases, tags, directives and several documents are refused, and so is deep nesting: a
definition needs none of them and each is a way to do harm. A value is kept as the text it was
written with; the key it belongs to says what it means, so that ``04`` and ``no`` stay themselves.
"""

import re
from collections.abc import Callable
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from tongban.kernel.characters import hidden_in, named
from tongban.kit.definitions import reading_rules as rules
from tongban.kit.definitions import wide_marks
from tongban.kit.definitions.finding import Rule
from tongban.kit.definitions.hidden import report_hidden
from tongban.kit.definitions.nodes import Mapping, Node, Scalar, Sequence

DEEPEST = 24
_STANDARD = "tag:yaml.org,2002:"
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Gives events; libyaml's where there is one. Nothing is ever constructed by it."""
Report = Callable[..., None]
"""Takes a rule, line and column, and what the sentence needs."""


class Refused(Exception):
    """The file cannot be used; why was reported."""


def text_of(content: bytes, report: Report) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark.

    What nobody sees in it is reported; the text is read all the same.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        report(rules.NOT_UTF8, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise Refused from None
    report_hidden(text, report)
    return text


def read(content: bytes, report: Report) -> Node | None:
    """Return what a YAML file holds, None when it holds nothing.

    Raises :class:`Refused` after reporting why the file as a whole cannot be used; a key written
    twice is reported and its first value kept.
    """
    text = text_of(content, report)
    try:
        return _Builder(_PARSER(text), text, report).document()
    except yaml.MarkedYAMLError as error:
        _tell(error, text, report)
    except yaml.reader.ReaderError as error:
        if not hidden_in(text, several_lines=True):  # which was told already
            report(rules.MALFORMED, *_strange_character(text), problem=error.reason)
    raise Refused


def _tell(error: yaml.MarkedYAMLError, text: str, report: Report) -> None:
    """Report the marks that keep a file from being read, the parser's words where there are none."""
    marks = wide_marks.causes(text, _failing_line)
    for one in marks:
        report(rules.WIDE_MARK, one.line, one.column, **one.said)
    if not marks:
        line, column = _place(error)
        report(
            rules.MALFORMED, line, column, problem=_in_words(error.problem or error.context or "")
        )


_MEANINGS = {
    "mapping values are not allowed": (
        "这一行缩进和上面不对齐，或者文字里有冒号却没有加引号",
        "the line is not indented like those above it, or a text with a colon stands without quotes",
    ),
    "did not find expected key": (
        "这一行缩进和上面不对齐",
        "the line is not indented like those above it",
    ),
    "did not find expected '-' indicator": (
        "列表的每一项都要以“- ”开头，上下对齐",
        "every entry of a list begins with “- ”, one below the other",
    ),
    "did not find expected ',' or": (
        "缺逗号或右括号，或者引号没有成对",
        "a comma, a closing bracket or a closing quote is missing",
    ),
    "found unexpected end of stream": (
        "引号没有成对",
        "a closing quote is missing",
    ),
}
"""What the parser's words mean for whoever wrote the file, by how they begin."""


def _in_words(problem: str) -> dict[str, str]:
    """Return what is wrong by the parser's words, which stay beside it for a search."""
    for said, (zh, en) in _MEANINGS.items():
        if problem.startswith(said):
            return {"zh": f"{zh}（{problem}）", "en": f"{en} ({problem})"}
    return {"zh": problem, "en": problem}


def _place(error: yaml.MarkedYAMLError) -> tuple[int, int]:
    mark = error.problem_mark or error.context_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _failing_line(text: str) -> int:
    """Return the line at which the parser gives up, 0 where it reads to the end."""
    parser = _PARSER(text)
    try:
        while parser.get_event() is not None:
            pass
    except yaml.MarkedYAMLError as error:
        return _place(error)[0]
    except yaml.reader.ReaderError:
        return 1
    return 0


class _Builder:
    """Turns the parser's events into nodes."""

    def __init__(self, parser: Any, text: str, report: Report) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._next = parser.get_event
        self._report = report
        self._spoilt = False

    def document(self) -> Node | None:
        """Return the one document of the stream."""
        self._next()
        event = self._next()
        if isinstance(event, StreamEndEvent):
            return None
        self._refuse_directives(event)
        node = self._node(self._next(), 0)
        self._next()
        event = self._next()
        if isinstance(event, DocumentStartEvent):
            self._stop(rules.SEVERAL_DOCUMENTS, event)
        if self._spoilt:
            raise Refused
        return None if isinstance(node, Scalar) and node.absent else node

    def _node(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is AliasEvent:
            self._stop(rules.ALIAS, event, mark=f"*{event.anchor}")
        if event.anchor is not None:
            self._stop(rules.ALIAS, event, mark=f"&{event.anchor}")
        if event.tag is not None:
            self._stop(rules.TAG, event, mark=event.tag.replace(_STANDARD, "!!"))
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        if kind is ScalarEvent:
            self._report_escaped(event, line, column)
            self._report_cut(event)
            return self._scalar(Scalar(event.value, line, column, not event.style))
        if depth == DEEPEST:
            self._stop(rules.TOO_DEEP, event, limit=DEEPEST)
        if kind is SequenceStartEvent:
            return self._sequence(Sequence(line, column), depth, event.flow_style)
        assert kind is MappingStartEvent
        return self._mapping(Mapping(line, column), depth)

    def _scalar(self, found: Scalar) -> Scalar:
        """Report quotes around a word that are none for YAML."""
        if found.plain and wide_marks.quoted(found.text):
            self._report(rules.WIDE_QUOTES, found.line, found.column, found=found.text)
        return found

    def _report_cut(self, event: Any) -> None:
        """Report words behind a ``#`` that were rather meant as a part of the text before it."""
        if event.style or not _WORDS.search(event.value):
            return
        mark = event.end_mark
        cut = _CUT.match(self._lines[mark.line], mark.column) if self._lines[mark.line :] else None
        if cut is not None:
            self._report(
                rules.CUT_SHORT, mark.line + 1, cut.start(1) + 1, found=event.value, cut=cut[1]
            )

    def _check_item(self, item: Node) -> None:
        """Report an item in brackets that was meant as several."""
        mark = wide_marks.parting(item.text) if isinstance(item, Scalar) and item.plain else ""
        if mark and isinstance(item, Scalar):
            said = wide_marks.said(mark)
            self._report(rules.WIDE_PARTING, item.line, item.column, found=item.text, **said)

    def _check_key(self, key: Scalar) -> None:
        """Report a key that holds more than a key because its colon or hyphen is a wide one."""
        mark = wide_marks.in_key(key.text) if key.plain else ""
        if mark:
            column = key.column + key.text.index(mark)
            self._report(rules.WIDE_MARK, key.line, column, **wide_marks.said(mark))
            self._spoilt = True

    def _report_escaped(self, event: Any, line: int, column: int) -> None:
        """Report a hidden character that is written as an escape; others were seen in the file."""
        if event.style != '"':
            return
        for hidden in hidden_in(event.value, several_lines=True):
            if hidden.character not in self._text:
                self._report(
                    rules.HIDDEN_CHARACTER, line, column, character=named(hidden.character)
                )
                return

    def _sequence(self, found: Sequence, depth: int, in_brackets: bool) -> Sequence:
        event = self._next()
        while type(event) is not SequenceEndEvent:
            found.items.append(self._node(event, depth + 1))
            if in_brackets:
                self._check_item(found.items[-1])
            event = self._next()
        return found

    def _mapping(self, found: Mapping, depth: int) -> Mapping:
        event = self._next()
        while type(event) is not MappingEndEvent:
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                self._report(rules.KEY_NOT_A_WORD, key.line, key.column)
                raise Refused
            self._check_key(key)
            value = self._node(self._next(), depth + 1)
            if key.text in found.values:
                first = found.keys[key.text][0]
                self._report(rules.DUPLICATE_KEY, key.line, key.column, key=key.text, other=first)
            else:
                found.values[key.text] = value
                found.keys[key.text] = (key.line, key.column)
            event = self._next()
        return found

    def _refuse_directives(self, event: Any) -> None:
        if event.version is not None:
            self._stop(rules.TAG, event, mark="%YAML")
        if event.tags:
            self._stop(rules.TAG, event, mark="%TAG")

    def _stop(self, rule: Rule, event: Any, **data: Any) -> None:
        mark = event.start_mark
        self._report(rule, mark.line + 1, mark.column + 1, **data)
        raise Refused


_WORDS = re.compile(r"[^\W\d_]")
_CUT = re.compile(r"[ \t]+(#[^\s#!][^\r\n]*)")
"""A comment right behind a text without a space after its sign: who writes one as a remark leaves one."""
_STRANGE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _strange_character(text: str) -> tuple[int, int]:
    """Return where the first character stands that YAML does not allow."""
    found = _STRANGE.search(text)
    if found is None:
        return 1, 1
    before = text[: found.start()]
    return before.count("\n") + 1, found.start() - before.rfind("\n")
