"""What of a case somebody of a department sees."""

from collections.abc import Collection, Iterable

from tongban.modules.services.model.base import Value

_ALWAYS = frozenset(
    {"application.date", "today", "applicant.name", "person.name", "organisation.name"}
)
"""What is no secret to whoever may see a case at all: when it came in, and who
applies, by name: it stands above the case, in lists and in the messages about it."""


class Sight(Value, frozen=True, kw_only=True):
    """What of a case somebody sees: keys of values, and ``material.<code>`` of files."""

    whole: frozenset[str] = frozenset()
    """In the clear, whatever mask an element has."""
    by_mask: frozenset[str] = frozenset()
    """As the mask of its element leaves it; in the clear where it has none."""

    @property
    def keys(self) -> frozenset[str]:
        """All of which anything is shown."""
        return self.whole | self.by_mask | _ALWAYS

    def sees(self, key: str) -> bool:
        """Whether anything is shown of what goes by this key."""
        return key in self.whole or key in self.by_mask or key in _ALWAYS

    def judges(self, keys: Iterable[str]) -> bool:
        """Whether all that something rests on is seen."""
        return all(self.sees(key) for key in keys)

    def with_whole(self, keys: Collection[str]) -> "Sight":
        """Return the same with more in the clear."""
        return Sight(whole=self.whole | frozenset(keys), by_mask=self.by_mask)


NOTHING = Sight()
"""No value and no file: who has no step of a case in hand."""
