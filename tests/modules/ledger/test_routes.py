"""The log over HTTP, as C2SP tlog-tiles asks."""

import datetime as dt
import io
import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from python_calamine import CalamineWorkbook
from tests.builders.ledger import a_closing, a_disclosure

from tongban.kit.house import House
from tongban.modules.ledger import actions, handlers
from tongban.modules.ledger.formats.base64 import decode_hash
from tongban.modules.ledger.formats.checkpoint import parse_checkpoint
from tongban.modules.ledger.formats.note import parse_note, parse_verifier_key, verify_note
from tongban.modules.ledger.formats.proof import parse_proof
from tongban.modules.ledger.formats.receipt import read_trust, verify_receipt
from tongban.modules.ledger.formats.tiles import format_tile_path, parse_bundle
from tongban.modules.ledger.model import BundleId, NewEntry, Signer
from tongban.modules.ledger.rules.tiles import tiles_of
from tongban.modules.ledger.rules.tree import leaf_hash, root_of

Visitor = TestClient[Litestar]


def fill(house: House, count: int, entry: NewEntry | None = None) -> list[str]:
    ids = house.db.write(lambda unit: actions.append_all(unit, [entry or a_disclosure()] * count))
    handlers.Sequencing()(house)
    return ids


def test_a_stranger_rebuilds_the_whole_log_from_what_is_served(
    house: House, client: Visitor
) -> None:
    fill(house, 700)
    key = parse_verifier_key(client.get("/ledger/vkey").text.strip())
    note = parse_note(client.get("/ledger/checkpoint").content)
    verify_note(note, [key])
    checkpoint = parse_checkpoint(note.text)
    assert checkpoint.origin == "zwfw.example.cn/ledger"
    leaves = b""
    for tile in tiles_of(checkpoint.size):
        hashes = client.get(f"/ledger/tile/{format_tile_path(tile)}").content
        assert len(hashes) == tile.width * 32
        if tile.level == 0:
            leaves += hashes
            path = format_tile_path(BundleId(tile.number, tile.width))
            entries = parse_bundle(client.get(f"/ledger/tile/{path}").content)
            assert b"".join(map(leaf_hash, entries)) == hashes
    assert root_of(leaves) == checkpoint.root


