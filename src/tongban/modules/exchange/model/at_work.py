"""Who works on a running case, and what of whom it is about they need for it."""

from collections.abc import Iterable

import msgspec


class AtWork(msgspec.Struct, frozen=True, kw_only=True):
    """That a department works on a running case, by a step of its service."""

    department: str
    duty: str
    """What somebody of the department must have to do the step; empty where only its systems work on it."""
    holder: str = ""
    """The account in whose hands the step is: it is nobody else's of the department. Empty where
    whoever has the duty may do it."""
    elements: tuple[str, ...] | None
    """What the step needs, in order; None for everything, which only a service's own systems have."""
    masked: tuple[str, ...] = ()
    """Those of them that the step sees as their masks leave them only, in order."""


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody needs of whom a running case is about, of all steps that are theirs together."""

    everything: bool = False
    elements: frozenset[str] = frozenset()
    in_the_clear: frozenset[str] = frozenset()
    """Those of the elements that are seen whole, whatever mask an element has."""

    def lacking(self, elements: Iterable[str]) -> tuple[str, ...]:
        """Return which of these nobody needs."""
        return () if self.everything else tuple(e for e in elements if e not in self.elements)

    def masks(self, element: str) -> bool:
        """Whether an element is seen only as its mask leaves it."""
        return not self.everything and element not in self.in_the_clear

    def still(self, before: "Needed", elements: Iterable[str]) -> bool:
        """Whether no less is needed of these than was before: none is gone, and none masked since."""
        known = tuple(elements)
        masked = any(self.masks(one) and not before.masks(one) for one in known)
        return not self.lacking(known) and not masked


EVERYTHING = Needed(everything=True)
"""What a service fetches through its own uses, and what is read without a case: bounded elsewhere."""
