"""Turns nodes into shapes, and says everything that is wrong, each at its place.

The quick way is msgspec's own; only what it refuses is walked again, slowly, to tell why.
"""

import re
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from tongban.kernel.characters import half_width
from tongban.kernel.numbers import read_decimal
from tongban.kernel.written_dates import NotADate, read_date, read_iso_date
from tongban.kit.definitions import reading_rules as rules
from tongban.kit.definitions import wide_marks
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.nodes import Mapping, Node, Scalar, Sequence, plain
from tongban.kit.definitions.types import Field, Kind, Type, Word, shape_type
from tongban.kit.definitions.yaml_files import Report

S = TypeVar("S", bound=Struct)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
LANGUAGES = ("zh", "en")
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_DOUBTFUL = re.compile(r"[+-]?(?:nan|inf(?:inity)?|[0-9.]+e[+-]?[0-9]+)", re.IGNORECASE)
"""What msgspec takes for a number although nobody writes one so; it may be a text all the same."""
_YES = {"true": True, "false": False}
_BAD = object()
"""Stands for a value that was reported and cannot be used."""

_WANTED = {
    Word.TEXT: ("一段文字", "text"),
    Word.INTEGER: ("整数", "a whole number"),
    Word.NUMBER: ("数字", "a number"),
    Word.BOOLEAN: ("true（是）或 false（否）", "true or false"),
    Word.CHOICE: ("一个词", "one word"),
    Word.DATE: ("日期，如 2026-01-01", "a date such as 2026-01-01"),
}
_WANTED_KIND = {
    Kind.LIST: ("列表，如 [甲, 乙]", "a list such as [a, b]"),
    Kind.TABLE: ("“键: 值”", "keys with values"),
    Kind.SHAPE: ("“键: 值”", "keys with values"),
    Kind.TEXT: ("一段文字，或分语言写成 {zh: …, en: …}", "text, or {zh: …, en: …}"),
}


def quick(values: Any, shape: type[S]) -> S | None:
    """Return the shape of plain values, None when anything at all is wrong with them."""
    if _is_doubtful(values):
        return None
    try:
        return msgspec.convert(values, shape, strict=False)
    except (msgspec.ValidationError, ValueError, RecursionError):
        return None


def _is_doubtful(values: Any) -> bool:
    """Whether a text is anywhere that would be a number only for a program."""
    if isinstance(values, str):
        return len(values) < 40 and _DOUBTFUL.fullmatch(values) is not None
    if isinstance(values, dict):
        return any(_is_doubtful(value) for value in values.values())
    return isinstance(values, list) and any(_is_doubtful(value) for value in values)


def convert(node: Node, shape: type[S], report: Report) -> S | None:
    """Return the shape that a node declares, None after reporting everything that is wrong."""
    found = quick(plain(node), shape)
    if found is not None:
        _look(node, shape_type(shape), report)
        return found
    return explain(node, shape, report)


def explain(node: Node, shape: type[S], report: Report) -> S | None:
    """Return the shape key by key, the slow way, reporting everything that is wrong."""
    found = _Walk(report).value(node, shape_type(shape), "")
    return found if isinstance(found, shape) else None


