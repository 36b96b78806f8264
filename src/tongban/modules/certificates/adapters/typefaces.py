"""Finds typefaces: in packages, in the folder that the operator declares, and on the machine.

In this order: what packages hold looks the same on every machine; what was declared comes before what
happens to be installed. On the machine only typefaces known by name are taken (``KNOWN``), from the
folders where systems keep them: no handwriting gets onto a certificate because somebody installed it.
"""

import functools
import logging
import os
import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tongban.modules.certificates.formats import typefaces
from tongban.modules.certificates.formats.typefaces import Coverage, Typeface

if TYPE_CHECKING:
    from typst import FontInfo, Fonts

_log = logging.getLogger("tongban.certificates")
MACHINE = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
"""Where systems keep fonts."""
KNOWN = (
    "NotoSansYi-Regular.ttf",  # Debian's fonts-noto-core
    "NotoSansLisu-Regular.ttf",
    "NotoSansTaiTham-Regular.ttf",
    "NotoSansMiao-Regular.ttf",
    "NotoSansPhagsPa-Regular.ttf",
    "NotoSansTaiViet-Regular.ttf",
    "NotoSerif-Regular.ttf",
    "NotoSansSymbols2-Regular.ttf",
    "HanaMinA.ttf",  # Debian's fonts-hanazono: the rare Han characters, extensions B to F
    "HanaMinB.ttf",
    "BabelStoneHan.ttf",  # Debian's fonts-babelstone-han: some of extensions G and H
)
"""The typefaces that are taken from the machine, in the order in which they are asked."""
_ENDINGS = (".ttf", ".otf", ".ttc", ".otc")
_MOST_LOADED = 16
"""Combinations of typefaces that are kept loaded, those last used."""
_MOST = 200
"""Typefaces of a declared folder, and as many hundred files of it or of the machine, that are looked at."""


class Chosen(msgspec.Struct, frozen=True):
    """What a text is set in: the families that stand in for others, in order, and all the fonts."""

    families: tuple[str, ...]
    composed: dict[str, str]
    """The family that a letter with a mark is asked of, where another would piece it together."""
    fonts: "Fonts"
    kept: object
    """What has to last as long as the fonts are used."""


class FoundTypefaces:
    """The typefaces of this machine; a :class:`tongban.modules.certificates.model.Typefaces`."""

    def __init__(self, declared: Path | None = None, machine: Sequence[Path] = MACHINE) -> None:
        self._declared = declared
        self._machine = tuple(machine)
        self._lock = threading.Lock()
        self._found: tuple[Typeface, ...] | None = None
        self._loading = (
            threading.Lock()
        )  # its own: who only asks what is lacking never waits for it
        self._loaded: OrderedDict[tuple[Path, ...], _Loaded] = OrderedDict()

    def lacking(self, text: str) -> tuple[str, ...]:
        """Return the characters of a text that no typeface holds, each once."""
        return typefaces.lacking(text, self.all())

    def chosen(self, text: str) -> Chosen:
        """Return what a text is set in."""
        needed = typefaces.needed(text, self.all())
        bases = (typefaces.SERIF, typefaces.SANS)
        families = tuple(one.family for one in needed if one.family not in bases)
        loaded = self._of(tuple(one.path for one in needed))
        return Chosen(families, typefaces.composed(text, needed), loaded.fonts, loaded)

    def all(self) -> tuple[Typeface, ...]:
        """Return every typeface that was found, in the order in which they are asked."""
        with self._lock:
            if self._found is None:
                self._found = tuple(self._find())
            return self._found

    def _find(self) -> Iterator[Typeface]:
        taken: set[str] = set()
        places = (_packaged(), _folder(self._declared), _machine(self._machine))
        for paths in places:
            for typeface in _read(paths):
                if typeface.family not in taken:  # a document can ask by name only
                    taken.add(typeface.family)
                    yield typeface

    def _of(self, paths: tuple[Path, ...]) -> "_Loaded":
        with self._loading:
            if paths not in self._loaded:
                self._loaded[paths] = _Loaded(paths)
            self._loaded.move_to_end(paths)
            while len(self._loaded) > _MOST_LOADED:
                self._loaded.popitem(last=False)
            return self._loaded[paths]


class _Loaded:
    """These fonts and no others: typst takes folders, so one is made that points at them.

    It stays as long as anybody has the fonts, for typst reads one when it first sets a letter in it.
    """

    def __init__(self, paths: tuple[Path, ...]) -> None:
        folder = Path(tempfile.mkdtemp(prefix="tongban-fonts-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        for number, path in enumerate(paths):
            (folder / f"{number:02}{path.suffix}").symlink_to(path)
        self.fonts = _fonts(folder)


def _fonts(folder: Path) -> "Fonts":
    from typst import Fonts

    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def _packaged() -> list[Path]:
    import pylopdf_fonts_ko
    import pylopdf_fonts_zh_cn

    chinese = Path(pylopdf_fonts_zh_cn.__file__).parent
    built = Path(str(resources.files("tongban.modules.certificates"))) / "typefaces"
    return [
        chinese / "NotoSerifSC-Regular.otf",
        chinese / "NotoSansSC-Regular.otf",
        *sorted(built.glob("*.ttf")),
        Path(pylopdf_fonts_ko.__file__).parent / "NotoSerifKR-Regular.otf",
    ]


def _folder(folder: Path | None) -> list[Path]:
    if folder is None or not folder.is_dir():
        return []
    found: list[Path] = []
    looked_at = 0
    for where, inner, names in os.walk(folder):
        inner.sort()
        for name in sorted(names):
            looked_at += 1
            path = Path(where) / name
            if path.suffix.lower() in _ENDINGS and path.is_file():
                found.append(path)
            if looked_at >= _MOST * 100 or len(found) >= _MOST:
                return sorted(found)
    return sorted(found)


def _machine(folders: Iterable[Path]) -> list[Path]:
    """Return the known typefaces below the folders, in the order of ``KNOWN``."""
    found: dict[str, Path] = {}
    looked_at = 0
    for folder in folders:
        for where, _, names in os.walk(folder):
            looked_at += len(names)
            if looked_at > _MOST * 100:
                break
            for name in names:
                if name in KNOWN:
                    found.setdefault(name, Path(where) / name)
    return [found[name] for name in KNOWN if name in found]


def _read(paths: Iterable[Path]) -> Iterator[Typeface]:
    """Yield the regular typeface of every family in the files; what cannot be read is left out."""
    for path in paths:
        infos = _infos(path)
        for family in dict.fromkeys(info.family for info in infos):
            best = min((info for info in infos if info.family == family), key=_distance)
            try:
                changed = path.stat().st_mtime_ns
                coverage = _coverage(path, best.index, changed)
            except Exception as error:  # a damaged font must not keep the others from being used
                _log.warning("the font %s cannot be read: %s", path.name, type(error).__name__)
                continue
            yield Typeface(family=family, path=path, coverage=coverage)


@functools.lru_cache(maxsize=512)
def _coverage(path: Path, index: int, _changed_at: int) -> Coverage:
    """Return what a typeface in a file holds, as its character map says."""
    from fontTools.ttLib import TTFont

    with TTFont(path, fontNumber=index, lazy=True) as font:
        return Coverage(font.getBestCmap() or ())


def _infos(path: Path) -> "list[FontInfo]":
    with tempfile.TemporaryDirectory(prefix="tongban-font-") as folder:
        (Path(folder) / path.name).symlink_to(path.resolve())
        return _fonts(Path(folder)).fonts()


def _distance(info: "FontInfo") -> tuple[bool, int]:
    return (info.style != "normal", abs(info.weight - 400))
