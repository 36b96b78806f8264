"""Facts of the archive that others may need to know."""

from typing import ClassVar

import msgspec


class CasePackaged(msgspec.Struct, frozen=True, kw_only=True):
    """A closed case lies in the archive as a package."""

    name: ClassVar[str] = "archive.case_packaged"
    case_number: str
    package: str
    digest: str
