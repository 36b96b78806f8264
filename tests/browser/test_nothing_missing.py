"""A resident takes away everything on record about them, and sees where somebody took a line away."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser
from tests.browser import quick
from tests.browser.inspection import reading
from tests.browser.town import Town
from tests.browser.walker import Entering

from tongban.app.cli import main

pytestmark = pytest.mark.browser
LOGIN = "lin"


def lived(town: Town) -> None:
    """Let data of a resident be used, and somebody look at their case."""
    quick.accepted(town, quick.applied(town, LOGIN))


def line_taken_away(town: Town) -> None:
    """Delete the row of a line about the resident behind the first, past the system."""
    with closing(sqlite3.connect(town.data / "tongban.db")) as database, database:
        gone = database.execute(
            "DELETE FROM exchange_disclosure WHERE entry IN"
            " (SELECT entry FROM exchange_chain WHERE number = (SELECT min(number) FROM exchange_chain"
            " JOIN exchange_disclosure USING (entry) WHERE number > 1))"
        )
        assert gone.rowcount > 0


def verified(town: Town, *files: Path) -> tuple[int, str]:
    key = town.get("/ledger/vkey").decode().strip()
    (file, *earlier) = map(str, files)
    more = ["--earlier", *earlier] if earlier else []
    said = CliRunner().invoke(
        main, ["verify", file, "--key", key, *more], env={"TONGBAN_LANGUAGE": "zh"}
    )
    return said.exit_code, said.output


def test_the_complete_file_verifies_and_a_line_that_is_gone_is_told_on_the_page_and_by_the_file(
    town: Town, enter: Entering, tmp_path: Path
) -> None:
    lived(town)
    resident = enter(LOGIN, width=360)
    resident.go("/my/data-uses")
    resident.sees("第 1 条", "一条不缺吗？自己核对")
    resident.sees_not("这里缺了记录")

    def taken(name: str) -> Path:
        with resident.page.expect_download() as waiting:
            resident.page.get_by_role("button", name="下载完整记录").click()
        assert waiting.value.suggested_filename == "my-data-uses.json"
        waiting.value.save_as(tmp_path / name)
        return tmp_path / name

    whole = taken("whole.json")
    code, said = verified(town, whole)
    assert (code, "一条不缺" in said) == (0, True), said
    lines = json.loads(whole.read_bytes())["chains"][0]["lines"]
    assert len(lines) > 2

    line_taken_away(town)
    resident.go("/my/data-uses")
    resident.sees("这里缺了记录", "第 1 条之后缺 1 条", "第 3 条")
    code, said = verified(town, taken("cut.json"), whole)
    assert (code, "第 2 条的未公开内容没有了" in said) == (1, True), said
    with resident.leaving():
        resident.page.get_by_role("link", name="看公开账本里怎么记的").click()
    resident.sees("数据使用")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_sound_with_a_line_missing_and_without(
    town: Town, with_fonts: Browser, language: str
) -> None:
    lived(town)
    with (
        quick.Hand(town, LOGIN) as resident,
        reading(town, with_fonts, language) as reader,
    ):
        reader.become(LOGIN, resident.cookies)
        reader.look("/my/data-uses")
        resident.open("/my/data-uses")
        for line in resident.addresses("/my/data-uses/")[:2]:
            reader.look(line)
        line_taken_away(town)
        reader.look("/my/data-uses")
