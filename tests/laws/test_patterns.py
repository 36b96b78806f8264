"""No pattern of ours takes long over any text: each is fed what costs it most, as long as a door lets in.

The texts are made from the pattern itself: every character that it names or has a class for, alone and in
pairs, thousands of times, with an end on which it fails. A quadratic pattern takes seconds over them.
"""

import gc
import importlib
import inspect
import itertools
import pkgutil
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import pytest

import tongban

LENGTH = 20_000
"""Characters of each text: more than any field keeps, and enough to tell a square from a line."""
LONGEST = 0.05
_MOST = 14
"""Characters of a pattern that are tried; the pairs of them are what costs."""
_CLASSES = {
    ops.CATEGORY_DIGIT: "0",
    ops.CATEGORY_SPACE: " ",
    ops.CATEGORY_WORD: "a",
    ops.CATEGORY_NOT_DIGIT: "a",
    ops.CATEGORY_NOT_SPACE: "a",
    ops.CATEGORY_NOT_WORD: "-",
}


_WAYS = ("search", "match", "fullmatch", "sub", "split", "findall", "finditer")


def patterns() -> dict[str, tuple[re.Pattern[str], set[str]]]:
    """Return every pattern that stands by name in a module of ours, and the ways in which it is used."""
    found: dict[str, tuple[re.Pattern[str], set[str]]] = {}
    for module in pkgutil.walk_packages(tongban.__path__, "tongban."):
        if module.name.endswith(("__main__", ".migrations.env")) or ".versions" in module.name:
            continue
        held = importlib.import_module(module.name)
        for name, value in vars(held).items():
            for one in _in(value):
                if isinstance(one.pattern, str):
                    ways = found.setdefault(one.pattern, (one, set()))[1]
                    ways |= _ways(name, held, alone=isinstance(value, re.Pattern))
    return found


def _ways(name: str, module: ModuleType, *, alone: bool) -> set[str]:
    """Return the ways in which a module uses a pattern, all of its own for one among several."""
    source = inspect.getsource(module)
    said = (
        rf"\b{name}\.({'|'.join(_WAYS)})\b"
        if alone
        else rf"\b(?:one|each|pattern|rule)\.({'|'.join(_WAYS)})\("
    )
    return set(re.findall(said, source)) or {"fullmatch"}


def _in(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | set | frozenset):
        yield from (one for one in value if isinstance(one, re.Pattern))
    elif isinstance(value, dict):
        yield from (one for one in value.values() if isinstance(one, re.Pattern))


def characters(parsed: Any) -> Iterator[str]:
    """Return characters that a pattern may take, one for each place or class of it."""
    for op, given in parsed:
        yield from _ONE[op](given) if op in _ONE else characters(_inside(op, given))


def _of_class(given: Any) -> Iterator[str]:
    if any(one is ops.NEGATE for one, _ in given):
        yield from ("\u4e2d", "-")
    yield from characters([one for one in given if one[0] is not ops.NEGATE][:6])


_ONE: Mapping[Any, Callable[[Any], Iterable[str]]] = {
    ops.LITERAL: lambda given: (chr(given),),
    ops.NOT_LITERAL: lambda _: ("\u4e2d",),
    ops.ANY: lambda _: ("a",),
    ops.RANGE: lambda given: (chr(given[0]),),
    ops.CATEGORY: lambda given: (_CLASSES[given],),
    ops.IN: _of_class,
}


def _inside(op: Any, given: Any) -> Any:
    """Return the parts inside a branch, a repeat, a group or a look around."""
    if op is ops.BRANCH:
        return [one for branch in given[1] for one in branch]
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        return given[2]
    if op in (ops.SUBPATTERN, ops.ASSERT, ops.ASSERT_NOT):
        return given[3 if op is ops.SUBPATTERN else 1]
    return given if op is ops.ATOMIC_GROUP else ()


def hostile(pattern: re.Pattern[str]) -> Iterator[str]:
    """Return the texts that a pattern is fed: short ones first, for some would never come back."""
    parsed = _parser.parse(pattern.pattern, pattern.flags)
    named = list(dict.fromkeys(characters(parsed)))[:_MOST]
    for length in (20, 3000, LENGTH):
        for one in named:
            yield one * length + "\u2603"
        for first, second in itertools.permutations(named[:5], 2):
            yield (first + second) * (length // 2) + "\u2603"
            yield first + second * length + "\u2603"


@pytest.fixture(autouse=True)
def _nothing_else_is_timed() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        pytest.param(one, tuple(sorted(ways)), id=f"{number}: {one.pattern[:40]}")
        for number, (one, ways) in enumerate(patterns().values())
    ],
)
def test_a_pattern_is_through_with_any_text_of_a_field_at_once(
    pattern: re.Pattern[str], ways: tuple[str, ...]
) -> None:
    for text in hostile(pattern):
        for way in ways:
            began = time.thread_time()
            _go(pattern, way, text)
            took = time.thread_time() - began
            most = LONGEST if len(text) > LENGTH else LONGEST / 5
            assert took < most, f"{took:.3f} s for {len(text)} of {text[:6]!r} by {way}"


def _go(pattern: re.Pattern[str], way: str, text: str) -> None:
    if way == "sub":
        pattern.sub("", text)
    elif way == "finditer":
        list(pattern.finditer(text))
    else:
        getattr(pattern, way)(text)


@pytest.mark.parametrize("bad", [r"\s+$", r"(a+)+x", r"(a|a)*x", r"[0-9]+-[0-9]*$"])
def test_a_pattern_that_is_quadratic_is_told(bad: str) -> None:
    with pytest.raises(AssertionError, match="s for"):
        test_a_pattern_is_through_with_any_text_of_a_field_at_once(re.compile(bad), ("search",))
