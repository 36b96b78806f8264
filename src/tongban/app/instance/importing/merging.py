"""Further rows of one key: what they may add to the first, and what in them differs from it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.app.instance.importing.building import Built, Ended, Values
from tongban.app.instance.importing.coding import material_code

_CODE = "code"
"""Key of a part that only says what it is kept by."""
_NOTHING: tuple[Any, ...] = (None, "", [])
Parts = dict[str, dict[str, Any]]
"""The parts of a definition by key and by what tells them apart."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The first row of a key: its line, and a short digest of what it says for each key."""

    line: int
    digests: bytes

    @classmethod
    def of(cls, line: int, values: Values, ways: Sequence[str]) -> "Stamp":
        """Return the stamp of a row."""
        return cls(line, b"".join(_digest(values.get(way)) for way in ways))

    def compared(
        self,
        values: Values,
        ways: Sequence[str],
        adds: Collection[str] = (),
        decisive: Collection[str] | None = None,
    ) -> Ended:
        """Return how a row ends that comes long after the first.

        It repeats it, says otherwise, or brings parts that a row next to the first would have added.
        """
        differs = tuple(
            way
            for place, way in enumerate(ways)
            if values.get(way) not in _NOTHING
            and _digest(values[way]) != self.digests[place * _BYTES : (place + 1) * _BYTES]
        )
        others = [way for way in differs if way not in adds]
        if len(others) < len(differs) and not decided(others, decisive):
            brought = tuple(way for way in differs if way in adds)
            return Ended("row_apart", {"other": self.line, "keys": brought})
        code = "row_contradicts" if differs else "row_repeated"
        return Ended(code, {"other": self.line, "keys": differs})


_BYTES = 6


class Claims:
    """Keys that rows state which are left out: no row that says otherwise may take one of them.

    So a code means the same whether the row that states it first is mended later or not.
    """

    def __init__(self, adds: Collection[str], decisive: Collection[str] | None) -> None:
        self._adds, self._decisive = adds, decisive
        self._held: dict[str, tuple[int, Values]] = {}

    def take(self, line: int, key: str, values: Values) -> None:
        """Note what the row of a line says of the key that it states; the first one counts."""
        held = {way: one for way, one in values.items() if way not in self._adds}
        self._held.setdefault(key, (line, held))

    def __contains__(self, key: str) -> bool:
        return key in self._held

    def compared(self, key: str, values: Values) -> Ended | None:
        """Return how a later row of a key ends that says something else than the first, if it does."""
        line, held = self._held[key]
        stated = {way: one for way, one in values.items() if held.get(way) not in _NOTHING}
        differs = differing(held, {way: one for way, one in stated.items() if way in held}, ())
        if not decided(differs, self._decisive):
            return None
        return Ended("row_contradicts", {"other": line, "keys": differs})


def decided(differs: Collection[str], decisive: Collection[str] | None) -> bool:
    """Whether a row that differs in these keys is another thing; with None every key decides."""
    return bool(differs) if decisive is None else any(key in decisive for key in differs)


def _digest(value: Any) -> bytes:
    if value in _NOTHING:
        return bytes(_BYTES)
    shortened: int = hash(repr(value)) % 256**_BYTES
    return shortened.to_bytes(_BYTES, "big")


def differing(
    before: Values, after: Values, adds: Collection[str], parts: Parts | None = None
) -> tuple[str, ...]:
    """Return the keys that a further row states in another way than the first, in order.

    What it leaves empty differs in nothing. ``adds`` are keys to which each row brings its part: there
    a part differs when one of its name is there already and says something else. ``parts`` keeps
    what is there from one row to the next.
    """
    known = {} if parts is None else parts
    return tuple(
        key
        for key, value in after.items()
        if value not in _NOTHING
        and (_clash(_parts(before, key, known), value) if key in adds else before.get(key) != value)
    )


def add_parts(before: Built, after: Built, adds: Collection[str]) -> bool:
    """Add the parts that a further row has and the first lacks; whether there are any.

    The time does not grow with what is there.
    """
    added = False
    for key in adds:
        known = _parts(before.values, key, before.parts)
        fresh = [one for one in after.values.get(key, []) if _told_by(one) not in known]
        if fresh:
            known.update((_told_by(one), _content(one)) for one in fresh)
            _append(before, key, fresh)
            added = True
    return added


def _append(before: Built, key: str, fresh: list[Any]) -> None:
    """Add parts to those that are there, each under a code of its own."""
    held = before.values.setdefault(key, [])
    codes = before.codes.get(key)
    if codes is None:
        codes = before.codes[key] = {_code_of(one) for one in held}
    for one in fresh:
        if _code_of(one) and _code_of(one) in codes:
            one = {**one, _CODE: material_code(_told_by(one))}
        codes.add(_code_of(one))
        held.append(one)


def _code_of(part: Any) -> str:
    return str(part.get(_CODE, "")) if isinstance(part, dict) else ""


def _parts(values: Values, key: str, parts: Parts) -> dict[str, Any]:
    found = parts.get(key)
    if found is None:
        found = parts[key] = {_told_by(one): _content(one) for one in values.get(key, [])}
    return found


def _clash(known: dict[str, Any], after: list[Any]) -> bool:
    marked = ((_told_by(one), _content(one)) for one in after)
    return any(known.get(mark, content) != content for mark, content in marked)


def _told_by(part: Any) -> str:
    """Return what tells a part from others: its name, or where it has none all of it."""
    return str(part["name"]) if isinstance(part, dict) and "name" in part else repr(part)


def _content(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    return {key: value for key, value in part.items() if key != _CODE}
