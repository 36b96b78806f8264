"""What a workbook shows beyond its values: number formats, what is hidden, formulas without a result.

The library that reads values does not tell these, so they are looked up in the file itself (xls: old_books):
a code 000012 is the number 12 with a format, and a formula that no spreadsheet has computed has no value.
"""

import html
import re
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from tongban.kit.tables.formats import BUILT_IN, Format, format_of
from tongban.kit.tables.model import MOST_HIDDEN, Place, Shown
from tongban.kit.tables.old_books import COMPOUND, shown_in_old


def shown_in(path: Path, sheet: str) -> Shown:
    """Return what a sheet of a workbook shows. Raises Damaged for an old one that does not tell it."""
    with path.open("rb") as file:
        if file.read(len(COMPOUND)) == COMPOUND:
            return shown_in_old(path, sheet)
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            return _of_document(archive.read("content.xml"), sheet)
        part = _part_of(archive, names, sheet)
        return _of_sheet(archive.read(part), _formats(archive, names)) if part else Shown()


# xlsx -------------------------------------------------------------------------------------------

_ATTRIBUTE = re.compile(rb"""([\w:-]{1,60})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]{0,2000})>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]{0,4000})>")
_NUMBER_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s([^>]{0,4000})>")
_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\b([^>]{0,2000})>")
_HIDDEN = re.compile(rb"<(?:\w+:)?(row|col)\s[^>]{0,800}?\bhidden=[\"'](?:1|true)[\"'][^>]{0,800}>")
_UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?c\s([^>]{0,400})>\s*<(?:\w+:)?f\b(?:[^>]{0,800}/>|[^>]{0,800}>[^<]*</(?:\w+:)?f>)\s*"
    rb"(<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(
    rb"<(?:\w+:)?c\s([^>]{0,400}?\bt=[\"']e[\"'][^>]{0,400})>\s*"
    rb"(?:<(?:\w+:)?f\b(?:[^>]{0,800}/>|[^>]{0,800}>[^<]*</(?:\w+:)?f>)\s*)?<(?:\w+:)?v>([^<]{1,40})</"
)
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        name.decode(): html.unescape((double or single).decode("utf-8", "replace"))
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def _part_of(archive: zipfile.ZipFile, names: set[str], sheet: str) -> str:
    """Return in which part of an xlsx file a sheet stands, nothing where it does not tell."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return ""
    book = map(_attributes, _SHEET.findall(archive.read("xl/workbook.xml")))
    found = next((one for one in book if one.get("name") == sheet), {})
    key = next((value for name, value in found.items() if name.endswith(":id")), "")
    relations = map(_attributes, _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")))
    target = next((one.get("Target", "") for one in relations if one.get("Id") == key), "")
    part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return part if part in names else ""


def _formats(archive: zipfile.ZipFile, names: set[str]) -> Mapping[bytes, Format]:
    """Return the formats that show more than a number's digits, by the style of a cell."""
    if "xl/styles.xml" not in names:
        return {}
    styles = archive.read("xl/styles.xml")
    codes = {str(number).encode(): code for number, code in BUILT_IN.items()}
    for one in map(_attributes, _NUMBER_FORMAT.findall(styles)):
        codes[one.get("numFmtId", "").encode()] = one.get("formatCode", "")
    whole = _STYLES.search(styles)
    found: dict[bytes, Format] = {}
    for number, tag in enumerate(_STYLE.findall(whole[0]) if whole else ()):
        code = codes.get(_attributes(tag).get("numFmtId", "").encode(), "")
        if shape := format_of(code):
            found[str(number).encode()] = shape
    return found


def _of_sheet(content: bytes, formats: Mapping[bytes, Format]) -> Shown:
    found = Shown()
    for one in _HIDDEN.finditer(content):
        if one[1] == b"row":
            found.hidden_rows += 1
        else:
            found.hidden_columns += _columns(_attributes(one[0]))
    for one in _UNCOMPUTED.finditer(content):
        said = _attributes(one[1])
        place = _place(said.get("r", ""))
        if place is not None and not (one[2] and said.get("t") == "str"):
            found.uncomputed.add(place)
    for one in _ERROR.finditer(content):
        place = _place(_attributes(one[1]).get("r", ""))
        if place is not None:
            found.errors[place] = html.unescape(one[2].decode("utf-8", "replace"))
    if formats:
        styles = b"|".join(formats)
        cells = re.compile(rb"<(?:\w+:)?c\s(?=[^>]{0,400}\bs=\"(" + styles + rb")\")([^>]{0,400})>")
        for one in cells.finditer(content):
            place = _place(_attributes(one[2]).get("r", ""))
            if place is not None:
                found.formats[place] = formats[one[1]]
    return found


def _columns(said: Mapping[str, str]) -> list[int]:
    try:
        first, last = int(said["min"]), int(said["max"])
    except (KeyError, ValueError):
        return []
    return list(range(first - 1, min(last, first + MOST_HIDDEN)))


def _place(reference: str) -> Place | None:
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


# ods --------------------------------------------------------------------------------------------

_INTERESTING = re.compile(
    rb'rows-spanned="(?!1")|visibility="(?:collapse|filter)"|value-type="percentage"|table:formula'
    rb'|value-type="(?:float|currency)"'
)
_TABLE = re.compile(
    rb"<table:(table|table-row|table-column|table-cell|covered-table-cell)(?:\s([^>]{0,2000}?))?(/?)>"
)
_PARAGRAPH = re.compile(rb"<text:p\b[^>]{0,400}>([^<]{0,400})</text:p>")
_NUMBERS = ("float", "percentage", "currency")
_WORDED = re.compile(r"([^0-9.,\-]{0,40})([0-9][0-9,]{0,30}(?:\.[0-9]{1,30})?)([^0-9.,]{0,40})")
_MOST_REPEATED = 20_000


def _of_document(content: bytes, sheet: str) -> Shown:
    found = Shown()
    if _INTERESTING.search(content) is None:
        return found
    for said, row, column, inside in _cells(content, sheet, found):
        _of_cell(found, said, (row, column), inside)
    return found


def _cells(
    content: bytes, sheet: str, found: Shown
) -> Iterator[tuple[Mapping[str, str], int, int, bytes]]:
    """Yield the cells of a sheet with their row and column, and what stands in them."""
    inside = False
    row = column = ahead = 0
    again = 1
    tags = list(_TABLE.finditer(content))
    for number, tag in enumerate(tags):
        said = _attributes(tag[2] or b"")
        if tag[1] == b"table":
            inside, row, ahead, again = said.get("table:name") == sheet, 0, 0, 0
        elif not inside:
            continue
        elif tag[1] == b"table-column":
            count = _count(said, "table:number-columns-repeated")
            if _is_hidden(said):
                found.hidden_columns += range(ahead, ahead + min(count, MOST_HIDDEN))
            ahead += count
        elif tag[1] == b"table-row":
            row, column = row + again, 0
            again = _count(said, "table:number-rows-repeated")
            found.hidden_rows += again if _is_hidden(said) and again < _MOST_REPEATED else 0
        else:
            count = _count(said, "table:number-columns-repeated")
            end = tags[number + 1].start() if number + 1 < len(tags) else len(content)
            between = content[tag.end() : end] if said and not tag[3] else b""
            if between or "table:formula" in said:
                for down in range(min(again, _MOST_REPEATED)):
                    for right in range(min(count, MOST_HIDDEN)):
                        yield said, row + down, column + right, between
            column += count


def _of_cell(found: Shown, said: Mapping[str, str], place: Place, inside: bytes) -> None:
    rows = _count(said, "table:number-rows-spanned")
    if rows > 1:
        last = place[0] + rows - 1, place[1] + _count(said, "table:number-columns-spanned") - 1
        found.merged.append((place, last))
    kind = said.get("office:value-type", "")
    if "table:formula" in said and not kind and not inside.strip():
        found.uncomputed.add(place)
    if kind in _NUMBERS and len(shown := _PARAGRAPH.findall(inside)) == 1:
        text = html.unescape(shown[0].decode("utf-8", "replace")).strip()
        value = said.get("office:value", "")
        if kind == "percentage" or _is_padded(text, value):
            found.texts[place] = text
        elif worded := _in_words(text, value):
            found.texts[place] = worded


def _is_padded(text: str, value: str) -> bool:
    """Whether a text is a number with noughts before it."""
    try:
        return text.isdecimal() and text.startswith("0") and Decimal(text) == Decimal(value) != 0
    except ArithmeticError:
        return False


def _in_words(text: str, value: str) -> str:
    """Return a number, exactly, among the words around it; nothing where it stands alone or in thousands."""
    found = _WORDED.fullmatch(text)
    if found is None or not (found[1] or found[3]):
        return ""
    try:
        shown, meant = Decimal(found[2].replace(",", "")), Decimal(value)
    except ArithmeticError:
        return ""
    near = abs(shown - meant) <= Decimal(1).scaleb(-len(found[2].partition(".")[2]))
    return f"{found[1]}{meant:f}{found[3]}" if near else ""


def _count(said: Mapping[str, str], name: str) -> int:
    digits = said.get(name, "1")
    return int(digits) if digits.isdecimal() and len(digits) < 9 else 1


def _is_hidden(said: Mapping[str, str]) -> bool:
    return said.get("table:visibility", "") in ("collapse", "filter")
