"""Facts that happened: what every module's events have in common."""

from typing import ClassVar, Protocol, runtime_checkable


@runtime_checkable
class Event(Protocol):
    """A frozen msgspec struct in some module's ``events.py``, named in the past tense.

    ``name`` is ``module.fact_happened`` and identifies the event in the outbox and the reference.
    An event carries identifiers and codes only, never a person's data.
    """

    name: ClassVar[str]
