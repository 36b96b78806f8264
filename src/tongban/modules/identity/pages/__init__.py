"""Identity's pages: signing in and out, passwords, my account, the staff, the first set-up."""

from tongban.modules.identity.pages import account, passwords, setup, signing, staff

HANDLERS = (
    *signing.HANDLERS,
    *passwords.HANDLERS,
    *account.HANDLERS,
    *staff.HANDLERS,
    *setup.HANDLERS,
)

__all__ = ["HANDLERS"]
