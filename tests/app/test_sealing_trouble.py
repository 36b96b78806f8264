"""A certificate that cannot be made is seen by whoever waits for it, from the first failure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from tests.builders.stories import SUBSIDY, Walk

from tongban.app import registry
from tongban.app.house import worker_for
from tongban.kit import http
from tongban.kit.clock import MovableClock
from tongban.kit.house import House
from tongban.kit.jobs import Progress
from tongban.kit.lanes import Worker
from tongban.kit.outbox import Outbox
from tongban.modules.identity import actions as identity
from tongban.modules.notices import queries as notices
from tongban.modules.services.model import State

Visitor = TestClient[Litestar]
TITLE = "制证遇到问题"


def fails(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
    raise ConnectionError


class Office:
    """A case whose certificate is to be made, and who looks at it."""

    def __init__(self, house: House, client: Visitor) -> None:
        self.house, self.client = house, client
        self.walk = Walk(house)
        self.applicant = self.walk.actor(SUBSIDY.login)
        self.number = self.walk.applied(SUBSIDY).number
        done = self.walk.worked(self.applicant, self.number)
        assert done.decision is not None
        self.decider = done.decision.by
        jobs = {**registry.jobs(), "certificates.seal": fails}
        self.worker = Worker(house, Outbox(house.db, registry.subscriptions()), jobs)

    def later(self, **time: float) -> None:
        assert isinstance(self.house.clock, MovableClock)
        self.house.clock.advance(timedelta(**time))

    def page(self, account: str, address: str) -> str:
        opened = self.house.db.write(lambda unit: identity.demonstration_sign_in(unit, account))
        self.client.cookies.set(http.SESSION_COOKIE, opened.token)
        return self.client.get(address).text

    def mine(self) -> str:
        return self.page(self.applicant.account, f"/my/cases/{self.number}")

    def work(self) -> str:
        return self.page(self.decider, f"/work/cases/{self.number}")


@pytest.fixture
def office(house: House, client: Visitor) -> Office:
    return Office(house, client)


def test_the_applicant_and_the_clerk_read_it_at_the_first_failure(office: Office) -> None:
    assert TITLE not in office.mine()
    office.worker.settle()
    assert TITLE in office.mine()
    assert "正在自动重试" in office.mine()
    assert "ConnectionError" not in office.mine()
    told = office.work()
    assert TITLE in told
    assert "ConnectionError" in told


def test_giving_up_is_shown_to_both_and_told_to_who_decided(office: Office) -> None:
    for _ in range(10):
        office.worker.settle()
        office.later(minutes=16)
    assert TITLE in office.mine()
    assert TITLE in office.work()
    with office.house.db.read() as reader:
        box = [one.message for one in notices.inbox(reader, office.decider)]
    assert box.count("services.notice.sealing_given_up") == 1


def test_once_the_certificate_is_made_nothing_is_said_of_the_trouble(office: Office) -> None:
    office.worker.settle()
    office.later(minutes=1)
    worker_for(office.house).settle()
    assert office.walk.case(office.applicant, office.number).case.state is State.CLOSED
    assert TITLE not in office.mine()
