"""roles.yaml and accounts.yaml: roles with their duties, and labelled demonstration accounts."""

from tongban.kernel.text import Text
from tongban.kit.definitions.shape import Shape


class RoleDefinition(Shape, frozen=True, kw_only=True):
    """A role: a name and the duties that come with it. roles.yaml."""

    code: str
    name: Text
    duties: tuple[str, ...]
    """From the closed list of duties that the modules name."""


class AccountDefinition(Shape, frozen=True, kw_only=True):
    """A demonstration account, refused unless the government is a demonstration. accounts.yaml."""

    login: str
    name: Text
    kind: str
    """resident or staff."""
    department: str = ""
    roles: tuple[str, ...] = ()
    person: str = ""
    """For a resident: the resident number in the demonstration's population source."""
    organisation: str = ""
    """For someone who acts for an organisation: its credit code."""
    organisation_name: Text = ""
    """The organisation's name; its credit code stands in when absent."""
    about: Text = ""
    """One sentence on whose eyes this is, shown in the account switcher."""
