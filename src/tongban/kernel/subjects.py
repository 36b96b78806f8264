"""Whom or what data are about."""

from dataclasses import dataclass
from enum import StrEnum


class SubjectKind(StrEnum):
    """The five kinds of subject (主体) that a data element can describe."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PROPERTY = "property"
    VEHICLE = "vehicle"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """One subject: its kind, and the identifier by which departments find it.

    The identifier is the resident number (GB 11643), unified credit code (GB 32100), real estate
    unit number, plate or address code. It is personal: never in a log line, a URL or the ledger.
    """

    kind: SubjectKind
    id: str

    def __repr__(self) -> str:
        return f"SubjectRef({self.kind!s}, …)"
