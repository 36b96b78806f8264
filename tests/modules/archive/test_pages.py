"""The archive as inspectors see it."""

from pathlib import Path

from tests.builders import archive as made
from tests.builders import identity, web

from tongban.kit.db import Database
from tongban.kit.house import House
from tongban.modules.archive import pages
from tongban.modules.identity.definition import RoleDefinition


def _inspector(running: House) -> str:
    role = RoleDefinition(code="inspector", name="inspector", duties=("supervision.read",))
    running.db.write(lambda unit: identity.adopt_role(unit, role))
    return identity.staff(running.db, "zhou.jian", "inspector").id


def test_an_inspector_finds_a_package_and_checks_it(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    package = made.packaged(running)
    with web.browser(running, pages.HANDLERS) as browser:
        browser.sign_in(database, _inspector(running))
        listed = browser.get("/archive?q=330199").text
        assert made.CASE in listed
        assert made.CASE not in browser.get("/archive?q=999").text
        assert made.CASE in browser.get("/archive?q=330199+2026-1124").text
        assert "请检查办件编号" in browser.get("/archive?q=2026").text
        assert "校验码）对不上" in browser.get("/archive?q=202611240020001A").text
        assert "这里有别的字符" in browser.get("/archive?q=202611240020X01L").text
        page = browser.get(f"/archive/{package.id}").text
        assert "data/申请/申请表.xml" in page
        assert package.digest in page
        (made.folder_of(tmp_path, package) / "data/目录.xml").unlink()
        after = browser.send(f"/archive/{package.id}/check").text
        assert "查验异常" in after
        assert "文件缺失" in after


def test_the_page_of_a_package_counts_documents_as_the_list_does_and_files_beside(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    package = made.packaged(running)
    with web.browser(running, pages.HANDLERS) as browser:
        browser.sign_in(database, _inspector(running))
        assert "归档文件数" in browser.get("/archive").text
        page = browser.get(f"/archive/{package.id}").text
    counted = page.partition("归档文件数")[2].partition("</dd>")[0]
    assert f"{package.documents}" in counted
    files = [one for one in made.folder_of(tmp_path, package).rglob("*") if one.is_file()]
    assert f"共 {len(files)} 个文件" in counted


def test_others_may_not_look_into_the_archive(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    clerk = identity.staff(database, "li.ping", "clerk").id
    with web.browser(running, pages.HANDLERS) as browser:
        assert browser.get("/archive").status_code == 401
        browser.sign_in(database, clerk)
        assert browser.get("/archive").status_code == 403


def test_an_empty_archive_says_what_will_appear(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    with web.browser(running, pages.HANDLERS) as browser:
        browser.sign_in(database, _inspector(running))
        assert "没有归档信息包" in browser.get("/archive").text
