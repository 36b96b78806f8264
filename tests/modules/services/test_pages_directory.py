"""What the directory promises: to apply only where somebody can, and online only where that leads."""

import io
import re
import zipfile

from tests.builders import services as builders
from tests.builders.services import SUBSIDY
from tests.builders.services_web import City

START, ONLINE = "开始申请", "可在线申请"


def _add(city: City, **changed: object) -> None:
    values: dict[str, object] = {"name": "名录", "department": "human-resources", **changed}
    other = builders.Service(code="other", **values)  # type: ignore[arg-type]  # builder
    city.db.write(lambda unit: builders.adopt(unit, {"other": other}))


def _online(city: City) -> None:
    claims = builders.definition(channels=("1", "2"))
    city.db.write(lambda unit: builders.adopt(unit, {SUBSIDY: claims}))


def test_where_no_resident_can_sign_in_nothing_says_apply_and_pages_say_where_to_go(
    city: City,
) -> None:
    _online(city)
    visitor = city.as_nobody()
    guide = visitor.get(f"/services/{SUBSIDY}").text
    assert START not in guide
    assert "请到窗口办理" in guide
    for words in ("政务服务中心一楼", "0600-5550101", "工作日 09:00–17:00"):
        assert words in guide
    assert "网上" not in guide.replace("不能在网上申请", "")
    listing = visitor.get("/services").text
    assert ONLINE not in listing
    assert "可以在线申请" not in listing
    assert "到窗口申请" in listing
    assert "到窗口申请" in visitor.get("/services/export.csv").content.decode("utf-8-sig")
    assert visitor.get(f"/api/services/{SUBSIDY}").json()["data"]["can_apply"] is False


def test_a_workbook_says_by_which_department_it_is_narrowed_without_a_count(city: City) -> None:
    visitor = city.as_nobody()
    shown = re.search(r'"human-resources"[^>]*>\s*([^<(]+) \(\d+\)', visitor.get("/services").text)
    assert shown is not None, "on the page with a count"
    answer = visitor.get("/services/export.xlsx?department=human-resources")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        said = re.search("<dc:subject>(.*)</dc:subject>", book.read("docProps/core.xml").decode())
    assert said is not None
    assert said[1].endswith(shown[1])


def test_where_residents_can_sign_in_the_guide_leads_to_the_application(city: City) -> None:
    _online(city)
    city.as_wang()
    visitor = city.as_nobody()
    guide = visitor.get(f"/services/{SUBSIDY}").text
    assert START in guide
    assert "网上办理" in guide
    assert ONLINE in visitor.get("/services").text
    assert visitor.get(f"/api/services/{SUBSIDY}").json()["data"]["can_apply"] is True


def test_a_listed_service_that_can_be_applied_for_elsewhere_leads_there(city: City) -> None:
    _add(city, channels=("1", "2"), apply_url="https://elsewhere.example/apply")
    guide = city.as_nobody().get("/services/other").text
    assert 'href="https://elsewhere.example/apply"' in guide
    assert "电脑端网上办理" in guide


def test_a_listed_service_that_leads_nowhere_claims_no_way_online(city: City) -> None:
    _add(city, channels=("1", "2", "3"))
    guide = city.as_nobody().get("/services/other").text
    assert "窗口办理" in guide
    assert "网上" not in guide
