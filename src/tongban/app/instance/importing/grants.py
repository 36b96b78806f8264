"""Rows of a register of sharing become grants: who may use which items of which resource for what."""

from collections.abc import Mapping

from tongban.app.instance.importing.building import (
    Built,
    Ended,
    Known,
    MadeCodes,
    Names,
    Values,
    names_of,
    sole,
    stated_in,
    unfit,
    unknown,
)
from tongban.app.instance.importing.coding import short
from tongban.app.instance.importing.rows import Row, Say, Source
from tongban.kernel.characters import compact
from tongban.kernel.identifiers import may_be_shortened
from tongban.kit.definitions.part import CODE
from tongban.modules.catalog.definition import ElementDefinition, ResourceDefinition
from tongban.modules.exchange.definition import GrantDefinition
from tongban.modules.services.model import Service

_NEEDED = ("resource", "department", "items", "purpose", "basis", "starts", "ends")

_MADE_FROM = ("resource", "department", "purpose", "starts")
"""What the code of a grant is made from where its row has none."""


class GrantBuilder:
    """Builds grants; further rows of a grant bring further items."""

    adds = ("items", "masked")
    decisive = None
    told_by = "code"
    ways: tuple[str, ...] = (
        "code",
        "resource",
        "department",
        "items",
        "masked",
        "purpose",
        "services",
        "basis",
        "rests_on",
        "starts",
        "ends",
        "delivery",
    )

    def __init__(self, source: Source, known: Known) -> None:
        self._source, self._known = source, known
        self._resources = known.names(ResourceDefinition)
        self._services = known.names(Service)
        self._made = MadeCodes(source, ("code",), _MADE_FROM)

    def survey(self, row: Row) -> None:
        """Note nothing: a grant needs no other."""

    def added(self) -> Mapping[str, Values]:
        """Return none: who receives data must be known."""
        return {}

    def lines_of_added(self) -> Mapping[str, int]:
        """Return none, for none is added."""
        return {}

    def build(self, row: Row, say: Say) -> Built | Ended:
        """Return the grant of a row, or why it has none. Nothing is granted that is not understood."""
        if row.ends:
            return Ended(row.ends, row.data)
        if may_be_shortened(row.get("code")):
            return Ended("code_shortened", {"found": row.get("code")})
        values: Values = {}
        for key in (*_NEEDED, "masked", "services", "rests_on", "delivery"):
            value = self._source.value(row, key, say)
            if value not in (None, "", []):
                values[key] = value
        ended = self._ended(row, values)
        if ended is not None:
            return ended
        values = {"code": self._code(row, values, say), **values}
        where = self._known.place(GrantDefinition, values["code"])
        if where:
            return Ended("row_defined_elsewhere", {"key": values["code"], "other": where})
        return Built(row.line, values["code"], str(values["purpose"]), values)

    def claim(self, row: Row) -> tuple[str, Values] | None:
        """Return the code that a row states with what it says, None without a code that can be one."""
        code = compact(row.get("code"))
        if row.ends or may_be_shortened(code) or not CODE.fullmatch(code):
            return None
        return code, stated_in(self._source, row, (*_NEEDED, "services", "rests_on", "delivery"))

    def _ended(self, row: Row, values: Values) -> Ended | None:
        """Put codes where names stood; what is not known ends the row, for a grant is exact."""
        lacking = next((key for key in _NEEDED if key not in values), None)
        if lacking is not None:
            return Ended("row_lacks", {"key": lacking})
        if row.unread:  # without a mask or a service that cannot be read it would grant more
            key, said = next(iter(row.unread.items()))
            return unfit(key, said, "grants_more")
        if values["ends"] < values["starts"]:
            return unfit("ends", str(values["ends"]), "ends_before", starts=values["starts"])
        department = self._known.department_or_end(values["department"], "department")
        if isinstance(department, Ended):
            return department
        resource = self._key("resource", values["resource"], (self._resources,))
        if isinstance(resource, Ended):
            return resource
        values |= {"department": department, "resource": resource}
        items = self._items(resource)
        for key, known in (("items", items), ("masked", items), ("services", (self._services,))):
            for place, said in enumerate(values.get(key, [])):
                found = self._key(key, said, known)
                if isinstance(found, Ended):
                    return found
                values[key][place] = found
        return None

    @staticmethod
    def _key(key: str, said: str, known: tuple[Names, ...]) -> str | Ended:
        found = next((keys for one in known if (keys := one.find(said))), ())
        return sole(found, key, said, unknown(key, said, *known))

    def _items(self, resource: str) -> tuple[Names, Names]:
        """Return what a grant writes for each item of a resource: by its own names, by its element's."""
        own, others = Names(), Names()
        elements = self._known.every(ElementDefinition)
        for item in self._known.every(ResourceDefinition)[resource].items:
            names = names_of(item.name)
            written = item.element or names[0]
            own.add(written, (item.element,), names)
            if item.element in elements:
                others.add(written, (), names_of(elements[item.element].name))
        return own, others

    def _code(self, row: Row, values: Values, say: Say) -> str:
        stated = compact(row.get("code"))
        if stated and CODE.fullmatch(stated):
            return stated
        if stated:
            say(row.line, "value_unfit", key="code", value=stated)
        said = [values[key] for key in _MADE_FROM]
        said += [stated] if stated else []
        code = f"G-{short('/'.join(map(str, said)))}"
        if not stated:
            self._made(row.line, code, say)
        return code
