"""Rows of a catalogue become information resources: one row each, or one row for each of their items."""

from collections.abc import Mapping
from typing import Any

from tongban.app.instance.importing.building import (
    Built,
    Ended,
    Known,
    Values,
    say_not_one,
    stated_in,
    unfit,
)
from tongban.app.instance.importing.cells import Asked, parts
from tongban.app.instance.importing.formats import Format, Held, format_in
from tongban.app.instance.importing.normal import is_reference, tight
from tongban.app.instance.importing.rows import Row, Say, Source
from tongban.kernel.characters import compact
from tongban.kernel.identifiers import may_be_shortened, resource_code_fault
from tongban.modules.catalog.definition import ElementDefinition, ResourceDefinition

_NEEDED = ("name", "provider", "abstract", "format.category", "share.type")
_FREE = ("format.type", "share.condition", "share.basis", "share.method", "open.open",
         "open.condition", "update_cycle", "publish_date")  # fmt: skip
_LIMITING = ("share.condition", "share.method")
"""Keys without which a resource would be shared in more ways than its row says."""
_OF_ITEM = ("column", "element")
_FORMS = ("item.data_type", "item.length", "item.format")
"""Keys that say what an item holds, each in its own way."""
_ANY = "any_format"
"""A column that is only called 格式: of the resource or of its item."""


class ResourceBuilder:
    """Builds resources; further rows of a resource bring further items.

    Nothing but items: one that may be shared in another way than those before belongs elsewhere.
    """

    adds = ("items",)
    decisive = None
    told_by = "code"
    ways: tuple[str, ...] = (
        "code",
        "name",
        "provider",
        "abstract",
        "format.category",
        "format.type",
        "share.type",
        "share.condition",
        "share.basis",
        "share.method",
        "open.open",
        "open.condition",
        "update_cycle",
        "publish_date",
        "items",
    )

    def __init__(self, source: Source, known: Known) -> None:
        self._source, self._known = source, known
        self._elements = known.names(ElementDefinition)

    def survey(self, row: Row) -> None:
        """Note nothing: a resource needs no other."""

    def added(self) -> Mapping[str, Values]:
        """Return none: who provides data must be known."""
        return {}

    def lines_of_added(self) -> Mapping[str, int]:
        """Return none, for none is added."""
        return {}

    def build(self, row: Row, say: Say) -> Built | Ended:
        """Return the resource of a row with the item that it names, or why it has none."""
        if row.ends:
            return Ended(row.ends, row.data)
        code = compact(row.get("code"))
        if may_be_shortened(code):
            return Ended("code_shortened", {"found": code})
        if not code:
            return Ended("row_without_code")
        if resource_code_fault(code) is not None:
            return unfit("code", code, "resource_code")
        where = self._known.place(ResourceDefinition, code)
        if where:
            return Ended("row_defined_elsewhere", {"key": code, "other": where})
        values: Values = {"code": code}
        for key in (*_NEEDED, *_FREE):
            value = self._source.value(row, key, say)
            if value not in (None, "", []):
                values[key] = value
        self._take_format(row, values, say)
        return self._ended(row, values) or self._built(row, values, say)

    def claim(self, row: Row) -> tuple[str, Values] | None:
        """Return the code of a row with what it says, None without a sound one."""
        code = compact(row.get("code"))
        if row.ends or resource_code_fault(code) is not None:
            return None
        return code, stated_in(self._source, row, (*_NEEDED, *_FREE))

    def _ended(self, row: Row, values: Values) -> Ended | None:
        if is_reference(values.get("name", "")):
            return Ended("name_is_reference", {"found": values["name"]})
        lacking = next((key for key in _NEEDED if key not in values), None)
        if lacking is not None:
            return Ended("row_lacks", {"key": lacking})
        for key in _LIMITING:
            if key in row.unread:
                return unfit(key, row.unread[key], "shares_more")
        provider = self._known.department_or_end(values["provider"], "provider")
        return provider if isinstance(provider, Ended) else None

    def _built(self, row: Row, values: Values, say: Say) -> Built:
        values["provider"] = self._known.department(values["provider"])
        items = self._items(row, say)
        if items:
            values["items"] = items
        return Built(row.line, values["code"], values["name"], values)

    def _items(self, row: Row, say: Say) -> list[dict[str, Any]]:
        """Return the item of a row with what it says of it; several where only names are listed."""
        said = self._source.value(row, "item", say)
        if not said:
            return []
        keys = (*_FORMS, *(f"item.{key}" for key in _OF_ITEM))
        other = self._source.value(row, _ANY, _silently)
        described = isinstance(other, Held) or any(map(self._source.has, keys))
        if not described:
            how = self._source.layout.how["item"]
            names = parts(row.get("item"), Asked(self._source.target.keys["item"], how))
            return [{"name": name} for name in dict.fromkeys(self._named(row, names, say))]
        if not self._named(row, [said], say):
            return []
        item: dict[str, Any] = {"name": said, **self._form(row, say)}
        for key in _OF_ITEM:
            value = self._source.value(row, f"item.{key}", say)
            if key == "element" and value:
                value = self._element(row, value, say)
            if value not in (None, ""):
                item[key] = value
        return [item]

    def _form(self, row: Row, say: Say) -> dict[str, Any]:
        """Return data type and length of an item; of two that differ the first, and the other is told."""
        found: dict[str, Any] = {}
        for key in (*_FORMS, _ANY):
            held = self._source.value(row, key, say if key != _ANY else _silently)
            if not isinstance(held, Held):
                continue
            if held.decimals:
                say(row.line, "key_not_kept", key="item.decimals")
            stated = {"data_type": held.type, "length": held.length}
            stated = {part: value for part, value in stated.items() if value not in ("", None)}
            if any(found.get(part, value) != value for part, value in stated.items()):
                say(row.line, "value_unfit", key=key, value=row.get(key))
            found = {**stated, **found}
        return found

    def _take_format(self, row: Row, values: Values, say: Say) -> None:
        """Take the format's type from where its category stands, and both from a column called 格式."""
        key = "format.category"
        stated = format_in(row.get(key)) if key in values else None
        other = self._source.value(row, _ANY, say)
        if isinstance(other, Held) and not row.get("item"):
            say(row.line, "value_unfit", key=_ANY, value=row.get(_ANY))
        for where, found in ((key, stated), (_ANY, other)):
            if not isinstance(found, Format):
                continue
            known = Format(values.get(key, ""), values.get("format.type", ""))
            if found.category != (known.category or found.category) or (
                found.type and tight(found.type) != tight(known.type or found.type)
            ):
                say(row.line, "value_unfit", key=where, value=row.get(where))
                continue
            values[key] = found.category
            if found.type and not known.type:
                values["format.type"] = found.type

    @staticmethod
    def _named(row: Row, names: list[str], say: Say) -> list[str]:
        """Return the names that are names, after saying which are not."""
        for name in filter(is_reference, names):
            say(row.line, "value_unfit", key="item", value=name)
        return [name for name in names if not is_reference(name)]

    def _element(self, row: Row, said: str, say: Say) -> str:
        found = self._elements.find(said)
        if len(found) == 1:
            return found[0]
        say_not_one(found, row.line, "item.element", said, say, self._elements)
        return ""


def _silently(*_: object, **__: object) -> None:
    """Say nothing: what it would say was said."""
