"""A certificate as lists show it: with how it stands today."""

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.kit.db import Reader
from tongban.kit.lists import Asking, Column, Kind, coded, in_words
from tongban.modules.certificates import queries
from tongban.modules.certificates.model import Certificate


@dataclass(frozen=True)
class Line:
    """A certificate, and the word for how it stands."""

    certificate: Certificate
    standing: str

    @property
    def holder(self) -> str:
        """The holder's name, most of it hidden: a list of everybody is nobody's work."""
        return queries.holder_shown(self.certificate)


def lines(reader: Reader, found: Iterable[Certificate]) -> list[Line]:
    """Return certificates with how each stands."""
    return [Line(each, str(queries.standing_word(reader, each))) for each in found]


def _until(line: Line, asking: Asking) -> object:
    return line.certificate.valid_until or asking.t("certificates.field.no_end")


NUMBER = Column(
    "number", "certificates.field.number", Kind.IDENTIFIER, of="certificate.number",
    on_page=False, width=56,
)  # fmt: skip
NAME = Column("name", "certificates.field.name", of="certificate.name", words=in_words)
ISSUED_ON = Column(
    "issued_on", "certificates.field.issued_on", Kind.DAY, of="certificate.issued_on"
)
VALID_UNTIL = Column(
    "valid_until", "certificates.field.valid_until", Kind.DAY, of="certificate.valid_until",
    shows=_until,
)  # fmt: skip
STANDING = Column("standing", "certificates.field.standing", words=coded("certificates.tag"))
