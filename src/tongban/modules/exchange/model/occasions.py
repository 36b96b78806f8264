"""Reading without a case: what a grant must say for it, and what a reader must say each time."""

import datetime as dt

import msgspec

from tongban.kernel.text import Text


class KeptBack(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """That whoever is read about on an occasion is told later, as a law says of an investigation."""

    clause: Text
    """The law and article that allows it, in its words; a city's own rule where it is one."""
    days: int
    """Local days after the day of the read at whose end the person sees it: from 1 to what the
    government allows (``most_days_kept_back``)."""

    def shown_on(self, read_on: dt.date) -> dt.date:
        """Return the local date from which on the person sees a read of a day."""
        return read_on + dt.timedelta(days=self.days)


class Occasion(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One occasion on which a grant may be used without a case, such as an inspection."""

    code: str
    name: Text
    kept_back: KeptBack | None = None
    """What a law keeps back from the person for a while; where nothing is said, they see each read
    at once."""


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


class KeptBackReads(msgspec.Struct, frozen=True, kw_only=True):
    """Reads that whom they are about does not see yet, as whoever oversees sees them: never of whom."""

    department: str
    grant: str
    occasion: str
    occasion_name: Text
    reference: str
    """Number of the file in which the occasion stands."""
    times: int
    """Reads of that file that appear on the same day, refused attempts among them."""
    clause: Text
    shown_on: dt.date
    """Local date from which on the persons see them."""
    first: str
    """Id of the first of them."""
    altered: bool = False
    """Whether that one is not what its ledger entry says."""
