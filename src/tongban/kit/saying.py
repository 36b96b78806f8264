"""What a line of the log says beside its words: in which request, lane or job it was written.

Only numbers and names that this house gave itself stand here, never what somebody sent.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Facts = Mapping[str, str | int]

_NONE: Facts = MappingProxyType({})
_facts: ContextVar[Facts] = ContextVar("tongban_log_facts", default=_NONE)


def facts() -> Facts:
    """Return the facts of the work at hand: ``request``, or ``lane``, ``job`` and ``job_id``."""
    return _facts.get()


@contextmanager
def saying(**more: str | int) -> Iterator[None]:
    """Let every line that is written meanwhile, in this thread or task, carry these facts too."""
    before = _facts.set({**_facts.get(), **more})
    try:
        yield
    finally:
        _facts.reset(before)


def as_here(work: Callable[P, T]) -> Callable[P, T]:
    """Return some work that carries the facts of this place wherever it is done: on another thread, say."""
    here = _facts.get()

    def done(*given: P.args, **named: P.kwargs) -> T:
        before = _facts.set(here)
        try:
            return work(*given, **named)
        finally:
            _facts.reset(before)

    return done


def say_from_now(**more: str | int) -> None:
    """As :func:`saying`, to the end of this thread, task or context."""
    _facts.set({**_facts.get(), **more})
