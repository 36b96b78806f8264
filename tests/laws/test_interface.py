"""The description of the interface is true: of every door for programs, and of nothing else."""

import ast
import json
import re
import runpy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from litestar import Litestar
from litestar.testing import TestClient
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.builders.doors import filled

from tongban.app.developers import description
from tongban.kernel.errors import Kind
from tongban.kernel.text import LANGUAGES
from tongban.kit.house import House
from tongban.kit.http import SESSION_COOKIE, STATUS
from tongban.kit.i18n import catalogue
from tongban.kit.interface.declaration import ANYWHERE, Operation
from tongban.kit.interface.document import operations
from tongban.modules.exchange import actions as exchange
from tongban.modules.identity import actions as identity
from tongban.modules.identity import queries

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "tongban"


def _handlers(application: Litestar) -> list[tuple[str, Any]]:
    return [
        (route.path_format, handler)
        for route in application.routes
        for handler in getattr(route, "route_handlers", [])
        if not handler.opt.get("is_static")
    ]


def test_the_description_is_a_valid_one(application: Litestar) -> None:
    OpenAPIV31SpecValidator(description(application)).validate()


def test_the_description_is_the_same_each_time(application: Litestar) -> None:
    first, second = (json.dumps(description(application)) for _ in range(2))
    assert first == second


def test_every_door_for_programs_is_described_at_its_path_and_nothing_else(
    application: Litestar,
) -> None:
    described = {
        (path, method.upper())
        for path, item in description(application)["paths"].items()
        for method in item
    }
    there = {
        (path, method)
        for path, handler in _handlers(application)
        if handler.opt.get("operation") is not None
        for method in handler.http_methods - {"OPTIONS"}
    }
    assert described == there
    assert all(path in {each for each, _ in described} for path, _ in _handlers(application)
               if path.startswith("/api/"))  # fmt: skip


def test_a_door_that_is_not_described_answers_no_json(
    client: TestClient[Litestar], application: Litestar, house: House
) -> None:
    """Every page is visited by somebody who may: what comes is a page, a file or a way on."""
    told = []
    for login in (None, "sun", "hr-officer", "admin"):
        if login is not None:
            session = house.db.write(partial(identity.demonstration_sign_in, account=login))
            client.cookies.set(SESSION_COOKIE, session.token)
        for path, handler in _handlers(application):
            if handler.opt.get("operation") is not None or "GET" not in handler.http_methods:
                continue
            answer = client.get(filled(path), headers={"accept": "*/*"}, follow_redirects=False)
            if "json" in answer.headers.get("content-type", ""):
                told.append(path)
    assert told == []


def test_only_the_kit_writes_json_answers() -> None:
    by_hand = re.compile(r"json_answer\(|MediaType\.JSON|return ok\(")
    found = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if by_hand.search(path.read_text("utf-8"))
    ]
    kit = ["kit/http.py", "kit/interface/doors.py", "kit/lists/doors.py"]
    assert sorted(found) == ["app/health.py", *kit], "whether it is ready has two answers"


