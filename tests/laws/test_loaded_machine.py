"""Law: a loaded machine fails no test. What may take only so long is measured in work or processor time."""

import ast
from pathlib import Path

_TESTS = Path(__file__).parents[1]
_ON_THE_WALL = {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "time", "time_ns"}
"""Clocks that go on while others have the processor."""
_PROMISED = {
    "browser/test_trial.py": "a trial stands within a minute: who waits for it has a clock on the wall",
}
"""Tests of what people were promised, with the promise."""


def _reads_the_wall(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    named = node.func
    name = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")
    return name in _ON_THE_WALL and not node.args


def _limits(source: str) -> list[int]:
    """Return the lines in which a test asserts how long something took by a clock on the wall."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assert)
        for part in ast.walk(node.test)
        if isinstance(part, ast.BinOp)
        and isinstance(part.op, ast.Sub)
        and any(map(_reads_the_wall, ast.walk(part)))
    ]


def test_no_test_asserts_how_long_something_took_by_a_clock_on_the_wall() -> None:
    found = {
        f"{file.relative_to(_TESTS)}:{line}"
        for file in sorted(_TESTS.rglob("*.py"))
        if str(file.relative_to(_TESTS)) not in _PROMISED
        for line in _limits(file.read_text("utf-8"))
    }
    assert found == set(), "measure time.process_time(), or count what was done"


def test_a_limit_on_the_wall_is_seen_and_one_in_processor_time_is_none() -> None:
    assert _limits("assert time.monotonic() - begun < 5") == [1]
    assert _limits("assert 5 > perf_counter() - begun") == [1]
    assert _limits("assert time.process_time() - begun < 5") == []