def test_what_never_changes_may_be_kept_for_ever_and_the_checkpoint_for_seconds(
    house: House, client: Visitor
) -> None:
    fill(house, 300)
    for path in ("tile/0/000", "tile/0/001.p/44", "tile/entries/000", "tile/entries/001.p/1"):
        answer = client.get(f"/ledger/{path}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["access-control-allow-origin"] == "*"
    answer = client.get("/ledger/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=2"


def test_bundles_are_compressed_for_those_who_can_read_it(house: House, client: Visitor) -> None:
    fill(house, 256)
    packed = client.get("/ledger/tile/entries/000", headers={"accept-encoding": "gzip"})
    plain = client.get("/ledger/tile/entries/000", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert len(parse_bundle(plain.content)) == 256


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/001",
        "tile/0/000.p/11",
        "tile/1/000",
        "tile/9/000",
        "tile/64/000",
        "tile/0/0",
        "tile/0/000/",
        "tile/0/x000/000",
        "tile/entries/001",
        "tile/entries/000.p/11",
        "tile/data/000",
        "proof/none.tlog-proof",
        "proof/none",
        "entries/none/entry.json",
        "entries/none",
    ],
)
def test_what_is_not_there_is_not_found(house: House, client: Visitor, path: str) -> None:
    fill(house, 10)
    assert client.get(f"/ledger/{path}").status_code == 404


def test_before_the_first_checkpoint_nothing_is_promised(client: Visitor) -> None:
    for path in ("checkpoint", "vkey", "policy"):
        assert client.get(f"/ledger/{path}").status_code == 503
    assert client.get("/ledger/tile/0/000").status_code == 404
    assert client.get("/ledger").status_code == 200


def test_a_receipt_from_the_web_verifies_against_the_published_policy(
    house: House, client: Visitor
) -> None:
    identifier = fill(house, 40)[7]
    answer = client.get(f"/ledger/proof/{identifier}.tlog-proof")
    assert f'filename="{identifier}.tlog-proof"' in answer.headers["content-disposition"]
    policy = client.get("/ledger/policy").content
    assert b"https://zwfw.example.cn/ledger\nquorum none\n" in policy
    verified = verify_receipt(parse_proof(answer.content), read_trust(policy))
    body = client.get(f"/ledger/entries/{identifier}/entry.json").content
    assert verified.body == body
    assert verified.entry is not None
    assert verified.entry.id == identifier


def test_a_receipt_asked_for_too_early_is_ready_in_a_moment(house: House, client: Visitor) -> None:
    (identifier,) = house.db.write(lambda unit: actions.append_all(unit, [a_closing()]))
    answer = client.get(f"/ledger/proof/{identifier}.tlog-proof")
    assert answer.status_code == 503
    assert "几秒钟" in answer.text
    handlers.Sequencing()(house)
    assert client.get(f"/ledger/proof/{identifier}.tlog-proof").status_code == 200


def test_a_ledger_that_must_not_go_on_says_so_once_and_holds_up_nobody(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    fill(house, 3)
    keys = house.settings.keys
    (keys / "ledger.key").unlink()
    house.ports.plug(Signer, actions.make_log_key(keys, "another/log"))
    house.db.write(lambda unit: actions.append(unit, a_closing()))
    round_ = handlers.Sequencing()
    for _ in range(3):
        round_(house)
    assert [record.message for record in caplog.records] == [
        "nothing more is signed: ledger.other_log (run: tongban doctor --data DATA)"
    ]


def test_the_page_tells_people_what_is_in_the_log(house: House, client: Visitor) -> None:
    fill(house, 120)
    fill(house, 3, a_closing("gaj"))
    text = client.get("/ledger").text
    root = parse_checkpoint(parse_note(client.get("/ledger/checkpoint").content).text).root
    shown = re.search(r"[A-Za-z0-9+/]{43}=", text)
    assert shown is not None
    assert decode_hash(shown.group()) == root
    assert "人力资源和社会保障局" in text
    assert "办件办结" in text
    assert "共 123 条" in text
    assert 'href="/ledger?page=2"' in text
    english = client.get("/ledger?lang=en").text
    assert "Human Resources Bureau" in english
    assert "Use of data" in english
    assert "ledger.page." not in text + english


def rows_of(text: str) -> list[str]:
    """Return which entries a page of the list shows."""
    return re.findall(r"/ledger/entries/([0-9a-f-]{36})", text)


def test_the_list_is_filtered_paged_and_taken_away(house: House, client: Visitor) -> None:
    fill(house, 120)
    fill(house, 3, a_closing("gaj"))
    closed = client.get("/ledger?kind=case_closed").text
    assert "共 3 条" in closed
    assert client.get("/ledger?department=gaj").text.count("/ledger/entries/0") == 3
    assert "没有符合条件的条目" in client.get("/ledger?kind=decision").text
    assert client.get("/ledger?kind=&page=x").status_code == 200
    assert client.get("/ledger?kind=nonsense").status_code == 422
    last = client.get("/ledger?page=5").text
    assert last.count("/ledger/entries/0") == 23
    told = "没有这一页，这里是最后一页（共 5 页）。"
    assert told not in last
    for behind in ("6", "99", "9" * 30):
        shown = client.get(f"/ledger?page={behind}").text
        assert (rows_of(shown), told in shown) == (rows_of(last), True)
    for none in ("0", "abc", "-1"):
        assert rows_of(client.get(f"/ledger?page={none}").text) == rows_of(
            client.get("/ledger").text
        )
    answer = client.get("/ledger/entries.csv?department=rsj")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.count(b"\xef\xbb\xbf") == 1
    lines = answer.content.decode("utf-8-sig").strip().split("\r\n")
    assert len(lines) == 121
    assert lines[1].startswith("0,2026-11-24 09:30,"), "as every other list writes a time"


def test_times_in_the_workbook_are_times_on_the_clocks_of_the_government(
    house: House, client: Visitor
) -> None:
    fill(house, 2)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/ledger/entries.xlsx").content))
    head, first, *_ = book.get_sheet_by_index(0).to_python()
    assert "时间" in head
    assert isinstance(first[head.index("时间")], dt.datetime)


def test_an_entry_is_found_by_its_id_or_its_number(house: House, client: Visitor) -> None:
    identifier = sorted(fill(house, 9))[4]
    for wanted in (identifier, "4", " 4 "):
        answer = client.get("/ledger", params={"q": wanted}, follow_redirects=False)
        assert answer.headers["location"] == f"/ledger/entries/{identifier}"
    for wanted in ("9", "nothing", "<script>", "1" * 40):
        answer = client.get("/ledger", params={"q": wanted})
        assert answer.status_code == 200
        assert ("没有找到" if wanted == "9" else "不是条目的编号") in answer.text
        assert "<script>" not in answer.text.partition("<main")[2]


def test_an_entry_page_shows_all_that_is_public_and_how_to_verify_it(
    house: House, client: Visitor
) -> None:
    identifier = fill(house, 1, a_disclosure(item_count=3, elements=["person.name"]))[0]
    text = client.get(f"/ledger/entries/{identifier}").text
    for part in ("人力资源和社会保障局", "rsj", "信息项数", "person.name", "已提供", "ab" * 32):
        assert part in text
    assert f"/ledger/proof/{identifier}.tlog-proof" in text
    assert "tongban verify" in text
    assert "ledger." not in re.sub(r"/?ledger\.tlog|ledger/", "", text).partition("<main")[2]
    (waiting,) = house.db.write(lambda unit: actions.append_all(unit, [a_closing()]))
    assert "等待编号" in client.get(f"/ledger/entries/{waiting}").text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("0198-abc", "不是条目的编号，也不是序号"),
        ("01988f1e-0000-7000-8000-00000000000z", "里有编号不会有的字符"),
        ("01988f1e-0000-7000-8000-000000000000", "没有找到编号或序号为"),
        ("999999", "没有找到编号或序号为"),
    ],
)
def test_what_can_be_no_entry_is_said_to_be_mistyped(
    client: Visitor, typed: str, told: str
) -> None:
    assert told in client.get("/ledger", params={"q": typed}).text
