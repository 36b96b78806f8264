"""The exchange from outside: systems with keys, staff with sessions, residents with their own lines."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient
from tests.builders import exchange as builders
from tests.builders import web
from tests.builders.audited import attack
from tests.builders.catalog import CIVIL, LABOUR, POLICE
from tests.builders.exchange import GRANT, SERVICE, STATUS, WANG, officer, resident, staff
from tests.builders.ledger import MemorySigner

from tongban.kernel.actors import Actor
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit import http, testing
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database, Reader
from tongban.kit.keyring import Keyring
from tongban.kit.outbox import Outbox
from tongban.modules.catalog import pages as catalog_pages
from tongban.modules.catalog import routes as catalog_routes
from tongban.modules.exchange import actions, errors, handlers, pages, queries, routes
from tongban.modules.exchange.errors import Cause
from tongban.modules.exchange.model import Source
from tongban.modules.ledger.actions import run_sequencer
from tongban.modules.ledger.formats.note import format_verifier_key
from tongban.modules.ledger.formats.receipt import read_trust
from tongban.modules.ledger.formats.uses import parse_uses, verify_uses
from tongban.modules.ledger.model import Mark, Signer, TreeHead
from tongban.modules.ledger.rules.tree import EMPTY_ROOT

SIGNER = MemorySigner()
ROUTE = "/api/exchange/resources/306010/1"
PEOPLE = {
    "officer-civil": officer(CIVIL),
    "officer-labour": officer(LABOUR),
    "clerk": staff(LABOUR, "case.review"),
    "police": staff(POLICE, "case.review"),
    "auditor": staff(LABOUR, "ledger.audit"),
    "wang": resident(),
    "zhao": resident(SubjectRef(SubjectKind.PERSON, "470181198502024567")),
}


class Gate:
    """Knows a few people by name, and clients by their keys."""

    def by_session(self, _reader: Reader, token: str) -> http.Authenticated | None:
        found = PEOPLE.get(token)
        return None if found is None else http.Authenticated(found, "secret of " + token)

    def by_key(self, reader: Reader, key: str) -> http.Authenticated | None:
        actor: Actor | None = queries.client_of_key(reader, key)
        return None if actor is None else http.Authenticated(actor, "")


class Visit:
    """A city's doors, and whoever stands before them."""

    def __init__(self, client: TestClient[Litestar], database: Database) -> None:
        self.client = client
        self.database = database
        self.browser = web.Browser(client)
        self.sources = builders.found(database)
        self.key = database.write(
            lambda unit: actions.add_client(unit, "labour-core", "人社核心系统", LABOUR)
        )

    def declare(self, **changed: Any) -> str:
        """A service declares a use for a case."""
        request = builders.a_use(**changed)
        return self.database.write(lambda unit: actions.open_use(unit, request))

    def be(self, name: str) -> web.Browser:
        self.client.cookies.set(http.SESSION_COOKIE, name)
        return self.browser

    def ask(self, body: Any, key: str | None = None, path: str = ROUTE) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        if key is not None:
            headers["authorization"] = f"Bearer {key}"
        return self.client.post(path, content=content, headers=headers)


def asked(**changed: Any) -> dict[str, Any]:
    values = {"subject": WANG.id, "elements": [STATUS], "purpose": SERVICE}
    return {**values, "case_number": builders.CASE, **changed}


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    database = testing.sqlite_database(tmp_path)
    house = web.house(database, tmp_path)
    house.ports.plug(http.Authenticator, Gate())
    house.ports.plug(Signer, SIGNER)
    handlers = [
        *routes.HANDLERS, *pages.HANDLERS, *catalog_routes.HANDLERS, *catalog_pages.HANDLERS,
    ]  # fmt: skip
    app = web.application(house, handlers)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Visit(client, database)
    database.close()


def count(visit: Visit) -> int:
    with visit.database.read() as reader:
        return queries.disclosures_about(reader, WANG).total


# The protected read ------------------------------------------------------------------------------


