"""One subsidy from the search box to a proof that anybody can check."""

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from tests.browser import journeys
from tests.browser.town import PROGRAM, Town, copied, served
from tests.browser.walker import Entering, Walker, Windows, entering

from tongban.app.setup import ready
from tongban.kit import testing

pytestmark = pytest.mark.browser


def _indicators(walker: Walker) -> dict[str, str]:
    walker.go("/indicators")
    rows = walker.page.locator("main tbody tr").all()
    return {row.locator("th").inner_text(): row.locator("td").nth(1).inner_text() for row in rows}


def _moved(walker: Walker, before: dict[str, str]) -> set[str]:
    """Look a few times: a recount follows what happened by a moment."""
    moved: set[str] = set()
    for _ in range(20):
        after = _indicators(walker)
        moved = {name for name in after if after[name] != before.get(name)}
        if len(moved) >= 5:
            break
        walker.page.wait_for_timeout(250)
    return moved


def _find_by_search(resident: Walker) -> None:
    resident.go("/")
    resident.page.locator("#search").fill("社保补贴")
    with resident.leaving():
        resident.page.keyboard.press("Enter")
    resident.follow(journeys.NAME)
    resident.title_is(journeys.NAME)
    resident.sees("下面这些政府已经掌握，您不用提供。", "承诺时限", "7 个工作日")
    resident.press("开始申请")


def _apply_refusing_one(resident: Walker) -> str:
    """Apply; one department is refused, and its fields become questions."""
    journeys.begin(resident)
    resident.sees("公安局", "人力资源和社会保障局", "市税务局", "财政局")
    resident.sees("依照所列规定，办理时会查询这些数据，不需要您同意。")
    resident.sees("《中华人民共和国就业促进法》第五十二条")
    journeys.consent(resident, refused=["公安局"])
    resident.sees("您选择了自己填写。后面会请您填写：", "¥9,360.00", "来源：市税务局")
    journeys.answer(resident)
    resident.sees("您没有同意使用；由您填写：", journeys.PHONE, "大龄失业人员")
    resident.sees("最晚 2026年12月10日办结。")
    return journeys.send(resident)


