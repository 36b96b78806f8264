"""Reading without a case: what a grant must say for it, and what a reader must say each time."""

import msgspec

from tongban.kernel.text import Text


class Occasion(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One occasion on which a grant may be used without a case, such as an inspection."""

    code: str
    name: Text


class WithoutCase(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What a law allows to be read without a case: on which occasions, and how much of it a day."""

    occasions: tuple[Occasion, ...]
    """Each read names one of these, and the file in which it stands."""
    a_day: int
    """Reads a day by this grant without a case, of all who read."""
    for_each: int
    """Reads a day by this grant without a case, of one account or one client."""
    second_person_above: int
    """Above so many a day of one account or client, another person must have agreed; 0 for always."""

    def occasion(self, code: str) -> Occasion | None:
        """Return an occasion by its code, None where there is none such."""
        return next((each for each in self.occasions if each.code == code), None)
