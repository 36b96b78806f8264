"""Typefaces of a test's own, and what a reader of a PDF is told."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pypdf import PdfReader
from pypdf.generic import ContentStream

from tongban.modules.certificates.adapters.typefaces import FoundTypefaces

PACKAGED = FoundTypefaces(machine=())
"""Those of the packages alone, as on a machine without any."""


def make(path: Path, text: str, family: str = "Small Font", *, empty: bool = False) -> Path:
    """Write a font that holds the characters of a text as boxes, or claims them and draws none."""
    names = {ord(each): f"u{ord(each):X}" for each in text}
    pen = TTGlyphPen(None)
    for point in ((100, 0), (100, 700), (900, 700), (900, 0)):
        (pen.moveTo if point == (100, 0) else pen.lineTo)(point)
    pen.closePath()
    box = pen.glyph()
    order = [".notdef", *names.values()]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({code: ".notdef" if empty else name for code, name in names.items()})
    builder.setupGlyf(dict.fromkeys(order, box))
    builder.setupHorizontalMetrics(dict.fromkeys(order, (1000, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")}
    )
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWeightClass=400)
    builder.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.save(path)
    return path


def spoken(pdf: bytes) -> str:
    """Return the text layer of a PDF as a reader is to take it (ISO 32000-2, 9.10 and 14.9.4).

    In the order of drawing: what runs from right to left stands reversed.
    """
    reader = PdfReader(io.BytesIO(pdf))
    return "".join("".join(_spoken_on(page)) for page in reader.pages)


def _spoken_on(page: Any) -> Iterator[str]:
    maps = {name: _unicode(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
    font: dict[int, str] = {}
    hidden: list[bool] = []  # marked contents that are open, and whether each stands for other text
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator in (b"BDC", b"BMC"):
            actual = _actual(operands)
            hidden.append(actual is not None)
            yield actual or ""
        elif operator == b"EMC":
            hidden.pop()
        elif operator == b"Tf":
            font = maps[operands[0]]
        elif operator in (b"Tj", b"TJ") and not any(hidden):
            yield _shown(operands[0], font)


def _actual(operands: Any) -> str | None:
    known = operands[1] if len(operands) > 1 and isinstance(operands[1], dict) else {}
    return str(known["/ActualText"]) if "/ActualText" in known else None


def _shown(shown: Any, font: dict[int, str]) -> str:
    parts = shown if isinstance(shown, list) else [shown]
    raw = b"".join(_raw(part) for part in parts if isinstance(part, str | bytes))
    codes = (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))
    return "".join(font.get(code, "\ufffd") for code in codes)


def _raw(part: Any) -> bytes:
    return part if isinstance(part, bytes) else bytes(part.original_bytes)


def _unicode(font: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    wanted = False
    for line in font["/ToUnicode"].get_data().decode("latin-1").splitlines():
        if "beginbfchar" in line:
            wanted = True
        elif "endbfchar" in line:
            wanted = False
        elif wanted:
            code, text = line.split()
            found[int(code.strip("<>"), 16)] = bytes.fromhex(text.strip("<>")).decode("utf-16-be")
    return found