class _Walk:
    """Converts key by key."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def value(self, node: Node, kind: Type, key: str) -> Any:
        """Return the value of a node, or _BAD after reporting."""
        if kind.nullable and isinstance(node, Scalar) and node.absent:
            return None
        if kind.kind is Kind.SCALAR:
            return self._scalar(node, kind, key)
        if kind.kind is Kind.TEXT:
            return self._text(node, key)
        if kind.kind is Kind.LIST:
            return self._list(node, kind, key)
        if kind.kind is Kind.TABLE:
            return self._table(node, kind, key)
        return self._shape(node, kind, key)

    def _scalar(self, node: Node, kind: Type, key: str) -> Any:
        if not isinstance(node, Scalar):
            return self._wrong(node, kind, key)
        if kind.word is Word.TEXT and not node.absent:
            return node.text
        if kind.word is Word.CHOICE and kind.enumeration is not None:
            return self._choice(node, kind, key)
        found = _read(node.text.strip(), kind.word)
        return self._wrong(node, kind, key) if found is None else found

    def _choice(self, node: Scalar, kind: Type, key: str) -> Any:
        assert kind.enumeration is not None
        if node.text in kind.choices:
            return kind.enumeration(node.text)
        self._report(
            rules.UNKNOWN_VALUE,
            node.line,
            node.column,
            suggestion=nearest(node.text, kind.choices),
            key=key,
            found=node.text,
            choices=kind.choices,
        )
        return _BAD

    def _text(self, node: Node, key: str) -> Any:
        if isinstance(node, Scalar) and not node.absent:
            return node.text
        if not isinstance(node, Mapping) or not all(
            isinstance(one, Scalar) for one in node.values.values()
        ):
            return self._wrong(node, Type(Kind.TEXT), key)
        _look(node, Type(Kind.TEXT), self._report, key)
        return {k: one.text for k, one in node.values.items() if isinstance(one, Scalar)}

    def _list(self, node: Node, kind: Type, key: str) -> Any:
        if not isinstance(node, Sequence):
            return self._wrong(node, kind, key)
        assert kind.item is not None
        items = [self.value(item, kind.item, key) for item in node.items]
        return _BAD if any(item is _BAD for item in items) else tuple(items)

    def _table(self, node: Node, kind: Type, key: str) -> Any:
        if not isinstance(node, Mapping):
            return self._wrong(node, kind, key)
        assert kind.item is not None
        values = {k: self.value(v, kind.item, f"{key}.{k}") for k, v in node.values.items()}
        return _BAD if any(value is _BAD for value in values.values()) else values

    def _shape(self, node: Node, kind: Type, key: str) -> Any:
        if not isinstance(node, Mapping):
            if not key and not self._spoilt(node):
                self._report(rules.NOT_A_MAPPING, node.line, node.column)
            return _BAD if not key else self._wrong(node, kind, key)
        known = self._unknown_keys(node, kind)
        values: dict[str, Any] = {}
        for name, one in kind.fields.items():
            found = self._key(node, one)
            if found is _BAD:
                known = False
            elif found is not None:
                values[name] = found
        if not known:
            return _BAD
        assert kind.shape is not None
        return kind.shape(**values)

    def _key(self, node: Mapping, one: Field) -> Any:
        """Return the value of one key, None when it is absent and may be."""
        value = node.values.get(one.name)
        if value is None or (isinstance(value, Scalar) and value.absent):
            if not one.required:
                return None
            line, column = node.keys.get(one.name, (node.line, node.column))
            self._report(rules.MISSING_KEY, line, column, key=one.name)
            return _BAD
        if one.required:
            _look_for_words(node, one.name, one.type, self._report)
        return self.value(value, one.type, one.name)

    def _unknown_keys(self, node: Mapping, kind: Type) -> bool:
        unknown = [key for key in node.values if key not in kind.fields]
        free = [name for name in kind.fields if name not in node.values]
        for key in unknown:
            line, column = node.keys[key]
            close = nearest(key, free) or nearest(key, kind.fields)
            elsewhere = _may_stand(() if close else free)
            self._report(
                rules.UNKNOWN_KEY, line, column, suggestion=close, key=key, elsewhere=elsewhere
            )
        return not unknown

    def _spoilt(self, node: Node) -> bool:
        """Report the wide mark that made one word of keys with values or of a list."""
        if not isinstance(node, Scalar) or not node.plain:
            return False
        mark = wide_marks.around_list(node.text) or wide_marks.in_key(node.text)
        if mark:
            column = node.column + node.text.index(mark)
            self._report(rules.WIDE_MARK, node.line, column, **wide_marks.said(mark))
        return bool(mark)

    def _wrong(self, node: Node, kind: Type, key: str) -> Any:
        if kind.kind in (Kind.LIST, Kind.TABLE, Kind.SHAPE) and self._spoilt(node):
            return _BAD
        zh, en = _WANTED_KIND.get(kind.kind) or _WANTED[kind.word]
        if kind.kind is Kind.SHAPE:
            zh, en = f"{zh}，如 {_outline(kind)}", f"{en} such as {_outline(kind)}"
        self._report(
            rules.WRONG_TYPE,
            node.line,
            node.column,
            suggestion=_meant(node, kind),
            key=key,
            wanted_zh=zh,
            wanted_en=en,
            found=_as_written(node),
        )
        return _BAD


def _read(text: str, word: Word) -> Any:
    """Return a number, truth or date as written, None when the text is none."""
    if word is Word.INTEGER:
        plain_text = half_width(text)
        return int(plain_text) if _INTEGER.fullmatch(plain_text) else None
    if word is Word.BOOLEAN:
        return _YES.get(text.lower())
    try:
        if word is Word.DATE:
            return read_iso_date(text)
        if word is Word.NUMBER:
            return float(read_decimal(text))
    except ValueError:
        pass
    return None


_TRUTHS = {
    **dict.fromkeys(("yes", "y", "on", "是", "有", "真"), "true"),
    **dict.fromkeys(("no", "n", "off", "否", "无", "假"), "false"),
}


def _meant(node: Node, kind: Type) -> str:
    """Return how a truth or a day is written that people write otherwise."""
    if not isinstance(node, Scalar) or kind.kind is not Kind.SCALAR:
        return ""
    if kind.word is Word.BOOLEAN:
        return _TRUTHS.get(half_width(node.text.strip()).lower(), "")
    try:
        return read_date(node.text).isoformat() if kind.word is Word.DATE else ""
    except NotADate:
        return ""


def _may_stand(keys: Iterable[str]) -> dict[str, str]:
    """Return the end of the sentence about an unknown key: which ones may still be written."""
    names = list(keys)
    if not names:
        return {"zh": "。", "en": "."}
    return {
        "zh": f"。这里可以写：{'、'.join(names)}。",
        "en": f". There may be: {', '.join(names)}.",
    }


def _outline(kind: Type) -> str:
    """Return how keys with values look there: those that are required, else the first."""
    needed = [name for name, one in kind.fields.items() if one.required]
    names = needed or list(kind.fields)[:1]
    return "{" + ", ".join(f"{name}: …" for name in names) + "}"


def _as_written(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    return "[…]" if isinstance(node, Sequence) else "{…}"


def _look(node: Node, kind: Type, report: Report, key: str = "") -> None:
    """Report what a value has that its type cannot tell: keys of texts that are no language, no words."""
    if isinstance(node, Sequence):
        if kind.item is not None:
            for item in node.items:
                _look(item, kind.item, report, key)
    elif isinstance(node, Mapping):
        if kind.kind is Kind.TEXT:
            _check_languages(node, report, key)
        for name, value in node.values.items():
            field = kind.fields.get(name)
            inner = field.type if field is not None else kind.item
            if inner is None:
                continue
            if field is None or field.required:
                _look_for_words(node, name, inner, report)
            _look(value, inner, report, name)


_WORDS = ((Kind.TEXT, Word.TEXT), (Kind.SCALAR, Word.TEXT))


def _look_for_words(node: Mapping, name: str, kind: Type, report: Report) -> None:
    """Report a text that has to be there and says nothing: empty, or blanks alone in each language."""
    if (kind.kind, kind.word) not in _WORDS:
        return
    value = node.values[name]
    said = list(value.values.values()) if isinstance(value, Mapping) else [value]
    if all(isinstance(each, Scalar) and (each.absent or not each.text.strip()) for each in said):
        report(rules.BLANK, *node.keys[name], key=name)


_THREE_LETTERS = {"eng": "en", "zho": "zh", "chi": "zh"}
"""Codes of ISO 639-2 of languages that have one of two letters, by which pages look for words."""


def _check_languages(node: Mapping, report: Report, key: str) -> None:
    for name, (line, column) in node.keys.items():
        if not LANGUAGE.fullmatch(name) or name == "cn":
            close = "zh" if name in ("cn", "chinese", "中文") else nearest(name, LANGUAGES)
            report(rules.UNKNOWN_LANGUAGE, line, column, suggestion=close, key=key, found=name)
        elif name in _THREE_LETTERS:
            meant = _THREE_LETTERS[name]
            report(
                rules.LONG_LANGUAGE,
                line,
                column,
                suggestion=meant,
                key=key,
                found=name,
                meant=meant,
            )
