"""Who asks: the one value that every decision about access looks at."""

from dataclasses import dataclass, field
from enum import StrEnum

from tongban.kernel.subjects import SubjectRef


class ActorKind(StrEnum):
    """A visitor nobody knows, a resident, a member of staff, another system, or Tongban itself."""

    VISITOR = "visitor"
    RESIDENT = "resident"
    STAFF = "staff"
    CLIENT = "client"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone or something that acts: account, department and duties (role x department x duty).

    ``subject`` is whom a resident acts for: themself, or the organisation they stand for.
    ``duties`` are words such as ``case.review``; ``department`` is the code from the instance.
    """

    kind: ActorKind
    account: str = ""
    name: str = ""
    department: str = ""
    duties: frozenset[str] = field(default_factory=frozenset)
    subject: SubjectRef | None = None

    @property
    def signed_in(self) -> bool:
        """Whether anyone is known at all."""
        return self.kind is not ActorKind.VISITOR

    def has(self, duty: str) -> bool:
        """Whether this duty was given."""
        return duty in self.duties

    def __repr__(self) -> str:
        return f"Actor({self.kind!s}, account={self.account!r}, department={self.department!r})"


VISITOR = Actor(ActorKind.VISITOR)
SYSTEM = Actor(ActorKind.SYSTEM, account="system", name="系统")
