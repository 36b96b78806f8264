"""Further rows of one key: what they may add to the first, and what in them differs from it."""

from collections.abc import Collection
from typing import Any

from tongban.app.instance.importing.building import Values

_NUMBERED = "code"
"""Key of a part that only counts it."""


def differing(before: Values, after: Values, adds: Collection[str]) -> tuple[str, ...]:
    """Return the keys that a further row states in another way than the first, in order.

    What it leaves empty differs in nothing. ``adds`` are keys to which each row brings its part: there
    a part differs when one of its name is there already and says something else.
    """
    return tuple(
        key
        for key, value in after.items()
        if value not in (None, "", [])
        and (_clash(before.get(key, []), value) if key in adds else before.get(key) != value)
    )


def _clash(before: list[Any], after: list[Any]) -> bool:
    known = {one["name"]: _content(one) for one in _named(before)}
    return any(known.get(one["name"], _content(one)) != _content(one) for one in _named(after))


def _named(parts: list[Any]) -> list[dict[str, Any]]:
    return [one for one in parts if isinstance(one, dict) and "name" in one]


def _content(part: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key != _NUMBERED}
