"""People find a service of the demonstration by the words that they would use for it."""

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

Client = TestClient[Litestar]


def _found(client: Client, question: str, language: str) -> list[str]:
    text = client.get("/services", params={"q": question, "lang": language}).text
    return re.findall(r'<h2[^>]*><a[^>]* href="/services/([\w-]+)"', text)


@pytest.mark.parametrize(
    ("question", "service"),
    [
        ("get married", "marriage-registration"),
        ("I want to marry", "marriage-registration"),
        ("open a shop", "individual-business-registration"),
        ("lost my ID card", "identity-card"),
        ("养老保险", "resident-pension"),
        ("養老保險", "resident-pension"),
        ("結婚登記", "marriage-registration"),
        ("個體工商戶", "individual-business-registration"),
    ],
)
def test_everyday_words_find_the_service_first(client: Client, question: str, service: str) -> None:
    found = _found(client, question, "en" if question.isascii() else "zh")
    assert found
    assert found[0] == service


@pytest.mark.parametrize(
    ("simple", "traditional"),
    [("养老保险", "養老保險"), ("残疾人", "殘疾人"), ("户口", "戶口"), ("医疗", "醫療")],
)
def test_traditional_characters_find_what_simplified_ones_do(
    client: Client, simple: str, traditional: str
) -> None:
    for place in ("/services", "/catalog", "/catalog/elements", "/about"):
        answers = [
            re.findall(
                r'<(?:h2|th)[^>]*>.*?href="(/[^"]+)"', client.get(place, params={"q": q}).text
            )
            for q in (simple, traditional)
        ]
        assert answers[0] == answers[1]
    assert _found(client, simple, "zh")


@pytest.mark.parametrize(("language", "next_step"), [("zh", "打电话"), ("en", "Or call")])
def test_where_nothing_is_found_the_page_says_what_to_do_next(
    client: Client, language: str, next_step: str
) -> None:
    client.cookies.set("tongban_language", language)
    text = client.get("/services", params={"q": "qqqq"}).text
    assert not re.findall(r'href="/services/[\w-]+"', text)
    assert next_step in text
    assert "0600-5550100" in text
