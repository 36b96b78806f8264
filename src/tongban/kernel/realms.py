"""What a government is run for: whether anything that happens in it is real."""

from enum import StrEnum


class Realm(StrEnum):
    """What a data folder and its database are for, for good: the three never mix."""

    REAL = "real"
    DEMONSTRATION = "demonstration"
    """The demonstration government that comes with Tongban."""
    TRIAL = "trial"
    """A folder that somebody tries out: its own definitions, invented people and data."""

    @property
    def invented(self) -> bool:
        """Whether people and data are invented: accounts are switched and the clock is set ahead."""
        return self is not Realm.REAL
