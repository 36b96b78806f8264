"""People find a service of the demonstration by the words they would use, and read it in their language."""

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
        ("老人", "old-age-allowance"),
        ("退休", "resident-pension"),
        ("摆摊", "individual-business-registration"),
        ("没工作了有什么补助", "unemployment-benefit"),
        ("看病花光了钱", "medical-aid"),
        ("新车上牌", "vehicle-registration"),
        ("开加油站", "hazardous-permit"),
        ("爸妈的房子怎么过到我名下？", "real-estate-transfer"),
        ("sfz", "identity-card"),
        ("put the apartment in my name", "real-estate-transfer"),
    ],
)
def test_everyday_words_find_the_service_first(client: Client, question: str, service: str) -> None:
    found = _found(client, question, "en" if question.isascii() else "zh")
    assert found
    assert found[0] == service


@pytest.mark.parametrize(
    ("question", "services"),
    [
        ("生孩子", {"birth-certificate", "birth-household", "maternity-allowance"}),
        ("买房", {"fund-withdrawal", "real-estate-transfer"}),
    ],
)
def test_what_happens_to_people_finds_every_service_that_goes_with_it(
    client: Client, question: str, services: set[str]
) -> None:
    assert services <= set(_found(client, question, "zh"))


def test_what_the_city_does_not_do_finds_nothing_or_says_that_only_some_words_fit(
    client: Client,
) -> None:
    for question in ("健康证", "网约车司机证"):
        assert _found(client, question, "zh") == []
    told = client.get("/services", params={"q": "驾驶证到期换证"}).text
    assert "没有事项同时包含“驾驶证到期换证”的所有词" in told


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


def test_an_english_guide_calls_laws_in_english_and_leaves_others_in_marked_chinese(
    client: Client,
) -> None:
    client.cookies.set("tongban_language", "en")
    known = client.get("/services/unemployment-benefit").text
    assert "Social Insurance Law, article 45" in known
    assert "中华人民共和国社会保险法" not in known
    unknown = client.get("/services/hazardous-permit").text
    assert '<span lang="zh-Hans">《中华人民共和国危险化学品安全法》第五十五条</span>' in unknown