def test_a_departments_system_reads_with_its_key(visit: Visit) -> None:
    visit.declare()
    answer = visit.ask(asked(case_number="2026-0001"), visit.key)
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data["values"] == {STATUS: "20"}
    assert (data["grant"], data["outcome"], data["count"]) == (GRANT.code, "disclosed", 1)
    with visit.database.read() as reader:
        line = queries.disclosure(reader, WANG, data["disclosure"]).line
    assert (line.department, line.case_number) == (LABOUR, "2026-0001")


def test_a_system_that_no_source_answers_is_counted_though_nothing_is_on_record(
    visit: Visit,
) -> None:
    visit.declare()
    visit.sources.down = True
    lines = count(visit)
    assert visit.ask(asked(case_number="2026-0001"), visit.key).status_code == 503
    assert visit.ask(asked(elements=["person.nothing"]), visit.key).status_code == 422
    with visit.database.read() as reader:
        assert queries.facts(reader.connection, testing.MORNING.date()).unanswered == 1
    assert count(visit) == lines


def test_staff_read_with_their_session(visit: Visit) -> None:
    visit.be("clerk")
    assert visit.ask(asked()).status_code == 200


def test_what_does_not_fit_is_named_with_its_reason_and_not_given(visit: Visit) -> None:
    visit.sources.rows[WANG.id] |= {"status": "离异", "married_on": "2019-02-30"}
    answer = visit.ask(asked(elements=[STATUS, "person.name"]), visit.key)
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data["values"] == {STATUS: None, "person.name": "王**"}
    assert data["unfit"] == {STATUS: "not_in_code_list"}
    assert "离异" not in answer.text
    data = visit.ask(asked(elements=["person.married_on"]), visit.key).json()["data"]
    assert (data["outcome"], data["unfit"]) == (
        "unreadable",
        {"person.married_on": "impossible_date"},
    )


def test_what_was_given_in_part_was_given_and_its_state_says_in_part(visit: Visit) -> None:
    visit.sources.rows[WANG.id] |= {"status": "离异"}
    visit.ask(asked(elements=[STATUS, "person.name"]), visit.key)
    visit.be("wang")

    def found(asks: str) -> list[tuple[str, str]]:
        rows = visit.client.get(f"/my/data-uses/export.json?{asks}").json()["data"]
        return [(row["outcome"], row["state"]) for row in rows]

    in_part = [("disclosed", "partly_unreadable")]
    assert found("") == found("outcome=disclosed") == found("state=partly_unreadable") == in_part
    assert found("state=disclosed") == []


def test_the_page_of_a_source_names_element_and_reason_and_counts(visit: Visit) -> None:
    visit.sources.rows[WANG.id] |= {"status": "离异"}
    visit.ask(asked(), visit.key)
    Outbox(visit.database, handlers.SUBSCRIPTIONS).deliver()
    shown = visit.be("officer-civil").get("/sources/civil").text
    assert "不在代码表里" in shown
    assert "婚姻状况" in shown
    assert "离异" not in shown
    assert "连得上" in shown
    read = re.sub(r"<[^>]+>", "", shown)  # a command's words stay whole at a narrow width
    assert "tongban source try 306010/1 --data 数据文件夹" in " ".join(read.split())
    assert visit.client.get("/api/exchange/sources").json()["data"][0]["unreadable"] == 1
    assert visit.be("officer-labour").get("/sources/civil").status_code == 404
    assert visit.be("clerk").get("/sources").status_code == 403


def test_the_page_of_a_source_that_is_away_says_why_and_names_its_setting(visit: Visit) -> None:
    def unset(source: Source, table: str) -> None:
        raise errors.source_unknown(source.code, Cause.UNSET)

    visit.sources.look = unset  # type: ignore[method-assign]  # a source that is away
    shown = visit.be("officer-civil").get("/sources/civil").text
    assert "没有设置环境变量 c.db" in shown
    assert "连得上" not in shown


def test_values_are_written_as_plain_json(visit: Visit) -> None:
    answer = visit.ask(asked(elements=["person.married_on", "person.name"]), visit.key)
    assert answer.json()["data"]["values"] == {
        "person.married_on": "2019-05-20",
        "person.name": "王**",
    }


