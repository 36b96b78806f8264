"""Each request has a number: in its line of the log, in its answer, and on a page that refuses."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from tests.builders.doors import Near

from tongban.app.web import create
from tongban.kit import logs
from tongban.kit.house import House

GIVEN = "0f" * 16


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    made = io.StringIO()
    logs.configure("json", "info", made)
    yield made
    logs.end()
    logging.getLogger("tongban").setLevel(logging.NOTSET)


@pytest.fixture
def near(house: House) -> Iterator[TestClient[Litestar]]:
    """A client at the address of a proxy that the settings name."""
    with TestClient(standing_at(house), raise_server_exceptions=False) as one:
        yield one


def standing_at(house: House) -> Any:
    return Near(create(house, lambda: None, lambda: None))


def told(stream: io.StringIO) -> list[dict[str, object]]:
    logs.end()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [line for line in lines if line["event"] == "request"]


def test_the_number_is_in_the_line_in_the_answer_and_on_the_page_that_refuses(
    stream: io.StringIO, client: TestClient[Litestar]
) -> None:
    well = client.get("/services?q=tea")
    lost = client.get("/v/nothing-here", headers={"Accept-Language": "en"})
    nowhere = client.get("/nowhere", headers={"Accept-Language": "en"})
    first, second, third = told(stream)
    assert (first["request"], first["status"]) == (well.headers["x-request-id"], 200)
    assert (first["method"], first["route"], first["actor"]) == ("GET", "/services", "visitor")
    assert isinstance(first["ms"], float)
    assert "reason" not in first
    assert (second["route"], second["status"], second["reason"]) == (
        "/v/{code}",
        404,
        "certificates.not_found",
    )
    assert lost.headers["x-request-id"] == second["request"] != first["request"]
    assert (third["route"], third["reason"]) == ("-", "kit.not_found")
    assert str(third["request"]) in nowhere.text
    assert "quote the number of this request" in nowhere.text


def test_a_form_that_is_refused_tells_which_faults_its_fields_have(
    stream: io.StringIO, client: TestClient[Litestar]
) -> None:
    page = client.get("/sign-in").text
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    client.post("/sign-in", data={"csrf": token, "login": "nobody.here", "password": "wrong words"})
    line = told(stream)[-1]
    assert (line["route"], line["status"]) == ("/sign-in", 422)
    assert line["reason"] == "identity.sign_in_wrong"
    assert "nobody.here" not in stream.getvalue()


PADDED = "00000000000000470181198304129020"
"""A resident number among noughts."""


@pytest.mark.parametrize(
    "given",
    [
        *("470181199001011233", "A" * 32, "0f" * 17, f"{GIVEN}\x0b", "zhang san"),
        *(PADDED, "abcdef47018119830412902fabcdef00", "00000000-4701-8119-8304-129020000000"),
    ],
)
def test_a_number_that_a_proxy_would_not_make_is_replaced(
    near: TestClient[Litestar], given: str
) -> None:
    answer = near.get("/healthz", headers={"X-Request-Id": given})
    assert answer.headers["x-request-id"] not in (given, "")


def test_a_number_is_taken_from_a_proxy_that_is_named_and_from_nobody_else(
    house: House, near: TestClient[Litestar], client: TestClient[Litestar]
) -> None:
    for given in (GIVEN, "3f2b8c1e-5d0a-4c7e-9b1f-0123456789ab"):
        assert (
            near.get("/healthz", headers={"X-Request-Id": given}).headers["x-request-id"] == given
        )
    assert client.get("/healthz", headers={"X-Request-Id": GIVEN}).headers["x-request-id"] != GIVEN
    unnamed = replace(house, settings=replace(house.settings, proxies="10.0.0.1"))
    with TestClient(standing_at(unnamed)) as other:
        assert (
            other.get("/healthz", headers={"X-Request-Id": GIVEN}).headers["x-request-id"] != GIVEN
        )
