"""Whatever the order of guesses, sign-ins and waiting: the lockout and sessions keep their word."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
)
from tests.builders import identity as builders

from tongban.kernel.errors import Refusal
from tongban.kit import testing
from tongban.modules.identity import actions, queries
from tongban.modules.identity.model import Opened, Visit

_LOCKS = (1, 2, 4, 8, 15, 30, 60)
_IDLE = timedelta(minutes=30)
_LONGEST = timedelta(hours=12)


class Visits(RuleBasedStateMachine):
    """A model of one login beside the real one: failures, the lock, and who is signed in."""

    opened = Bundle("opened")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = testing.clock_at()
        self.database = testing.sqlite_database(Path(self.folder.name), self.clock)
        builders.found(self.database)
        self.account = builders.staff(self.database)
        self.failures = 0
        self.last: datetime | None = None
        self.locked_until: datetime | None = None
        self.alive: dict[str, tuple[datetime, datetime]] = {}

    def _attempt(self) -> bool:
        """Charge an attempt and compare with the model; whether it was let through."""
        now = self.clock.now()
        shut = self.locked_until is not None and now < self.locked_until
        if shut:
            with pytest.raises(Refusal, match="locked_out"):
                self._charge()
            return False
        self._charge()
        fresh = self.last is None or now - self.last >= timedelta(hours=24)
        self.failures = 1 if fresh else self.failures + 1
        self.last = now
        self.locked_until = None
        if self.failures >= 5:
            minutes = _LOCKS[min(self.failures, 11) - 5]
            self.locked_until = now + timedelta(minutes=minutes)
        return True

    def _charge(self) -> None:
        self.database.write(lambda unit: actions.charge(unit, self.account.login, Visit()))

    @rule(times=st.integers(1, 6))
    def guess_wrongly(self, times: int) -> None:
        for _ in range(times):
            self._attempt()

    @rule(times=st.integers(1, 10))
    def guess_as_soon_as_it_opens(self, times: int) -> None:
        for _ in range(times):
            if self.locked_until is not None and self.locked_until > self.clock.now():
                left = self.locked_until - self.clock.now()
                self.clock.advance(left - timedelta(seconds=1))
                self._attempt()
                self.clock.advance(timedelta(seconds=1))
            self._attempt()

    @rule(early=st.booleans(), edge=st.sampled_from(("lock", "idle", "longest")))
    def wait_to_an_edge(self, edge: str, *, early: bool) -> None:
        """Wait to the second at which something ends, or to the one before."""
        ends: list[datetime] = []
        if edge == "lock" and self.locked_until is not None:
            ends = [self.locked_until]
        elif edge != "lock":
            ends = [
                seen + _IDLE if edge == "idle" else began + _LONGEST
                for began, seen in self.alive.values()
            ]
        left = [end - self.clock.now() for end in ends if end > self.clock.now()]
        if left:
            self.clock.advance(min(left) - timedelta(seconds=1 if early else 0))
        self._attempt()

    @rule(target=opened)
    def sign_in(self) -> Opened | None:
        if not self._attempt():
            return None
        made = self.database.write(lambda unit: actions.sign_in(unit, self.account.id))
        now = self.clock.now()
        self.alive[made.token] = (now, now)
        self.failures, self.last, self.locked_until = 0, None, None
        return made

    @rule(session=opened)
    def use(self, session: Opened | None) -> None:
        if session is None or not self._lives(session.token):
            return
        self.database.write(lambda unit: actions.touch(unit, session.session.id))
        self.alive[session.token] = (self.alive[session.token][0], self.clock.now())

    @rule(session=opened)
    def work_all_day(self, session: Opened | None) -> None:
        if session is None:
            return
        while self._lives(session.token):
            self.use(session)
            left = self.alive[session.token][0] + _LONGEST - self.clock.now()
            self.clock.advance(min(left, timedelta(minutes=29)))
            self.exactly_the_living_sessions_are_known()

    @rule(session=consumes(opened))
    def sign_out(self, session: Opened | None) -> None:
        if session is None:
            return
        self.database.write(lambda unit: actions.sign_out(unit, session.token))
        self.alive.pop(session.token, None)

    @rule()
    def set_a_new_password(self) -> None:
        self.database.write(
            lambda unit: actions.change_password(
                unit, queries.actor_of(unit, self.account.id), self.account.id, "hash"
            )
        )
        self.alive.clear()

    @rule(minutes=st.sampled_from((1, 7, 8, 15, 29, 30, 59, 240, 719, 1440)))
    def wait(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    def _lives(self, token: str) -> bool:
        if token not in self.alive:
            return False
        began, seen = self.alive[token]
        now = self.clock.now()
        return now - began < _LONGEST and now - seen < _IDLE

    @invariant()
    def exactly_the_living_sessions_are_known(self) -> None:
        if not hasattr(self, "alive"):
            return
        with self.database.read() as reader:
            for token in self.alive:
                known = queries.actor_of_session(reader, token) is not None
                assert known == self._lives(token)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.folder.cleanup()


Visits.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestVisits = Visits.TestCase