def _refused_in_code() -> dict[str, set[str]]:
    """Return every code that is refused with a written kind somewhere, and by which kinds."""
    found: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        names = {
            (node.targets[0].id, node.value.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal"):
                continue
            code, *kinds = node.args
            said = ast.literal_eval(code) if isinstance(code, ast.Constant) else ""
            said = said or dict(names).get(getattr(code, "id", ""), "")
            if said and kinds and isinstance(kinds[0], ast.Attribute):
                found.setdefault(str(said), set()).add(kinds[0].attr)
    return found


def test_every_reason_has_the_status_that_it_has_in_the_code(application: Litestar) -> None:
    written = _refused_in_code()
    problems = {one for door in operations(application) for one in door.problems} | set(ANYWHERE)
    wrong = [
        one
        for one in problems
        if one.code in written
        and one.code != "kit.bug"
        and one.status not in {STATUS[Kind[kind]] for kind in written[one.code]}
    ]
    assert wrong == []
    assert len({one.code for one in problems}) == len(problems), "a reason has one status"


def test_every_reason_has_its_sentence(application: Litestar) -> None:
    for door in operations(application):
        for one in door.problems:
            module, _, fact = one.code.partition(".")
            assert set(catalogue()[f"{module}.refusal.{fact}"]) == set(LANGUAGES), one.code


def test_every_part_of_an_address_and_of_a_body_says_what_it_is(application: Litestar) -> None:
    whole = description(application)
    silent = [
        f"{path} {each['name']}"
        for path, item in whole["paths"].items()
        for operation in item.values()
        for each in operation["parameters"]
        if not each.get("description")
    ]
    assert silent == []


def test_every_door_says_what_it_is_for_in_both_languages(application: Litestar) -> None:
    for door in operations(application):
        assert set(catalogue()[door.message]) == set(LANGUAGES)
        assert set(catalogue()[f"{door.module}.interface.about"]) == set(LANGUAGES)


def test_the_client_of_the_example_is_what_the_description_makes() -> None:
    module = runpy.run_path(str(ROOT / "script" / "client"))
    description = json.loads(module["DESCRIPTION"].read_text("utf-8"))
    assert module["CLIENT"].read_text("utf-8") == module["client"](description), (
        "run: script/client"
    )


def _with_example(application: Litestar) -> list[Operation]:
    return [one for one in operations(application) if one.example.values or one.example.body]


def test_every_path_with_a_place_has_an_example_or_is_about_what_only_a_running_one_has(
    application: Litestar,
) -> None:
    without = {one.id for one in operations(application) if one.places} - {
        one.id for one in _with_example(application)
    }
    assert without == {
        "credential_status",
        "ledger_entry",
        "ledger_proof",
        "ledger_tile",
        "my_certificate_opening",
        "my_data_use_opening",
    }


def test_every_example_is_answered_as_it_says(
    client: TestClient[Litestar], application: Litestar, house: House
) -> None:
    whole = description(application)
    tried = 0
    for one in operations(application):
        if one.places and not one.example.values:
            continue
        answer = client.request(one.method, **_sent(house, one))
        if answer.status_code in (401, 403) and not one.example.by:
            assert one.access.kind != "public"
            continue
        said = whole["paths"][one.path][one.method.lower()]["responses"][str(answer.status_code)]
        assert answer.status_code == 200 or one.id in _NOT_YET, (one.id, answer.text)
        media = answer.headers["content-type"].partition(";")[0]
        schema = said["content"][media].get("schema")
        if schema is not None and "json" in media:
            Draft202012Validator({**schema, "components": whole["components"]}).validate(
                answer.json()
            )
        tried += 1
    assert tried > 20


_NOT_YET = {"credential_trust", "credential_status", "ledger_consistency", "readyz"}
"""What a demonstration that was just set up has not: nothing was sealed, and nobody numbers entries."""


def _sent(house: House, one: Operation) -> dict[str, Any]:
    path = one.path
    for name in one.places:
        path = path.replace(f"{{{name}}}", one.example.values[name])
    query = {name: text for name, text in one.example.values.items() if name not in one.places}
    sent: dict[str, Any] = {"url": path, "params": query}
    if one.example.body is not None:
        sent["json"] = dict(one.example.body)
        with house.db.read() as reader:
            account = queries.account_by_login(reader, one.example.by)
            department = queries.actor_of(reader, account.id).department
        key = house.db.write(lambda unit: exchange.add_client(unit, "system", "", department))
        sent["headers"] = {"authorization": f"Bearer {key}"}
    return sent


def test_the_description_is_served_with_a_tag_and_once_only(client: TestClient[Litestar]) -> None:
    first = client.get("/openapi.json")
    assert first.status_code == 200
    assert first.json()["openapi"] == "3.1.0"
    again = client.get("/openapi.json", headers={"if-none-match": f'"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/api/nowhere", "/api/services/nowhere", "/ledger/proof/x"])
def test_what_is_not_there_is_a_problem(client: TestClient[Litestar], path: str) -> None:
    answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "en"
    assert answer.json()["type"].startswith("/developers/problems/")


@pytest.mark.parametrize("path", ["/api/services", "/ledger/checkpoint", "/about/export.json"])
def test_a_method_that_is_none_is_a_problem_that_names_those_that_are(
    client: TestClient[Litestar], path: str
) -> None:
    answer = client.delete(path)
    assert (answer.status_code, answer.json()["code"]) == (405, "kit.no_method")
    assert {"GET", "HEAD"} <= set(answer.headers["allow"].split(", "))


def test_whoever_comes_with_a_browser_keeps_pages(client: TestClient[Litestar]) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for path in ("/ledger/proof/x", "/my/data-uses/x/opening.json"):
        answer = client.get(path, headers=browser)
        assert answer.headers["content-type"].startswith("text/html"), path


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("lang=zh&lang=en", "kit.parameter_twice"),
        ("lang=xx", "kit.parameter_invalid"),
        ("from=1&more=1", "kit.parameter_unknown"),
        ("to=1", "kit.parameter_missing"),
        ("from=1.0", "kit.parameter_invalid"),
        ("from=-1", "kit.parameter_invalid"),
        ("from=%2B1", "kit.parameter_invalid"),
        ("from=", "kit.parameter_invalid"),
    ],
)
def test_an_address_says_what_is_described_and_once(
    client: TestClient[Litestar], query: str, code: str
) -> None:
    answer = client.get(f"/ledger/consistency?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, code)
