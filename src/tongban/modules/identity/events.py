"""Facts of identity that others may need to know."""

from typing import ClassVar

import msgspec


class StaffLeft(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff can no longer act; their open work needs somebody else."""

    name: ClassVar[str] = "identity.staff_left"
    account: str
    department: str


class StaffChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff moved to another department or has other roles now."""

    name: ClassVar[str] = "identity.staff_changed"
    account: str
    department: str
    before: str
    """Department before."""


class PasswordLinkAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Someone asked for a link to set a new password; the mail is still to be written."""

    name: ClassVar[str] = "identity.password_link_asked"
    account: str


class PasswordChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A password was set or changed; its owner should hear of it."""

    name: ClassVar[str] = "identity.password_changed"
    account: str
