"""Looks at the clocks again and again."""

from tongban.kit.house import House
from tongban.modules.supervision import actions


class Watch:
    """Looks once a minute of the government's own time: a clock that is set ahead counts."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, house: House) -> None:
        """Draw what is due, unless this minute was looked at.

        Most minutes nothing is: then every case was read and nobody who writes had to wait.
        """
        minute = house.clock.now().strftime("%Y-%m-%dT%H:%M")
        if minute == self._last:
            return
        with house.db.read() as reader:
            found = actions.due(reader)
        if found:
            house.db.write(actions.watch)
        self._last = minute


ROUNDS = (Watch(),)
