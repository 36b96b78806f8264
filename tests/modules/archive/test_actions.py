"""Packages: built from a closed case, the same every time, checked byte by byte."""

import json
import os
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import bagit
import msgspec
import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from tests.builders import archive as made

from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kit.db import Database
from tongban.kit.db.unit import outbox
from tongban.kit.house import House
from tongban.kit.lanes import Worker
from tongban.kit.outbox import Outbox
from tongban.modules.archive import actions, handlers, queries
from tongban.modules.archive.commands import archive
from tongban.modules.archive.model import Fixity, Flaw, Shelves, State
from tongban.modules.government import actions as government


def _fixity(running: House) -> Fixity:
    with running.db.read() as reader:
        package = queries.package_of(reader.connection, made.CASE)
    assert package is not None
    return queries.fixity(running.port(Shelves), package)


def _check(running: House) -> None:
    fixity = _fixity(running)
    running.db.write(lambda unit: actions.note(unit, fixity))


def test_a_package_is_a_bag_that_the_usual_tool_accepts(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    package = made.packaged(running)
    folder = made.folder_of(tmp_path, package)
    bag = bagit.Bag(str(folder))
    assert bag.validate()
    assert bag.info["External-Identifier"] == made.CASE
    assert package.state is State.KEPT
    assert package.name == f"330199-2026-subsidy-{made.CASE}"
    names = {path.relative_to(folder / "data").as_posix() for path in folder.glob("data/**/*.*")}
    assert names == {
        "申请/申请表.xml",
        "审查/办理过程.xml",
        "决定/证照/1.2.156.3005.2.U.pdf",
        "说明文件.txt",
        "目录.xml",
        "元数据.xml",
        "固化信息.json",
    }


def test_what_was_sealed_at_rest_is_readable_in_the_package(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    folder = made.folder_of(tmp_path, made.packaged(running))
    kept = folder / "data/决定/证照/1.2.156.3005.2.U.pdf"
    assert kept.read_bytes() == b"%PDF-1.7 a certificate"


def test_metadata_say_what_it_is_and_every_document_has_its_digest(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    data = made.folder_of(tmp_path, made.packaged(running)) / "data"
    metadata = ElementTree.parse(data / "元数据.xml").getroot()
    assert metadata.findtext("办件编号") == made.CASE
    assert metadata.findtext("基本信息/事项名称") == "补贴 <一次>"
    assert metadata.findtext("办理信息/办理结果") == "准予"
    catalogue = ElementTree.parse(data / "目录.xml").getroot()
    order = [one.findtext("电子档案名称") for one in catalogue]
    assert order == ["申请/申请表.xml", "审查/办理过程.xml", "决定/证照/1.2.156.3005.2.U.pdf"]
    fixity = json.loads((data / "固化信息.json").read_text("utf-8"))
    import hashlib

    for one in fixity["文件"]:
        assert hashlib.sha256((data / one["路径"]).read_bytes()).hexdigest() == one["摘要"]
    assert "没有法律效力" in (data / "说明文件.txt").read_text("utf-8")


def test_the_package_of_a_trial_says_so(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    database.write(lambda unit: government.claim(unit, Realm.TRIAL))
    data = made.folder_of(tmp_path, made.packaged(running)) / "data"
    assert "【试运行数据】" in (data / "说明文件.txt").read_text("utf-8")


def test_a_package_is_open_to_its_owner_only(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    folder = made.folder_of(tmp_path, made.packaged(running))
    for path in [folder, *folder.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0


def test_the_same_case_gives_the_same_bytes_and_one_package(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    asked = made.request(running)
    first = database.write(lambda unit: actions.request_package(unit, asked))
    with database.read() as reader:
        once, again = actions.build(reader, first), actions.build(reader, first)
    assert once == again
    Worker(running, Outbox(database, ()), handlers.JOBS).settle()
    second = database.write(lambda unit: actions.request_package(unit, asked))
    handlers.package(running, {"package": first}, lambda _done, _of: None)
    assert first == second
    with database.read() as reader:
        names = reader.connection.execute(select(outbox.c.name)).scalars().all()
    assert names == ["archive.case_packaged"]


def test_what_was_asked_for_is_sealed_and_then_forgotten(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    asked = made.request(running)
    identifier = database.write(lambda unit: actions.request_package(unit, asked))
    everything = text("SELECT * FROM archive_package")
    with database.read() as reader:
        assert "王小敏" not in str(reader.connection.execute(everything).mappings().all())
    handlers.package(running, {"package": identifier}, lambda _done, _of: None)
    with database.read() as reader:
        assert reader.connection.execute(everything).mappings().one()["request"] is None


@pytest.mark.parametrize(
    "name",
    [
        "../申请表.xml",
        "/申请/表.xml",
        "申请/a\\b.xml",
        "申请//表.xml",
        "申请/表. ",
        "申请/a\x00",
        "申请/100%.txt",
    ],
)
def test_a_path_that_leads_out_is_refused(database: Database, tmp_path: Path, name: str) -> None:
    running = made.house(database, tmp_path)
    asked = made.request(running)
    odd = msgspec.structs.replace(asked.documents[0], name=name)
    asked = msgspec.structs.replace(asked, documents=[odd])
    with pytest.raises(Refusal, match="path_unfit"):
        database.write(lambda unit: actions.request_package(unit, asked))


def test_two_documents_of_one_path_are_refused(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    asked = made.request(running)
    twice = msgspec.structs.replace(asked, documents=[asked.documents[0]] * 2)
    with pytest.raises(Refusal, match="path_twice"):
        database.write(lambda unit: actions.request_package(unit, twice))


def test_a_changed_a_missing_and_a_stray_file_are_each_found(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    folder = made.folder_of(tmp_path, made.packaged(running))
    assert _fixity(running).sound
    (folder / "data/申请/申请表.xml").write_bytes(b"<application></application>")
    (folder / "data/目录.xml").unlink()
    (folder / "data/多余.txt").write_bytes(b"?")
    (folder / "data/多余.txt").chmod(0o600)
    assert set(_fixity(running).flaws) == {
        Flaw("altered", "data/申请/申请表.xml"),
        Flaw("missing", "data/目录.xml"),
        Flaw("stray", "data/多余.txt"),
    }


@pytest.mark.parametrize(
    ("oddity", "flaws"),
    [
        (lambda folder: (folder / "data/空").mkdir(mode=0o700), {("empty", "data/空")}),
        (lambda folder: (folder / "data/目录.xml").chmod(0o640), {("loose", "data/目录.xml")}),
        (lambda folder: (folder / "data/目录.xml").chmod(0o4600), {("loose", "data/目录.xml")}),
        (lambda folder: (folder / "data").chmod(0o755), {("loose", "data")}),
        (lambda folder: folder.chmod(0o711), {("loose", ".")}),
        (
            lambda folder: (folder / "zero").symlink_to("/dev/zero"),
            {("link", "zero")},
        ),
        (
            lambda folder: (folder / "data/up").symlink_to(folder.parent, target_is_directory=True),
            {("link", "data/up")},
        ),
        (
            lambda folder: os.link(folder / "data/目录.xml", folder.parent / "beside"),
            {("link", "data/目录.xml")},
        ),
        (lambda folder: os.mkfifo(folder / "data/pipe", 0o600), {("special", "data/pipe")}),
    ],
)
def test_links_empty_folders_and_loose_modes_are_found(
    database: Database,
    tmp_path: Path,
    oddity: Callable[[Path], None],
    flaws: set[tuple[str, str]],
) -> None:
    running = made.house(database, tmp_path)
    folder = made.folder_of(tmp_path, made.packaged(running))
    assert _fixity(running).flaws == ()
    oddity(folder)
    assert {(one.fault, one.path) for one in _fixity(running).flaws} == flaws


def test_a_file_behind_a_link_is_not_the_file_and_a_package_behind_one_is_not_the_package(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    folder = made.folder_of(tmp_path, made.packaged(running))
    shutil.move(folder / "data/目录.xml", tmp_path / "list")
    (folder / "data/目录.xml").symlink_to(tmp_path / "list")
    assert {(one.fault, one.path) for one in _fixity(running).flaws} == {
        ("link", "data/目录.xml"),
        ("missing", "data/目录.xml"),
    }
    shutil.move(folder, tmp_path / "aside")
    folder.symlink_to(tmp_path / "aside", target_is_directory=True)
    assert ("link", ".") in {(one.fault, one.path) for one in _fixity(running).flaws}


def test_a_name_that_is_no_text_is_spelt_out(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    folder = made.folder_of(tmp_path, made.packaged(running))
    path = os.fsencode(folder) + b"/data/\xff"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    assert [(one.fault, one.path) for one in _fixity(running).flaws] == [("stray", "data/\\xff")]


def test_a_package_made_anew_around_changed_files_is_still_found_out(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    folder = made.folder_of(tmp_path, made.packaged(running))
    (folder / "data/申请/申请表.xml").write_bytes(b"<forged/>")
    bag = bagit.Bag(str(folder))
    bag.save(manifests=True)
    assert bag.validate()
    assert not _fixity(running).sound


def test_a_package_that_is_gone_is_missing_and_one_that_is_back_is_kept_again(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    package = made.packaged(running)
    folder = made.folder_of(tmp_path, package)
    shutil.move(folder, tmp_path / "aside")
    _check(running)
    with database.read() as reader:
        damaged = queries.package(reader.connection, package.id)
    assert (damaged.state, damaged.fault) == (State.DAMAGED, "missing")
    shutil.move(tmp_path / "aside", folder)
    _check(running)
    with database.read() as reader:
        assert queries.package(reader.connection, package.id).state is State.KEPT


def test_the_command_checks_every_package_and_says_which_is_ill(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = made.house(database, tmp_path)
    folder = made.folder_of(tmp_path, made.packaged(running))
    running.keyring.save(tmp_path / "keys")
    monkeypatch.setenv("TONGBAN_DATABASE", str(database.url).replace("+psycopg", ""))
    if database.sqlite:
        monkeypatch.delenv("TONGBAN_DATABASE")
        database.engine.dispose()
        (tmp_path / "tongban.db").symlink_to(tmp_path / "test.db")
    well = CliRunner().invoke(archive, ["check", "--data", str(tmp_path)])
    assert well.exit_code == 0, well.output
    (folder / "data/目录.xml").write_bytes(b"")
    ill = CliRunner().invoke(archive, ["check", "--data", str(tmp_path), "--json"])
    assert ill.exit_code == 1
    assert json.loads(ill.output)["flaws"] == [
        {"package": folder.name, "fault": "altered", "path": "data/目录.xml"}
    ]
