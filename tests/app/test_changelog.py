"""A release's page is made of the fragments, the same each time, and of nothing malformed."""

from datetime import date
from pathlib import Path

import pytest

from tongban import __version__
from tongban.app import changelog
from tongban.app.changelog import MalformedError, compose, main, read_fragment, read_fragments

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 12, 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in {
        "changelog.d/README.md": "# News fragments\n",
        "changelog.d/b-two.fixed.md": "第二项\n修好了。\n\nThe second thing\nis mended.\n",
        "changelog.d/a-one.fixed.md": "The first thing.\n`tongban serve` 修好了第一项。\n",
        "changelog.d/doors.security.md": "门关好了。\n\nThe doors are shut.\n",
        "src/tongban/__init__.py": f'__version__ = "{__version__}"\n',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def texts(root: Path) -> list[str]:
    return [(root / name).read_text("utf-8") for name in changelog.PAGES]


def test_a_release_has_the_same_items_in_both_languages_by_kind_and_name(root: Path) -> None:
    compose(root, "9.0.0", DAY)
    zh, en = texts(root)
    assert zh.endswith(
        "## 9.0.0 (2026-12-01)\n\n### 安全\n\n- 门关好了。\n\n### 修正\n\n"
        "- `tongban serve` 修好了第一项。\n- 第二项修好了。\n"
    )
    assert en.endswith(
        "## 9.0.0 (2026-12-01)\n\n### Security\n\n- The doors are shut.\n\n### Fixed\n\n"
        "- The first thing.\n- The second thing is mended.\n"
    )
    assert '"9.0.0"' in (root / "src/tongban/__init__.py").read_text()
    assert [path.name for path in (root / "changelog.d").iterdir()] == ["README.md"]


def test_the_newest_release_comes_first_and_earlier_ones_stay_as_they_were(root: Path) -> None:
    compose(root, "9.0.0", DAY)
    first = texts(root)
    (root / "changelog.d/more.added.md").write_text("更多。\n\nMore.\n", "utf-8")
    compose(root, "9.1.0", date(2027, 1, 2))
    for before, after in zip(first, texts(root), strict=True):
        head, section = before.split("\n## ", 1)
        assert after.startswith(head + "\n## 9.1.0 (2027-01-02)")
        assert after.endswith("\n## " + section)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("x.improved.md", "好。\n\nGood.", "name it"),
        ("Not_Plain.fixed.md", "好。\n\nGood.", "name it"),
        ("note.txt", "好。\n\nGood.", "name it"),
        ("no-english.fixed.md", "只有中文。", "nothing in English"),
        ("no-chinese.fixed.md", "Only English.", "nothing in Chinese"),
        ("empty.fixed.md", "\n", "nothing in Chinese"),
        ("heading.fixed.md", "# 好\n\nGood.", "no headings"),
        ("long.fixed.md", "好" * 4000, "longer than"),
    ],
)
def test_a_malformed_fragment_is_named_and_nothing_is_written(
    root: Path, name: str, text: str, why: str
) -> None:
    (root / "changelog.d" / name).write_text(text, "utf-8")
    with pytest.raises(MalformedError, match=why) as found:
        compose(root, "9.0.0", DAY)
    assert name in str(found.value)
    assert not (root / "CHANGELOG.md").exists()
    assert len(list((root / "changelog.d").iterdir())) == 5


@pytest.mark.parametrize("version", ["", "1", "01.0.0", "1.0", "1.0.0rc1", "0.0.1", __version__])
def test_a_number_that_is_none_or_not_higher_is_refused(root: Path, version: str) -> None:
    with pytest.raises(MalformedError):
        compose(root, version, DAY)
    assert not (root / "CHANGELOG.md").exists()


def test_a_release_without_any_fragment_is_refused(root: Path) -> None:
    compose(root, "9.0.0", DAY)
    with pytest.raises(MalformedError, match="nothing to release"):
        compose(root, "9.1.0", DAY)


def test_every_fragment_that_waits_here_is_well_formed() -> None:
    assert read_fragments(ROOT / "changelog.d") is not None
    assert main([]) == 0


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bytes.fixed.md"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(MalformedError, match="UTF-8"):
        read_fragment(path)
