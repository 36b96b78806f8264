"""Composes the page of a release from the news fragments: what developers call through ``script/release``.

A fragment is ``<name>.<kind>.md`` and says what changed in Chinese and in English, each line in one of
them. A release has one section in ``CHANGELOG.zh-CN.md`` and one in ``CHANGELOG.md``, the same items in
the same order: by kind, then by name.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tongban import __version__

KINDS: Mapping[str, tuple[str, str]] = {
    "security": ("安全", "Security"),
    "removed": ("去掉", "Removed"),
    "changed": ("改变", "Changed"),
    "added": ("新增", "Added"),
    "fixed": ("修正", "Fixed"),
}
"""Kinds in the order of a page: first what whoever upgrades has to know."""
PAGES = ("CHANGELOG.zh-CN.md", "CHANGELOG.md")
_HEADS = (
    """# 变更记录

[English](CHANGELOG.md)

最新的版本在前。升级的步骤见[运行维护](docs/guides/operating.zh-CN.md)。
""",
    """# Changelog

[中文](CHANGELOG.zh-CN.md)

The newest release first. How to upgrade: [operating](docs/guides/operating.md).
""",
)
_NAME = re.compile(r"([a-z0-9][a-z0-9-]{1,79})\.([a-z]+)\.md")
_VERSION = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})")
_HAN = re.compile(r"[\u3400-\u9fff，。；：、（）“”]")
_LETTER = re.compile(r"[A-Za-z]")
_LONGEST = 8000


class MalformedError(ValueError):
    """A fragment, or a number of a release, that is none; says which and why."""


@dataclass(frozen=True, order=True)
class Fragment:
    """What one change means to people."""

    kind: str
    name: str
    zh: str
    en: str


def read_fragment(path: Path) -> Fragment:
    """Read a fragment. Refuses one without a known kind, or without both languages."""
    named = _NAME.fullmatch(path.name)
    if named is None or named[2] not in KINDS:
        raise MalformedError(f"{path.name}: name it <short-name>.<{'|'.join(KINDS)}>.md")
    if path.stat().st_size > _LONGEST:
        raise MalformedError(
            f"{path.name}: longer than {_LONGEST} bytes; a fragment is two sentences"
        )
    try:
        lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    except UnicodeDecodeError:
        raise MalformedError(f"{path.name}: no UTF-8 text") from None
    if any(line.startswith("#") for line in lines):
        raise MalformedError(f"{path.name}: a fragment has no headings")
    zh = "".join(line for line in lines if line and _is_chinese(line))
    en = " ".join(line for line in lines if line and not _is_chinese(line))
    for text, language in ((zh, "Chinese"), (en, "English")):
        if not text:
            raise MalformedError(f"{path.name}: it says nothing in {language}")
    return Fragment(named[2], named[1], zh, en)


def _is_chinese(line: str) -> bool:
    """Whether a line is Chinese: commands and names in it have Latin letters."""
    plain = re.sub(r"`[^`]*`|“[^”]*”", "", line)
    return len(_HAN.findall(plain)) * 3 > len(_LETTER.findall(plain))


def read_fragments(folder: Path) -> list[Fragment]:
    """Read every fragment of a folder, in the order of a page. Refuses all where one is malformed."""
    found, wrong = [], []
    for path in sorted(folder.iterdir()):
        if path.name == "README.md":
            continue
        try:
            found.append(read_fragment(path))
        except MalformedError as error:
            wrong.append(str(error))
    if wrong:
        raise MalformedError("\n".join(wrong))
    order = list(KINDS)
    return sorted(found, key=lambda one: (order.index(one.kind), one.name))


def section(fragments: Sequence[Fragment], version: str, day: date, language: int) -> str:
    """Return a release's section in a language: 0 Chinese, 1 English."""
    lines = [f"## {version} ({day.isoformat()})", ""]
    for kind, names in KINDS.items():
        mine = [one for one in fragments if one.kind == kind]
        if mine:
            lines += [f"### {names[language]}", ""]
            lines += [f"- {(one.zh, one.en)[language]}" for one in mine]
            lines += [""]
    return "\n".join(lines)


def compose(root: Path, version: str, day: date) -> list[Path]:
    """Write a release's section into both pages, set the number, and take the fragments away.

    Refuses a number that is no higher than the last, malformed fragments, and a release without any:
    nothing is written then. Returns what was written.
    """
    _check_version(version)
    fragments = read_fragments(root / "changelog.d")
    if not fragments:
        raise MalformedError("no fragment waits: there is nothing to release")
    written = []
    for language, (name, head) in enumerate(zip(PAGES, _HEADS, strict=True)):
        path = root / name
        before = path.read_text("utf-8") if path.exists() else head
        top, mark, earlier = before.partition("\n## ")
        text = top.rstrip("\n") + "\n\n" + section(fragments, version, day, language)
        path.write_text(text + (mark.lstrip("\n") + earlier), "utf-8")
        written.append(path)
    place = root / "src" / "tongban" / "__init__.py"
    place.write_text(place.read_text("utf-8").replace(f'"{__version__}"', f'"{version}"'), "utf-8")
    for one in fragments:
        (root / "changelog.d" / f"{one.name}.{one.kind}.md").unlink()
    return [*written, place]


def _check_version(version: str) -> None:
    now, then = _VERSION.fullmatch(version), _VERSION.fullmatch(__version__)
    if now is None:
        raise MalformedError(f"{version[:40]!r} is no number of a release, such as 1.2.0")
    if then is not None and [*map(int, now.groups())] <= [*map(int, then.groups())]:
        raise MalformedError(f"{version} is not higher than {__version__}")


def main(words: Sequence[str]) -> int:
    """Compose a release, or only look at the fragments where no number is given."""
    root = Path(__file__).resolve().parents[3]
    try:
        if not words:
            count = len(read_fragments(root / "changelog.d"))
            sys.stdout.write(f"{count} fragments wait, each well-formed\n")
            return 0
        for path in compose(root, words[0], date.fromisoformat(words[1])):
            sys.stdout.write(f"{path.relative_to(root)}\n")
    except (MalformedError, IndexError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except ValueError:
        sys.stderr.write("usage: script/release [VERSION YYYY-MM-DD]\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