@pytest.mark.parametrize(
    ("who", "status"), [(None, 401), ("auditor", 403), ("wang", 403), ("police", 403)]
)
def test_nobody_else_reads_anything(visit: Visit, who: str | None, status: int) -> None:
    if who:
        visit.be(who)
    answer = visit.ask(asked())
    assert answer.status_code == status
    assert set(answer.json()) - {"instance"} == {"type", "title", "status", "detail", "code"}
    assert visit.sources.reads == 0


def test_a_wrong_key_is_nobody_even_with_somebodys_session(visit: Visit) -> None:
    visit.be("clerk")
    assert visit.ask(asked(), "tbk_wrong").status_code == 401


def test_a_refusal_is_answered_and_on_record(visit: Visit) -> None:
    answer = visit.ask(asked(elements=[STATUS, "person.allowance"]), visit.key)
    assert answer.status_code == 403
    assert answer.json()["code"] == "exchange.no_grant"
    assert count(visit) == 1


def test_a_source_that_is_down_is_told_as_such(visit: Visit) -> None:
    visit.sources.down = True
    answer = visit.ask(asked(), visit.key)
    assert answer.status_code == 503
    assert answer.json()["code"] == "exchange.source_unavailable"
    assert count(visit) == 0


def test_the_identifier_is_refused_anywhere_but_in_the_body(visit: Visit) -> None:
    headers = {"authorization": f"Bearer {visit.key}"}
    assert visit.client.get(f"{ROUTE}?subject={WANG.id}", headers=headers).status_code in (404, 405)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "body_unreadable"),
        (b"{", 400, "body_unreadable"),
        (b'{"subject"', 400, "body_unreadable"),
        (b"\xff\xfe", 400, "body_unreadable"),
        (b"null", 422, "body_invalid"),
        (b"[]", 422, "body_invalid"),
        (b"[" * 10_000, 422, "body_invalid"),
        ({"subject": WANG.id}, 422, "body_invalid"),
        (asked(elements="person.name"), 422, "body_invalid"),
        (asked(elements=[1]), 422, "body_invalid"),
        (asked(elements=[]), 422, "body_invalid"),
        (asked(more=True), 422, "body_invalid"),
        (asked(subject=None), 422, "body_invalid"),
        (asked(elements=["e.e"] * 101), 422, "body_invalid"),
        (asked(subject="4" * 61), 422, "body_invalid"),
        (asked(subject="4" * 20_000), 413, "too_large"),
    ],
)
def test_what_is_not_the_agreed_json_is_refused(
    visit: Visit, body: Any, status: int, code: str
) -> None:
    answer = visit.ask(body, visit.key)
    assert (answer.status_code, answer.json()["code"]) == (status, f"kit.{code}")


def test_what_is_wrong_with_a_body_is_said_by_field_and_never_repeated(visit: Visit) -> None:
    answer = visit.ask(asked(purpose="王小明的事"), visit.key)
    assert set(answer.json()["fields"]) == {"purpose"}
    assert "王小明" not in answer.text


@pytest.mark.parametrize(
    "media", ["text/plain", "application/xml", "application/json; charset=gbk"]
)
def test_only_json_is_taken(visit: Visit, media: str) -> None:
    headers = {"authorization": f"Bearer {visit.key}", "content-type": media}
    answer = visit.client.post(ROUTE, content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "kit.media_type_unknown")


