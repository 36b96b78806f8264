"""The parts that pages are made of: what they say, and that they say it safely."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from tongban.kernel.actors import VISITOR
from tongban.kernel.text import cited, say
from tongban.kit.html import _marks, environment, show_instant
from tongban.kit.i18n import translator

NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def words(language: str = "zh") -> dict[str, Any]:
    """What every page knows."""
    return {
        "t": translator(language),
        "say": lambda text: say(text, language),
        "language": language,
        "actor": VISITOR,
        "government": "云溪市人民政府",
        "navigation": [{"href": "/services", "text": "办事服务", "current": True}],
        "demonstration": None,
        "unread": 0,
        "languages": ("zh", "en"),
        "path": "/services",
        "way_back": "/services",
        "csrf": lambda: Markup('<input type="hidden" name="csrf" value="x">'),
        "asset": lambda name: f"/static/{name}",
        "show_instant": lambda at: show_instant(at, language, ZoneInfo("Asia/Shanghai")),
        "NINE": NINE,
    }


def part(call: str, language: str = "zh") -> str:
    """Render one call of a macro."""
    name = call.split("(")[0]
    source = f'{{% from "kit/macros.html" import {name} with context %}}{{{{ {call} }}}}'
    return environment().from_string(source).render(words(language))


def frame(**context: Any) -> str:
    """Render a page that has nothing but its frame."""
    source = '{% extends "kit/frame.html" %}{% block title %}办事{% endblock %}'
    return environment().from_string(source).render({**words(), **context})


def test_what_a_person_typed_is_never_taken_for_markup() -> None:
    shown = part('facts([{"label": "姓名", "value": "<script>alert(1)</script>"}])')
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_fact_that_is_absent_is_said_to_be_absent_and_nothing_is_invented() -> None:
    assert "未提供" in part('facts([{"label": "电话", "value": ""}])')
    assert "Not stated" in part('facts([{"label": "Phone", "value": none}])', "en")
    assert ">0<" in re.sub(r"\s", "", part('facts([{"label": "费用", "value": 0}])'))


def test_a_value_says_which_department_it_came_from_and_when_in_local_time() -> None:
    shown = part('source("公安局", NINE)')
    assert "来源：公安局" in shown
    assert "2026年11月24日 09:00" in shown


def test_each_cell_of_a_table_carries_its_column_for_narrow_screens() -> None:
    shown = part('table("办件", ["编号", {"text": "天数", "numeric": true}], [["A1", 3]])')
    assert '<th scope="row" role="rowheader">A1</th>' in shown
    assert 'class="tb-number" data-label="天数"' in shown


def test_pages_far_away_are_left_out_of_the_pagination() -> None:
    shown = part('pagination(6, 40, "?q=a&page={page}")')
    assert [int(n) for n in re.findall(r'aria-label="第 (\d+) 页"', shown)] == [1, 5, 6, 7, 40]
    assert 'href="?q=a&amp;page=5"' in shown
    assert part('pagination(1, 1, "?page={page}")').strip() == ""


def test_a_card_says_its_colour_in_words() -> None:
    assert "黄牌" in part('card("yellow")')
    assert "Red card" in part('card("red")', "en")


def test_a_name_that_nobody_gave_is_an_error_and_a_missing_key_is_not() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody_gave_this }}").render()
    with pytest.raises(UndefinedError):
        environment().from_string("{% if nobody_gave_this %}{% endif %}").render()
    assert environment().from_string("{{ thing.key }}").render(thing={}) == ""


def test_the_frame_runs_no_code_and_no_style_that_stands_in_the_page() -> None:
    shown = frame()
    assert re.findall(r"<script(?![^>]*\bsrc=)", shown) == []
    assert "<style" not in shown
    assert re.findall(r"\s(?:style|on[a-z]+)=", shown) == []


def test_a_demonstration_is_named_on_the_page_and_in_its_title() -> None:
    person = {
        "id": "chen",
        "login": "chen",
        "name": "陈晓雯",
        "role": {"zh": "居民", "en": "Resident"},
    }
    accounts = [{**person, "current": True}]
    shown = frame(demonstration={"realm": "demonstration", "accounts": accounts, "now": NINE})
    assert "<title>办事 – 云溪市人民政府 – 演示</title>" in shown
    assert '<option value="chen" selected>陈晓雯 chen · 居民</option>' in shown
    assert "机构、人员和数据均为虚构" in shown


def test_a_real_government_shows_nothing_of_a_demonstration() -> None:
    assert "演示" not in frame()


def test_the_page_tells_its_language_and_offers_the_other_one() -> None:
    shown = frame(way_back="/services?q=补贴")
    assert '<html lang="zh-Hans"' in shown
    assert "/language/en?to=/services%3Fq%3D" in shown


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("甲法", "《甲法》"),
        ("《甲法》", "《甲法》"),
        ("关于修改《甲法》的决定", "《关于修改《甲法》的决定》"),
        ("关于修改《甲法》", "《关于修改《甲法》》"),
        ("《甲法》实施办法", "《《甲法》实施办法》"),
        ("《关于修改《甲法》》", "《关于修改《甲法》》"),
    ],
)
def test_a_law_stands_in_marks_and_keeps_those_inside_its_title(title: str, shown: str) -> None:
    assert cited(title, "第二条", "zh") == f"{shown}第二条"
    assert cited(title, {"zh": "第二条", "en": "article 2"}, "en") == f"{shown}第二条"


def test_a_law_with_an_english_title_is_cited_as_english_cites() -> None:
    law, article = {"zh": "甲法", "en": "First Law"}, {"zh": "第二条", "en": "article 2"}
    assert _marks("en")["cited"](law, article) == "First Law, article 2"
    assert _marks("zh")["cited"](law, article) == "《甲法》第二条"
    assert cited(law, "", "en") == "First Law"
