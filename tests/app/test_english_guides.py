"""The guides of the demonstration in English: words that follow one another stand apart."""

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

_JOINED = re.compile(r"[a-z]Only where")


@pytest.mark.parametrize(
    "service", ["disability-subsidies", "individual-business-registration", "public-rental-housing"]
)
def test_a_situation_stands_apart_from_what_it_limits(
    client: TestClient[Litestar], service: str
) -> None:
    client.cookies.set("tongban_language", "en")
    text = re.sub(r"<[^>]+>", "", client.get(f"/services/{service}").text)
    assert _JOINED.findall(text) == []
    assert "Only where" in text
