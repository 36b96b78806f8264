"""Whatever has a code inside a definition has it alone: two of one code in a list are an error."""

import typing
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from tests.builders.definitions import instance_of

from tongban.app.instance.parts import ALL_RULES, PARTS
from tongban.kit.definitions.finding import Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import run
from tongban.kit.definitions.part import Part

Path = tuple[str, ...]


def coded_lists(shape: type[msgspec.Struct]) -> Iterator[Path]:
    """Yield the way to every list of things with a code that a shape may hold."""
    for field in msgspec.structs.fields(shape):
        for inner in _structs(field.type):
            is_list = typing.get_origin(field.type) is tuple
            if is_list and "code" in inner.__struct_fields__:
                yield (field.name,)
            for rest in coded_lists(inner):
                yield (field.name, *rest)


def _structs(kind: Any) -> Iterator[type[msgspec.Struct]]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
    for one in typing.get_args(kind):
        yield from _structs(one)


def doubled(value: Any, path: Path) -> Any | None:
    """Return a definition with the first thing of a list twice; None where its list is empty."""
    here = getattr(value, path[0])
    if len(path) == 1:
        return msgspec.structs.replace(value, **{path[0]: (here[0], *here)}) if here else None
    if not isinstance(here, tuple):
        inner = doubled(here, path[1:]) if here is not None else None
        return None if inner is None else msgspec.structs.replace(value, **{path[0]: inner})
    for position, one in enumerate(here):
        inner = doubled(one, path[1:])
        if inner is not None:
            changed = (*here[:position], inner, *here[position + 1 :])
            return msgspec.structs.replace(value, **{path[0]: changed})
    return None


def errors(instance: Instance, part: Part) -> int:
    """Count the errors that the checks of a part's shape find."""
    instance.findings.clear()
    run(instance, (one for p in PARTS for one in p.checks if one.shape is part.shape))
    return sum(one.severity is Severity.ERROR for one in instance.findings)


def one_with(part: Part, path: Path) -> tuple[Instance, str, Any]:
    """Return an instance among the examples of checks whose list is filled, and what holds it."""
    for rule in ALL_RULES:
        if f"{path[-1]}:" not in rule.passes:
            continue
        instance = instance_of(rule.passes)
        for key, value in instance.every(part.shape).items():
            if (twice := doubled(value, path)) is not None:
                return instance, key, twice
    raise AssertionError(f"no example of a check fills {'.'.join(path)} of {part.name}")


LISTS = [(part, path) for part in PARTS for path in coded_lists(part.shape)]


def test_services_and_certificates_have_lists_of_coded_things() -> None:
    named = {".".join((part.name, *path)) for part, path in LISTS}
    assert {"services.rules", "services.form.fields.options", "certificates.fields"} <= named


@pytest.mark.parametrize(
    ("part", "path"), LISTS, ids=[".".join((p.name, *path)) for p, path in LISTS]
)
def test_two_of_one_code_in_a_list_are_an_error(part: Part, path: Path) -> None:
    instance, key, twice = one_with(part, path)
    before = errors(instance, part)
    instance.held(part.shape).values[key] = twice
    assert errors(instance, part) > before