def _walk_the_office(enter: Entering, number: str) -> None:
    """Two departments review, a person decides."""
    officer = enter("hr-officer")
    officer.go("/work")
    expect(officer.row(number)).to_contain_text("新")
    journeys.open_case(officer, number)
    officer.sees_not("建议核实后准予")  # which is for who decides
    officer.press("受理")
    journeys.review(officer, number)
    medical = enter("medical-officer")
    journeys.review(medical, number)
    head = enter("hr-head")
    journeys.start_deciding(head, number)
    expect(head.page.get_by_role("radio", name="准予")).not_to_be_checked()
    head.sees("建议核实后准予", "¥6,480.00", "第七条")
    journeys.approve(head, number)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(
    request: pytest.FixtureRequest,
    demonstration_data: Path,
    postgresql_server: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Town]:
    """The town of this file, once on each kind of database."""
    folder = tmp_path_factory.mktemp("town")
    if request.param == "sqlite":
        with served(copied(demonstration_data, folder)) as running:
            yield running
        return
    name = testing.new_name("journey")
    testing.make_empty(postgresql_server, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGBAN_DATABASE", testing.address_of(postgresql_server, name))
        house = ready(None, folder / "data", "http://127.0.0.1:8000", testing.clock_at())
        assert house.db.dialect == "postgresql"
        house.db.close()
        with served(folder / "data") as running:
            yield running
    testing.drop(postgresql_server, name)


@pytest.fixture(scope="module")
def walked(town: Town, windows: Windows) -> str:
    """The case of a resident who refused one department, walked to its end; its number."""
    with entering(town, windows) as enter:
        before = _indicators(enter("inspector"))
        resident = enter("lin")
        _find_by_search(resident)
        number = _apply_refusing_one(resident)
        _walk_the_office(enter, number)
        journeys.until_sees(resident, f"/my/cases/{number}", "已准予，已办结")
        moved = _moved(resident, before)
        assert len(moved) >= 5, f"only {moved} moved from {before}"
    return number


def test_a_resident_finds_the_subsidy_applies_and_is_granted_it(
    walked: str, enter: Entering
) -> None:
    resident = enter("lin")
    resident.go(f"/my/cases/{walked}")
    resident.sees("已准予，已办结", "准予您的申请。", "梁国栋", "办结")
    resident.go("/messages")
    for said in ("的申请已收到", "已受理", "已准予", "已办结"):
        resident.sees(f"“{journeys.NAME}”{said}")
    resident.go("/my")
    expect(resident.row(walked)).to_contain_text("已准予，已办结")


def test_the_receipt_says_by_which_day_and_why(walked: str, enter: Entering) -> None:
    resident = enter("lin")
    resident.go(f"/my/cases/{walked}/receipt")
    expect(resident.fact("最晚受理日期")).to_contain_text("2026年12月1日")
    expect(resident.fact("承诺办结日期（最晚）")).to_contain_text("2026年12月10日")
    why = resident.page.locator("details").filter(has_text="承诺日期怎样计算")
    why.locator("summary").click()
    expect(why.locator("tr", has_text="2026年12月5日 周六")).to_contain_text("周末，不计")
    expect(why.locator("tr", has_text="2026年12月10日 周四").locator("td").first).to_have_text("7")


def test_the_receipt_can_be_printed_without_what_surrounds_it(walked: str, enter: Entering) -> None:
    resident = enter("lin")
    resident.go(f"/my/cases/{walked}/receipt")
    expect(resident.page.get_by_role("button", name="打印")).to_be_visible()
    resident.page.emulate_media(media="print")
    expect(resident.page.locator(".tb-receipt__number")).to_be_visible()
    for around in (".tb-navigation", ".tb-header__tools", "#demonstration-account"):
        expect(resident.page.locator(around)).to_be_hidden()


def test_the_certificate_is_a_document_with_text(
    walked: str, enter: Entering, tmp_path: Path
) -> None:
    resident = enter("lin")
    resident.go(f"/my/cases/{walked}")
    resident.follow(f"{journeys.NAME}决定书")
    with resident.page.expect_download() as waiting:
        resident.page.get_by_role("button", name="下载 PDF").click()
    file = tmp_path / "certificate.pdf"
    waiting.value.save_as(file)
    text = "".join(page.extract_text() for page in PdfReader(file).pages)
    assert "林晓雯" in text
    assert "6,480.00" in text


def test_a_stranger_verifies_the_certificate_by_code_by_file_and_sees_no_full_name(
    walked: str, enter: Entering, tmp_path: Path
) -> None:
    resident, stranger = enter("lin"), enter()
    resident.go(f"/my/cases/{walked}")
    resident.follow(f"{journeys.NAME}决定书")
    code = resident.fact("查验码").get_by_role("link").inner_text()
    with resident.page.expect_download() as waiting:
        resident.page.get_by_role("button", name="下载 PDF").click()
    file = tmp_path / "certificate.pdf"
    waiting.value.save_as(file)

    stranger.go("/certificates/verify")
    stranger.page.get_by_label("输入查验码").fill(code)
    stranger.press("查验")
    stranger.sees("证照真实、有效", journeys.NAME)
    stranger.sees_not("林晓雯")
    stranger.go("/certificates/verify")
    stranger.page.locator("input[type=file]").set_input_files(file)
    stranger.press("查验")
    stranger.sees("证照真实、有效")

    altered = tmp_path / "altered.pdf"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    altered.write_bytes(content)
    stranger.go("/certificates/verify")
    stranger.page.locator("input[type=file]").set_input_files(altered)
    stranger.press("查验")
    stranger.sees_not("证照真实、有效")


def test_the_closed_case_lies_in_the_archive(walked: str, enter: Entering) -> None:
    inspector = enter("inspector")
    journeys.until_sees(inspector, f"/archive?q={walked}", walked)
    with inspector.leaving():
        inspector.row(walked).get_by_role("link").first.click()
    inspector.sees("bagit.txt")


def test_everyone_who_used_the_data_is_listed_with_purpose_basis_and_time(
    walked: str, enter: Entering
) -> None:
    resident = enter("lin")
    resident.go("/my/data-uses")
    every = resident.page.locator("main tbody tr")
    expect(every.filter(has_text="查看了").first).to_contain_text(walked)
    lines = every.filter(has_not_text="查看了")
    expect(lines).to_have_count(6)
    for line in lines.all():
        expect(line).to_contain_text("人力资源和社会保障局")
        expect(line).to_contain_text(re.compile("核对|补贴发到"))
        expect(line).to_contain_text(re.compile("您本人同意|法律规定"))
        expect(line).to_contain_text("2026年11月24日")
        expect(line).to_contain_text(walked)
    resident.sees_not("由公安局提供")


def _verify(proof: Path, key: Path) -> tuple[int, bool]:
    command = [str(PROGRAM), "verify", str(proof), "--key", str(key), "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.returncode, json.loads(ended.stdout)["verified"]


def _with_another_department(proof: bytes) -> bytes:
    """Return the receipt as somebody would want it who wishes to blame another department."""
    lines = proof.split(b"\n")
    told = base64.b64decode(lines[1].removeprefix(b"extra "))
    assert b"human-resources" in told
    lines[1] = b"extra " + base64.b64encode(told.replace(b"human-resources", b"public-security"))
    return b"\n".join(lines)


def test_the_proof_of_every_use_verifies_and_a_tampered_one_does_not(
    walked: str, enter: Entering, town: Town, tmp_path: Path
) -> None:
    resident = enter("lin")
    key = tmp_path / "vkey"
    key.write_bytes(town.get("/ledger/vkey"))
    resident.go("/my/data-uses")
    uses = resident.page.locator("main tbody tr").filter(has_not_text="查看了")
    links = uses.locator('a[href^="/ledger/entries/"]').all()
    entries = [str(link.get_attribute("href")).rsplit("/", 1)[1] for link in links]
    assert len(entries) == 6
    for entry in entries:
        proof = tmp_path / f"{entry}.tlog-proof"
        proof.write_bytes(town.get(f"/ledger/proof/{entry}.tlog-proof"))
        assert _verify(proof, key) == (0, True)
        proof.write_bytes(_with_another_department(proof.read_bytes()))
        assert _verify(proof, key) == (1, False)