def test_who_asks_for_another_format_is_told_which_there_is(visit: Visit) -> None:
    headers = {"authorization": f"Bearer {visit.key}", "accept": "application/xml, text/*;q=0.5"}
    answer = visit.client.post(ROUTE, json=asked(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (406, "kit.not_acceptable")
    assert visit.sources.reads == 0


def test_who_does_not_say_who_they_are_is_told_how(visit: Visit) -> None:
    said = visit.ask(asked()).headers["www-authenticate"]
    assert said == 'Bearer realm="tongban"'
    assert 'error="invalid_token"' in visit.ask(asked(), "tbk_wrong").headers["www-authenticate"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_BODY = st.fixed_dictionaries(
    {},
    optional={
        "subject": st.sampled_from([WANG.id, "", "'", "470181199001011233 "]) | _JSON,
        "elements": st.lists(st.sampled_from([STATUS, "person.note", "x"]) | st.text()) | _JSON,
        "purpose": st.sampled_from([SERVICE, GRANT.code, "'; --"]) | _JSON,
        "case_number": st.text() | _JSON,
    },
)


@given(_BODY)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_sent_is_answered_or_refused_and_never_breaks(
    visit: Visit, body: dict[str, Any]
) -> None:
    before = count(visit)
    answer = visit.ask(body, visit.key)
    assert answer.status_code in (200, 400, 403, 404, 422)
    if answer.status_code == 200:
        assert count(visit) > before or set(answer.json()["data"]["values"].values()) == {None}
    else:
        assert {"type", "title", "status", "detail", "code"} <= set(answer.json())
        assert WANG.id not in answer.text


@pytest.mark.parametrize("path", ["999999/1", "306010/2", "%2e%2e", "306010", "王"])
def test_an_unknown_or_unconnected_resource_is_refused(visit: Visit, path: str) -> None:
    answer = visit.ask(asked(), visit.key, f"/api/exchange/resources/{path}")
    assert answer.status_code in (404, 409)


# Grants ------------------------------------------------------------------------------------------


def test_everyone_sees_who_may_use_what(visit: Visit) -> None:
    page = visit.browser.get("/grants").text
    assert GRANT.code in page
    assert "人力资源和社会保障局" in page
    assert visit.client.get("/api/exchange/grants").json()["total"] == 1
    csv = visit.client.get("/grants/export.csv").content.decode("utf-8-sig")
    assert GRANT.code in csv
    assert "人力资源和社会保障局" in csv
    assert "婚姻状况" in csv
    assert not any(code in csv for code in GRANT.items)
    assert visit.client.get("/grants/export.json").json()["data"][0]["code"] == GRANT.code
    assert "306010/1" in visit.browser.get(f"/grants/{GRANT.code}").text


def test_a_grant_is_applied_for_and_given_on_pages(visit: Visit) -> None:
    browser = visit.be("officer-labour")
    assert "婚姻登记信息" in browser.get("/grants/new").text
    assert "请选择要申请使用的信息资源" in browser.get("/grants/new?resource=").text
    form = browser.get("/grants/new?resource=306010/1").text
    assert "person.allowance" in form
    assert "person.note" not in form
    typed = {
        "resource": "306010/1",
        "items": ["person.allowance"],
        "purpose": "核对临时救助",
        "basis": "《社会救助暂行办法》",
        "rests_on": "law",
        "starts": "2026-11-24",
        "ends": "",
    }
    wrong = browser.send("/grants/new", **typed)
    assert wrong.status_code == 422
    assert "核对临时救助" in wrong.text
    assert 'value="person.allowance" checked' in wrong.text
    several = {**typed, "items": [], "basis": "", "starts": ""}
    summary = re.findall(
        r'<a href="#(\w+)">([^<]+)</a>', browser.send("/grants/new", **several).text
    )
    assert summary == [
        ("items", "信息项：请至少选择一个信息项"),
        ("basis", "依据的法律和条款：请写明依据的法律和条款"),
        ("starts", "开始日期：请填写日期，先年、再月、再日，例如 2026-03-05"),
        ("ends", "截止日期：请填写日期，先年、再月、再日，例如 2026-03-05"),
    ]
    swapped = browser.send("/grants/new", **{**typed, "ends": "05/03/2027"}).text
    assert "截止日期：日和月可能颠倒" in swapped
    assert 'value="05/03/2027"' in swapped
    assert "请填写日期" not in swapped
    sent = browser.send("/grants/new", **{**typed, "ends": "23 November 2027"})
    assert sent.status_code == 200
    code = str(sent.url).rsplit("/", 1)[-1]
    assert "待答复" in sent.text

    browser = visit.be("officer-civil")
    browser.get(f"/grants/{code}")
    undecided = browser.send(f"/grants/{code}/decide")
    assert undecided.status_code == 422
    no_reason = browser.send(f"/grants/{code}/decide", decision="refuse")
    assert no_reason.status_code == 422
    given = browser.send(
        f"/grants/{code}/decide", decision="give", starts="2026-11-24", ends="2027-06-30"
    )
    assert given.status_code == 200
    assert "2027年6月30日" in given.text
    ended = browser.send(f"/grants/{code}/end", reason="业务调整")
    assert "业务调整" in ended.text


def test_an_application_can_be_withdrawn_and_strangers_never_see_it(visit: Visit) -> None:
    browser = visit.be("officer-labour")
    browser.get("/grants/new?resource=306010/1")
    sent = browser.send(
        "/grants/new",
        resource="306010/1",
        items=[STATUS],
        purpose="核对",
        basis="某办法",
        rests_on="consent",
        starts="2026-11-24",
        ends="2026-12-24",
    )
    code = str(sent.url).rsplit("/", 1)[-1]
    assert visit.be("police").get(f"/grants/{code}").status_code == 404
    browser = visit.be("officer-labour")
    browser.get(f"/grants/{code}")
    assert "已终止" in browser.send(f"/grants/{code}/withdraw").text


def test_those_without_the_duty_cannot_apply_or_decide(visit: Visit) -> None:
    assert visit.be("clerk").get("/grants/new").status_code == 403
    browser = visit.be("wang")
    browser.get(f"/grants/{GRANT.code}")
    assert browser.send(f"/grants/{GRANT.code}/end", reason="不要").status_code == 403


def test_a_forged_form_changes_nothing(visit: Visit) -> None:
    visit.be("officer-civil")
    answer = visit.client.post(f"/grants/{GRANT.code}/end", data={"reason": "x", "csrf": "0" * 48})
    assert answer.status_code == 403


# My data -----------------------------------------------------------------------------------------


def test_a_use_for_a_draft_goes_by_its_service_and_never_by_an_internal_id(visit: Visit) -> None:
    draft = "0197b3a0-0000-7000-8000-000000000000"
    name = {"zh": "社会保险补贴", "en": "Insurance subsidy"}
    request = builders.a_use(case_number=draft, draft=True, service_name=name)
    use = visit.database.write(lambda unit: actions.open_use(unit, request))
    visit.database.write(lambda unit: actions.fetch(unit, use))
    browser = visit.be("wang")
    page = browser.get("/my/data-uses").text
    (line,) = visit.client.get("/my/data-uses/export.json").json()["data"]
    one = browser.get(f"/my/data-uses/{line['id']}").text
    sheet = visit.client.get("/my/data-uses/export.csv").content.decode("utf-8-sig")
    assert "社会保险补贴 · 草稿" in page
    assert (line["service"], line["case_number"], line["draft"]) == ("社会保险补贴", None, True)
    assert "草稿，还没有编号" in one
    assert draft not in page + one + sheet
    visit.client.cookies.set(http.LANGUAGE_COOKIE, "en")
    assert "Insurance subsidy · draft" in browser.get("/my/data-uses").text


def test_a_resident_sees_who_used_their_data_and_can_take_the_proof(visit: Visit) -> None:
    visit.declare()
    visit.ask(asked(case_number="2026-0001"), visit.key)
    visit.ask(asked(elements=[STATUS, "person.allowance"]), visit.key)
    browser = visit.be("wang")
    page = browser.get("/my/data-uses").text
    for words in (
        "人力资源和社会保障局",
        "婚姻状况",
        "核对婚姻状况",
        "2026-0001",
        "被拒绝",
    ):
        assert words in page
    assert "/ledger/entries/" in page
    assert "被拒绝，没有提供</strong>" not in browser.get("/my/data-uses?outcome=disclosed").text
    rows = visit.client.get("/my/data-uses/export.json").json()["data"]
    assert len(rows) == 2
    assert "婚姻状况" in visit.client.get("/my/data-uses/export.csv").content.decode("utf-8-sig")
    assert all(row["case_number"] in ("2026-0001", None) for row in rows)
    line = next(row["id"] for row in rows if row["outcome"] == "disclosed")
    assert "公开账本" in browser.get(f"/my/data-uses/{line}").text
    opening = visit.client.get(f"/my/data-uses/{line}/opening.json").json()
    assert opening["facts"]["subject"] == WANG.id
    assert (
        "没有共享授权允许这样使用"
        in browser.get(
            f"/my/data-uses/{next(row['id'] for row in rows if row['outcome'] == 'refused')}"
        ).text
    )


def test_the_page_is_empty_kindly_and_closed_to_those_it_is_not_about(visit: Visit) -> None:
    assert "还没有人用过您的数据" in visit.be("wang").get("/my/data-uses").text
    assert visit.be("clerk").get("/my/data-uses").status_code == 404
    assert "没有符合条件的记录" in visit.be("wang").get("/my/data-uses?department=x").text


def test_nobodys_identifier_or_value_reaches_a_log(
    visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    visit.ask(asked(), visit.key)
    visit.sources.down = True
    visit.ask(asked(), visit.key)
    visit.be("wang").get("/my/data-uses")
    assert WANG.id not in caplog.text


# The catalogue -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/catalog", "婚姻登记信息"),
        ("/catalog?q=婚姻", "婚姻登记信息"),
        ("/catalog?q=婚姻登记在哪个公园", "公园名录"),
        ("/catalog?q=没有的东西", "没有符合条件"),
        ("/catalog?lang=en", "Marriage register"),
        ("/catalog/resources/306010/1", "部门信息资源 › 民政 › 社会救助"),
        ("/catalog/resources/306010/2", "没有登记信息项"),
        ("/catalog/elements", "婚姻状况"),
        ("/catalog/elements?class=public", "企业名称"),
        ("/catalog/elements?q=没有", "没有符合条件"),
        ("/catalog/elements/person.name", "人口基本信息"),
        ("/catalog/elements/organisation.name", "还没有部门登记掌握它"),
        ("/catalog/export.csv", "信息资源分类"),
        ("/catalog/elements/export.csv", "person.marital_status"),
        ("/api/catalog/resources", "306010/1"),
        ("/api/catalog/resources/306010/1", "update_cycle"),
        ("/api/catalog/elements", "held_by"),
        ("/api/catalog/elements/person.name", "101001/1"),
        ("/catalog/export.json", "items"),
        ("/catalog/elements/export.json", "held_by"),
    ],
)
def test_every_page_of_the_catalogue_is_public_and_says_what_it_should(
    visit: Visit, path: str, words: str
) -> None:
    answer = visit.client.get(path)
    assert answer.status_code == 200
    assert words in answer.text


@pytest.mark.parametrize(
    "path", ["/catalog/resources/1/1", "/catalog/elements/x", "/api/catalog/resources/9/9"]
)
def test_what_is_not_registered_is_not_found(visit: Visit, path: str) -> None:
    assert visit.client.get(path).status_code == 404


def test_an_unknown_order_is_refused(visit: Visit) -> None:
    assert visit.client.get("/catalog?sort=magic").status_code == 422


def test_a_keyring_of_another_house_opens_nothing(visit: Visit) -> None:
    visit.ask(asked(), visit.key)
    visit.database.keyring = Keyring.fresh()
    assert count(visit) == 0


def test_dates_at_the_ends_of_time_bound_nothing(visit: Visit) -> None:
    visit.ask(asked(), visit.key)
    browser = visit.be("wang")
    for bounds in ("until=9999-12-31", "since=0001-01-01"):
        assert "/ledger/entries/" in browser.get(f"/my/data-uses?{bounds}").text


_CSRF = re.compile(rb'name="csrf" value="[0-9a-f]+"')
FORMS = (
    "/my/data-uses",
    "/my/data-uses?page=2",
    "/my/data-uses?state=disclosed",
    "/my/data-uses?department=human-resources",
    "/my/data-uses/export.csv",
    "/my/data-uses/export.json",
    "/my/data-uses/export.xlsx",
    "/api/my/data-uses",
)


def forms(visit: Visit) -> dict[str, bytes]:
    """Return what Wang is shown at each address, without the token that is another each time."""
    visit.be("wang")
    return {path: _CSRF.sub(b"", visit.client.get(path).content) for path in FORMS}


def differing(visit: Visit, before: dict[str, bytes]) -> list[str]:
    return [path for path, content in forms(visit).items() if content != before[path]]


@pytest.mark.parametrize("lines", [0, 1, 20])
def test_no_page_and_no_file_is_another_by_one_byte_for_what_is_kept_back(
    visit: Visit, lines: int
) -> None:
    visit.database.write(
        lambda unit: builders.adopt(unit, [GRANT, builders.INVESTIGATED, builders.CONSENTED])
    )
    for _ in range(lines):
        assert visit.ask(asked(), visit.key).status_code == 200
    before = forms(visit)
    body = {
        "subject": WANG.id,
        "elements": [STATUS],
        "purpose": builders.INVESTIGATED.code,
        "occasion": builders.INVESTIGATION.code,
        "occasion_reference": "J-2026-0007",
    }
    answer = visit.ask(body, visit.key)
    assert answer.status_code == 200
    assert differing(visit, before) == []
    line = answer.json()["data"]["disclosure"]
    for path in (f"/my/data-uses/{line}", f"/my/data-uses/{line}/opening.json"):
        assert visit.client.get(path).status_code == 404
    clock = visit.database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(dt.timedelta(days=30))
    assert set(differing(visit, before)) == {*FORMS}
    page = visit.be("wang").get(f"/my/data-uses/{line}").text
    assert "这次查询依法暂缓告知" in page
    assert "《某市调查规定》第八条" in page


@pytest.fixture
def signer() -> MemorySigner:
    """Who signs the ledger, which has nothing in it yet."""
    SIGNER.mark = Mark(TreeHead(0, EMPTY_ROOT))
    return SIGNER


def complete(visit: Visit, name: str = "wang") -> httpx.Response:
    """Return the complete file that somebody downloads, once everything is numbered and signed."""
    return visit.be(name).get("/my/data-uses/complete.json")


def test_the_complete_file_is_the_persons_own_and_says_so_where_nothing_is_signed_yet(
    visit: Visit, signer: MemorySigner
) -> None:
    visit.ask(asked(), visit.key)
    assert complete(visit).status_code == 503
    run_sequencer(visit.database, signer)
    answer = complete(visit)
    assert answer.status_code == 200
    assert 'filename="my-data-uses.json"' in answer.headers["content-disposition"]
    said = verify_uses(
        parse_uses(answer.content), read_trust(format_verifier_key(signer.key).encode())
    )
    assert (said.whole, said.lines) == (True, 1)
    assert WANG.id not in complete(visit, "zhao").text
    assert complete(visit, "").status_code == 401


def test_the_page_says_plainly_where_a_line_is_missing_and_shows_the_others(
    visit: Visit, signer: MemorySigner
) -> None:
    for _ in range(4):
        visit.ask(asked(), visit.key)
    run_sequencer(visit.database, signer)
    browser = visit.be("wang")
    page = browser.get("/my/data-uses").text
    assert "第 4 条" in page
    assert "缺" not in page.replace("一条不缺", "")
    attack(
        visit.database,
        "DELETE FROM exchange_disclosure WHERE entry ="
        " (SELECT entry FROM exchange_chain WHERE number = 2)",
    )
    page = browser.get("/my/data-uses").text
    assert "第 1 条之后缺 1 条" in page
    assert page.count('class="govuk-link tb-unbroken"') == 3, "the others stand there as before"
    assert "1 line is missing after line 1" in browser.get("/my/data-uses?lang=en").text
    attack(visit.database, "DELETE FROM exchange_chain WHERE number IN (1, 3)")
    page = browser.get("/my/data-uses?lang=zh").text
    assert "开头缺 1 条" in page
    assert "第 2 条之后缺 1 条" in page


def test_the_list_of_what_is_kept_back_is_for_who_oversees(visit: Visit) -> None:
    assert visit.be("auditor").get("/kept-back").status_code == 200
    for name in ("wang", "clerk", "officer-civil"):
        for path in ("/kept-back", "/api/exchange/kept-back", "/kept-back/export.csv"):
            assert visit.be(name).get(path).status_code == 403
