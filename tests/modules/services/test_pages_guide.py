"""The guide of a service and the page before an application: where it is done, and what is wanted when."""

import html

import msgspec
from tests.builders import services as builders
from tests.builders.services_web import City

from tongban.kernel.text import say
from tongban.kit.http import LANGUAGE_COOKIE
from tongban.modules.services.model import Material, Window


def test_the_start_page_of_a_listed_service_says_where_it_is_done(city: City) -> None:
    window = Window(address="政务服务中心三楼", phone="0600-5550110")
    bare = builders.Service(
        code="bare",
        name="名录",
        department="human-resources",
        window=window,
        apply_url="https://apply.example.cn/bare",
        guide_url="https://guide.example.cn/bare",
    )
    city.db.write(lambda unit: builders.adopt(unit, {"bare": bare}))
    page = city.as_wang().get("/services/bare/apply").text
    assert "下面是目前掌握的信息" not in page
    for told in (
        "由人力资源和社会保障局办理",
        "政务服务中心三楼",
        "0600-5550110",
        'href="https://apply.example.cn/bare"',
        'href="https://guide.example.cn/bare"',
        'href="/services/bare"',
    ):
        assert told in page


def test_the_guide_says_in_which_situations_a_paper_or_data_are_wanted(city: City) -> None:
    hourly, alone = 'situation.kind = "hourly"', 'situation.kind = "alone"'
    known = builders.definition()
    materials = (
        Material(code="contract", name="劳动合同", when=hourly),
        msgspec.structs.replace(known.materials[0], when=alone),
    )
    needs = (known.needs[0], msgspec.structs.replace(known.needs[1], when=alone))
    service = msgspec.structs.replace(
        known, code="some", materials=materials, needs=needs, rules=(), calculations=()
    )
    city.db.write(lambda unit: builders.adopt(unit, {"some": service}))
    question, (first, second) = service.situations[0].question, service.situations[0].options
    for language in ("zh", "en"):
        city.browser.client.cookies.set(LANGUAGE_COOKIE, language)
        page = html.unescape(city.browser.get("/services/some").text)
        asked = say(question, language)
        told = {one.code: say(one.name, language) for one in (first, second)}
        assert page.count(f"“{asked}”") == 3, page
        for name in told.values():
            assert name in page
