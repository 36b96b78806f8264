"""The operator's page: what fails, since when and why, and having it tried again."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from tests.builders.ledger import Forgery, slip_in

from tongban.app import house as opening
from tongban.app import registry
from tongban.app.doctor import examine
from tongban.app.house import worker_for
from tongban.kit import http
from tongban.kit.clock import MovableClock, new_id
from tongban.kit.db import Unit
from tongban.kit.db.unit import jobs
from tongban.kit.house import House
from tongban.kit.i18n import catalogue, translate
from tongban.kit.jobs import Job, Progress
from tongban.kit.lanes import Worker
from tongban.kit.origins import MANY, Origins
from tongban.kit.outbox import Outbox
from tongban.modules.identity import actions as identity
from tongban.modules.identity import queries as people
from tongban.modules.notices import queries as notices

Visitor = TestClient[Litestar]


def fails(house: House, payload: Mapping[str, Any], progress: Progress) -> None:
    raise ConnectionError("王小明")


def _jobs() -> dict[str, Job]:
    return {**registry.jobs(), "certificates.seal": fails}


@pytest.fixture
def broken(house: House) -> Worker:
    """A worker that can make no certificate, of which one was asked for."""
    worker = Worker(house, Outbox(house.db, registry.subscriptions()), _jobs())
    house.db.write(lambda unit: unit.enqueue("certificates.seal", {"certificate": "x"}))
    return worker


def account(house: House, login: str) -> str:
    with house.db.read() as reader:
        return people.account_by_login(reader, login).id


def sign_in(house: House, client: Visitor, login: str) -> None:
    who = account(house, login)
    opened = house.db.write(lambda unit: identity.demonstration_sign_in(unit, who))
    client.cookies.set(http.SESSION_COOKIE, opened.token)


def give_up(house: House, worker: Worker) -> None:
    for _ in range(10):
        worker.settle()
        assert isinstance(house.clock, MovableClock)
        house.clock.advance(timedelta(minutes=20))


def test_only_who_looks_after_operations_sees_the_page(house: House, client: Visitor) -> None:
    assert "首次失败" not in client.get("/operations").text
    assert client.get("/operations").url.path == "/sign-in"
    sign_in(house, client, "hr-officer")
    assert client.get("/operations").status_code == 403
    sign_in(house, client, "admin")
    assert "现在没有失败的任务" in client.get("/operations").text


def test_a_ledger_that_does_not_go_on_is_on_the_page_with_what_to_do(
    house: House, client: Visitor
) -> None:
    sign_in(house, client, "admin")
    worker_for(house).settle()
    said = client.get("/operations").text
    assert "最近一次签发" in said
    assert "tb-notice--stop" not in said
    slip_in(house.db, Forgery(None, datetime(2024, 3, 1, tzinfo=UTC), None))
    worker_for(house).settle()
    (house.settings.keys / "ledger.mark").unlink()
    said = client.get("/operations").text
    assert "有 1 条没有编号、另行保存" in said
    assert "没有记录上次签发到哪里的 ledger.mark" in said


def test_a_failure_is_on_the_page_at_once_and_can_be_tried_again(
    house: House, client: Visitor, broken: Worker
) -> None:
    broken.settle()
    sign_in(house, client, "admin")
    said = client.get("/operations").text
    assert "制作证照、加盖电子印章" in said
    assert "ConnectionError" in said
    assert "王小明" not in said
    address = re.search(r'action="(/operations/job/[0-9a-f-]+/again)"', said)
    token = re.search(r'name="csrf" value="([^"]+)"', said)
    assert address is not None
    assert token is not None
    answer = client.post(address.group(1), data={"csrf": token.group(1)})
    assert answer.status_code == 200
    assert "已经安排重试" in answer.text
    sign_in(house, client, "hr-officer")
    refused = client.post(address.group(1), data={"csrf": token.group(1)})
    assert refused.status_code == 403


def test_operators_are_told_once_that_work_was_given_up(house: House, broken: Worker) -> None:
    give_up(house, broken)
    house.db.write(lambda unit: unit.enqueue("certificates.seal", {"certificate": "y"}))
    give_up(house, broken)
    with house.db.read() as reader:
        box = notices.inbox(reader, account(house, "admin"))
    assert [one.message for one in box] == ["notices.message.work_given_up"]
    assert box[0].data == {"work": "certificates.seal"}


def test_the_doctor_says_it_at_the_first_failure_and_why(house: House, broken: Worker) -> None:
    def jobs() -> Any:
        return next(sign for sign in examine(house.settings) if sign.code == "jobs")

    assert jobs().well
    broken.settle()
    sign = jobs()
    assert not sign.well
    assert sign.data == {"count": 1, "given_up": 0, "names": "certificates.seal (ConnectionError)"}
    give_up(house, broken)
    assert (jobs().data["count"], jobs().data["given_up"]) == (0, 1)


def test_the_doctor_says_it_of_an_event_too(house: House) -> None:
    def break_it(unit: Unit, event: Any) -> None:
        raise KeyError

    event, _ = registry.subscriptions()[0]
    fields = {field.name: "x" for field in msgspec.structs.fields(event)}
    house.db.write(lambda unit: unit.emit(event(**fields)))
    Outbox(house.db, [(event, break_it)]).deliver()
    sign = next(sign for sign in examine(house.settings) if sign.code == "events")
    assert not sign.well
    assert event.name in sign.data["names"]


def test_a_clock_that_is_behind_what_was_done_is_on_the_page_and_told_by_the_doctor(
    house: House, client: Visitor
) -> None:
    def sign() -> Any:
        return next(sign for sign in examine(house.settings) if sign.code == "clock")

    sign_in(house, client, "admin")
    job = house.db.write(lambda unit: unit.enqueue("certificates.seal", {"certificate": "x"}))
    assert "时钟比已经做过的事慢" not in client.get("/operations").text
    assert isinstance(house.clock, MovableClock)
    later = new_id(MovableClock(start=datetime.now(UTC) + timedelta(hours=200)))
    put = jobs.update().where(jobs.c.id == job).values(id=later)
    house.db.write(lambda unit: unit.connection.execute(put).rowcount)
    assert "时钟比已经做过的事慢" in client.get("/operations").text
    assert not sign().well
    assert sign().data["minutes"] in (200 * 60, 200 * 60 - 1)


def test_the_page_shows_lanes_and_calls_one_silent_that_gave_no_sign(
    house: House, client: Visitor
) -> None:
    worker = worker_for(house)
    for lane in worker.lanes:
        lane.sign()
    sign_in(house, client, "admin")
    page = client.get("/operations", headers={"accept-language": "zh"}).text
    assert "账本编号和签名" in page
    assert "发送邮件" in page
    assert "没有动静" not in page
    assert isinstance(house.clock, MovableClock)
    house.clock.advance(timedelta(minutes=6))
    worker.lanes[0].sign()
    assert client.get("/operations").text.count("没有动静") == len(worker.lanes) - 1


def test_every_lane_of_the_house_has_a_name_in_both_languages(house: House) -> None:
    names = {lane.name for lane in worker_for(house).lanes}
    assert {"rounds-ledger", "rounds-supervision", "events", "jobs-certificates"} <= names
    known = {
        name.removeprefix("app.operations.lane.")
        for name, texts in catalogue().items()
        if name.startswith("app.operations.lane.") and {"zh", "en"} <= set(texts)
    }
    assert names == known


@pytest.mark.parametrize("invented", [True, False])
def test_visitors_from_one_address_are_told_of_a_real_government_only(
    house: House, client: Visitor, monkeypatch: pytest.MonkeyPatch, invented: bool
) -> None:
    monkeypatch.setattr(opening, "is_invented", lambda _: invented)
    origins = Origins(house.settings.data)
    for number in range(MANY):
        origins.note(f"visitor {number}", "127.0.0.1", house.clock.now())
    sign_in(house, client, "admin")
    title = translate("zh", "app.operations.one_network")
    assert (title in client.get("/operations").text) == (not invented)
