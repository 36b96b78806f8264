"""How many applications for the same thing may run at once."""

from collections.abc import Sequence

from tongban.modules.services.model import Case


def in_the_way(most: int, running: Sequence[Case], account: str) -> Case | None:
    """Return the running case that leaves no room for another, the account's own if there is one.

    ``most`` is how many may run at once; 0 means any number.
    """
    if most == 0 or len(running) < most:
        return None
    return next((case for case in running if case.account == account), running[0])
