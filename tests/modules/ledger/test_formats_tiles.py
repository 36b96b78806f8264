"""Paths of tiles and bundles, and bundles of entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.errors import Refusal
from tongban.modules.ledger.formats.tiles import (
    format_bundle,
    format_tile_path,
    parse_bundle,
    parse_tile_path,
    split_bundles,
)
from tongban.modules.ledger.model import BundleId, TileId


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("0/000", TileId(0, 0)),
        ("0/x001/x234/067", TileId(0, 1_234_067)),
        ("63/999.p/1", TileId(63, 999, 1)),
        ("2/x001/000.p/255", TileId(2, 1000, 255)),
        ("entries/x001/x234/067.p/8", BundleId(1_234_067, 8)),
        ("entries/000", BundleId(0)),
    ],
)
def test_paths_are_written_as_the_specification_writes_them(
    path: str, tile: TileId | BundleId
) -> None:
    assert format_tile_path(tile) == path
    assert parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/",
        "0/0",
        "0/00",
        "0/0000",
        "00/000",
        "01/000",
        "64/000",
        "-1/000",
        "0/x000/000",
        "0/001/000",
        "0/x001/x000",
        "0/x001//000",
        "0/000/",
        "/0/000",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/000.p/",
        "0/000.p",
        "0/000.p/1/2",
        "0/０００",
        "data/000",
        "Entries/000",
        "0/../000",
        "0/x999/x999/x999/x999/x999/x999/999",
        "0/" + "x001/" * 500 + "000",
    ],
)
def test_any_other_spelling_is_no_path(path: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_tile_path(path)
    assert refused.value.code == "ledger.tile_path_unreadable"


@given(st.integers(0, 63) | st.none(), st.integers(0, 2**63 - 1), st.integers(1, 256))
def test_every_tile_has_one_path(level: int | None, number: int, width: int) -> None:
    tile = BundleId(number, width) if level is None else TileId(level, number, width)
    assert parse_tile_path(format_tile_path(tile)) == tile


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{1,2}/(x[0-9]{3}/)?[0-9]{3}(\.p/[0-9]{1,3})?"))
def test_any_text_is_a_path_or_refused(text: str) -> None:
    try:
        tile = parse_tile_path(text)
    except Refusal:
        return
    assert format_tile_path(tile) == text


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_is_read_back(entries: list[bytes]) -> None:
    assert parse_bundle(format_bundle(entries)) == tuple(entries)


def test_a_bundle_is_lengths_and_entries() -> None:
    assert format_bundle([b"", b"a", b"bc"]).hex() == "0000" + "000161" + "00026263"
    assert len(format_bundle([bytes(65_535)])) == 65_537
    with pytest.raises(Refusal) as refused:
        format_bundle([bytes(65_536)])
    assert refused.value.code == "ledger.entry_too_long"


@given(st.binary(max_size=600))
def test_any_bytes_are_a_bundle_or_refused(data: bytes) -> None:
    try:
        entries = parse_bundle(data)
    except Refusal as refusal:
        assert refusal.code == "ledger.bundle_unreadable"  # noqa: PT017 - either way is right
        return
    assert format_bundle(entries) == data


@given(st.lists(st.binary(max_size=400), max_size=20), st.integers(1, 500))
def test_bundles_one_after_the_other_are_read_however_they_are_cut(
    entries: list[bytes], size: int
) -> None:
    data = b"".join(format_bundle([each]) for each in entries)
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert list(split_bundles(pieces)) == entries
    if data:
        with pytest.raises(Refusal):
            list(split_bundles([*pieces, b"\0"]))
