"""The pages for developers say what is so: doors, examples that work when pasted, reasons."""

import re
import shlex
from html import unescape
from itertools import pairwise

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tongban.kit.house import House
from tongban.kit.interface.document import operations
from tongban.modules.exchange import actions as exchange

_COMMAND = re.compile(r'<pre class="tb-file"[^>]*>(curl .*?)</pre>', re.DOTALL)


def _run(client: TestClient[Litestar], command: str, key: str) -> int:
    """Send what a shell would make of a command; returns the status of the answer."""
    words = shlex.split(command.replace("$KEY", key))
    assert words[:2] == ["curl", "-sS"]
    headers = {
        name: value.strip()
        for flag, line in pairwise(words)
        if flag == "-H"
        for name, _, value in [line.partition(":")]
    }
    body = words[words.index("-d") + 1].encode() if "-d" in words else None
    method = "POST" if body else "GET"
    return client.request(method, words[2], headers=headers, content=body).status_code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_examples_of_the_first_page_work_when_they_are_pasted(
    client: TestClient[Litestar], house: House, language: str
) -> None:
    key = house.db.write(
        lambda unit: exchange.add_client(unit, "inspection", "", "medical-insurance")
    )
    page = client.get(f"/developers?lang={language}")
    assert page.status_code == 200
    commands = [unescape(each) for each in _COMMAND.findall(page.text)]
    assert len(commands) == 4
    assert [_run(client, each, key) for each in commands] == [200] * 4


def test_every_door_has_a_page_and_every_reason_too(
    client: TestClient[Litestar], application: Litestar
) -> None:
    whole = client.get("/developers").text
    for one in operations(application):
        assert f"/developers/doors/{one.id}" in whole
        page = client.get(f"/developers/doors/{one.id}")
        assert (page.status_code, one.path in unescape(page.text)) == (200, True), one.id
        assert all(f"/developers/problems/{each.code}" in page.text for each in one.problems)
    reasons = client.get("/developers/problems").text
    for code in {code for one in operations(application) for code in one.codes}:
        assert f'href="/developers/problems/{code}"' in reasons
        assert client.get(f"/developers/problems/{code}").status_code == 200


def test_the_type_of_a_problem_leads_to_its_page(client: TestClient[Litestar]) -> None:
    refused = client.get("/api/services/nowhere", headers={"accept-language": "en"}).json()
    page = client.get(refused["type"], headers={"accept-language": "en"})
    assert page.status_code == 200
    assert refused["title"] in page.text
    assert client.get("/developers/problems/no.such_reason").status_code == 404


def test_no_page_for_developers_loads_anything_from_elsewhere(client: TestClient[Litestar]) -> None:
    page = client.get("/developers")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert re.findall(r'(?:src|href)="https?://', page.text) == []


def test_the_footer_leads_there(client: TestClient[Litestar]) -> None:
    assert 'href="/developers"' in client.get("/").text
