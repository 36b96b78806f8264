"""How a cell is read, by what its key needs. A reader returns the value or says why it has none.

Nothing is guessed: what could mean two things is :class:`Unfit`, and the value stays absent.
"""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from tongban.app.instance.importing.fees import fee_of
from tongban.app.instance.importing.findings import Doubt, Partly, Unfit
from tongban.app.instance.importing.formats import Format, Held, format_in, held_in, length_in
from tongban.app.instance.importing.laws import bases_of
from tongban.app.instance.importing.limits import limit_of, unit_in, unit_of
from tongban.app.instance.importing.lists import things_in, unmarked
from tongban.app.instance.importing.maps import How
from tongban.app.instance.importing.nesting import cut
from tongban.app.instance.importing.normal import lines_of, points_elsewhere, tight, worded
from tongban.app.instance.importing.papers import papers_of
from tongban.app.instance.importing.targets import Key, words_of
from tongban.app.instance.importing.visits import visits_of
from tongban.kernel.characters import compact, hidden_in
from tongban.kernel.identifiers import email_fault, may_be_shortened, plain_mailbox
from tongban.kernel.nothing import NOTHING
from tongban.kernel.numbers import NotANumber, read_integer
from tongban.kernel.written_dates import DateFault, NotADate, read_date
from tongban.kit.web_addresses import is_web_address
from tongban.kit.word_forms import simplified
from tongban.modules.government.definition.codes import LEVELS, NATURES
from tongban.modules.services.definition.codes import AUDIENCES, CHANNELS, KINDS, type_of

_LONGEST_NOTHING = max(map(len, NOTHING))
_BETWEEN = re.compile(r"[;；\n\r|]+")
_BETWEEN_WORDS = re.compile(r"[;；,，、\n\r|]+")
_BETWEEN_CODES = re.compile(r"(?:[;；,，、。\n\r\t|/+＋&＆]|以及|及其?|和|与|或者?)+")
_SPACES = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a cell is read for: its key, how the map says it is written, the name of its column."""

    key: Key
    how: How = field(default_factory=How)
    column: str = ""


def read_cell(cell: str, asked: Asked) -> Any:
    """Return what a cell says, None where it says nothing. Raises Unfit.

    What was understood in part only comes as Partly, with what is to be looked at.
    """
    said = cell.strip()
    if plain_is_nothing(said):
        return None
    if may_be_shortened(said):
        raise Unfit("number_shortened", key=asked.key.name, value=said)
    if asked.key.sort in _EXACT and points_elsewhere(said):
        raise _unfit(said, asked)
    if asked.key.sort in _TEXTS and asked.key.name != "name" and said.casefold() in _TRUTHS:
        raise _unfit(said, asked)
    return READERS[asked.key.sort](said, asked)


_TEXTS = frozenset({"words", "lines", "phone", "list", "services", "departments", "roles"})
_TRUTHS = ("true", "false")
"""What JSON and spreadsheets write for yes and no: no text. A name is judged as one elsewhere."""
COMPARED = frozenset({"limit", "unit", "visits", "type", "level", "kind", "nature", "yes_no", "share",
                      "cycle", "date", "delivery", "rests_on", "length"})  # fmt: skip
"""Sorts of which two columns must say the same: a number, a day, or one code."""


def differs(value: Any, cell: str, asked: Asked, column: str) -> bool:
    """Whether another column of a key says otherwise than what was read.

    Of a limit without a unit the number counts; words for a limit that is none, as 3个月, say
    otherwise, and what cannot be read as another sort says nothing.
    """
    unit = value["unit"] if asked.key.sort == "limit" and not unit_in(column) else ""
    how = replace(asked.how, columns=(), unit=unit)
    try:
        found = read_cell(cell, replace(asked, how=how, column=column))
    except Unfit:
        return asked.key.sort == "limit" and not points_elsewhere(cell)
    found = found.value if isinstance(found, Partly) else found
    at_once = (
        asked.key.sort == "limit" and found is not None and not (found["days"] or value["days"])
    )
    return found is not None and found != value and not at_once


_EXACT = frozenset({"basis", "materials", "list", "services", "departments", "roles"})
"""Sorts whose parts are things of their own: 见附件 is none of them. In prose it may stand."""


def plain_is_nothing(said: str) -> bool:
    """Whether a cell says in some way that there is nothing."""
    word = said.strip()
    return len(word) <= _LONGEST_NOTHING and simplified(word.casefold()) in NOTHING


_HOLD_SEVERAL = frozenset({"list", "services", "departments", "roles", "materials", "basis", "audience",
                           "channels", "method", "lines", "fee", "phone", "json"})  # fmt: skip
"""Sorts of keys that hold several values, or lines."""
_HOLD_OBJECTS = frozenset({"materials", "json"})
_OPENS = ("[{", "[[", '["', '{"', "[ ", "{ ", "[\n", "{\n")


def is_nested(cell: str, sort: str, *, several: bool) -> bool:
    """Whether a cell holds several values or objects where its key takes one, or words.

    ``several`` says that its parts were values of their own, as those of a list in JSON.
    """
    if several and sort not in _HOLD_SEVERAL:
        return True
    said = cell.strip()
    return said.startswith(_OPENS) and sort not in _HOLD_OBJECTS and _is_structure(said)


def _is_structure(said: str) -> bool:
    try:
        found = msgspec.json.decode(said)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False
    return isinstance(found, (dict, list))


def _unfit(said: str, asked: Asked) -> Unfit:
    shown = "…" if asked.key.personal else said
    return Unfit("value_unfit", key=asked.key.name, value=shown)


# Words ------------------------------------------------------------------------------------------


def _words(said: str, _: Asked) -> str:
    return _SPACES.sub(" ", " ".join(lines_of(said))).strip()


def _name(said: str, _: Asked) -> str:
    """Return a name on one line; between ideographs a line break is only the width of a cell."""
    joined: list[str] = []
    for line in lines_of(said):
        touching = joined and not (joined[-1][-1].isascii() or line[0].isascii())
        joined += [line] if touching or not joined else [" ", line]
    return _SPACES.sub(" ", "".join(joined)).strip()


_BODY_ON_A_LINE = re.compile(r".*(?:局|委员会|厅|政府)")


def _department(said: str, asked: Asked) -> str:
    """Return the name of a department; where each line is one of its own they stay apart."""
    held = lines_of(said)
    if len(held) > 1 and all(_BODY_ON_A_LINE.fullmatch(one) for one in held):
        return "、".join(held)
    return unmarked(_name(said, asked)) if len(things_in(said)) < 2 else _name(said, asked)


def _lines(said: str, _: Asked) -> str:
    return "\n".join(lines_of(_SPACES.sub(" ", said.replace("\r\n", "\n"))))


_NUMBER_CELL = re.compile(r"([0-9]{5,15})\.0+")
"""A telephone in a cell that is a number: what programs for tables write where others are empty."""


def _phone(said: str, asked: Asked) -> str | Partly:
    number = _NUMBER_CELL.fullmatch(said)
    if number is None:
        return _lines(said, asked)
    told = {"key": asked.key.name, "value": said, "found": number[1]}
    return Partly(number[1], (Doubt("phone_was_number", told),))


def _code(said: str, asked: Asked) -> str:
    found = compact(said)
    if not found or hidden_in(found):
        raise _unfit(said, asked)
    return found


def _url(said: str, asked: Asked) -> str:
    if not is_web_address(said):
        raise Unfit("guide_url_unusable", url=said)
    return said


def _mail(said: str, asked: Asked) -> str:
    found = plain_mailbox(said)
    if email_fault(found) is not None:
        raise _unfit(said, asked)
    return found


# Numbers and days -------------------------------------------------------------------------------


def _integer(said: str, asked: Asked) -> int:
    try:
        return read_integer(said)
    except NotANumber:
        raise _unfit(said, asked) from None


def _visits(said: str, asked: Asked) -> int | Partly:
    return visits_of(said, asked.key.name)


_MIDNIGHT = (" 00:00:00", " 00:00")
"""What a spreadsheet writes after a day."""


def _date(said: str, asked: Asked) -> str:
    day = said.strip()
    for end in _MIDNIGHT:
        day = day.removesuffix(end)
    try:
        return read_date(day).isoformat()
    except NotADate as error:
        unfit = _unfit(said, asked)
        if error.fault is DateFault.TWO_DAYS:
            raise Unfit("date_two_days", **unfit.data) from None
        raise unfit from None


def _limit(said: str, asked: Asked) -> dict[str, Any] | Partly:
    return limit_of(said, asked.key.name, asked.how.unit or unit_in(asked.column))


def _fee(said: str, asked: Asked) -> str | Partly:
    return fee_of(said, asked.key.name)


def _unit(said: str, asked: Asked) -> str:
    found = unit_of(said)
    if not found:
        raise _unfit(said, asked)
    return found


# Codes ------------------------------------------------------------------------------------------


def _standard(codes: Mapping[str, Mapping[str, str]], name: str) -> dict[str, str]:
    found = {tight(code): code for code in codes}
    found.update({tight(names["zh"]): code for code, names in codes.items()})
    found.update({tight(names["en"]): code for code, names in codes.items()})
    return {**_own(name), **found}


def _own(name: str) -> dict[str, str]:
    return {tight(word): code for code, words in words_of(name).items() for word in (*words, code)}


@functools.cache
def _codes(name: str) -> dict[str, str]:
    """Return the code of everything that cells say for it, by plain words."""
    standard = {"audience": AUDIENCES, "channels": CHANNELS, "kind": KINDS, "level": LEVELS}
    if name == "nature":
        return _standard(NATURES, name)
    return _standard(standard[name], name) if name in standard else _own(name)


def _one_of(name: str) -> Callable[[str, Asked], str]:
    def read(said: str, asked: Asked) -> str:
        found = _codes(name).get(worded(said))
        if found is None:
            raise _unfit(said, asked)
        return found

    return read


_NOTED = re.compile(r"([^()]+)\(([^()]+)\)")
"""A word and another for the same, as in 自然人（个人）."""


def _code_of(name: str, word: str) -> str | None:
    codes, said = _codes(name), worded(word)
    noted = _NOTED.fullmatch(said)
    if said in codes or noted is None:
        return codes.get(said)
    one, other = (codes.get(each) for each in noted.groups())
    return one if one == other else None


def _some_of(name: str) -> Callable[[str, Asked], list[str] | Partly]:
    def read(said: str, asked: Asked) -> list[str] | Partly:
        found: dict[str, None] = {}
        unknown: list[str] = []
        for part in parts(said, asked, _BETWEEN_CODES):
            for word in [part] if _code_of(name, part) else part.split():
                code = _code_of(name, word)
                found.update(dict.fromkeys((code or "").split()))
                unknown += [] if code else [word]
        if unknown and (not found or name in _WHOLE_OR_NOT):
            raise _unfit(said, asked)
        doubts = [Doubt("word_unknown", {"value": one}) for one in unknown]
        return _with_doubts(list(found), doubts, asked)

    return read


_WHOLE_OR_NOT = frozenset({"method"})
"""Sorts of words of which a part alone would say how data may be shared."""


def _type(said: str, _: Asked) -> str:
    found = type_of(simplified(said))
    if not found:
        raise Unfit("type_unknown", type=said)
    return found


def _yes_no(said: str, asked: Asked) -> bool:
    return _one_of("yes_no")(said, asked) == "yes"


def _boolean(said: str, asked: Asked) -> str:
    return "true" if _yes_no(said, asked) else "false"


def _choice(said: str, asked: Asked) -> str:
    if asked.key.kind is None or said not in asked.key.kind.choices:
        raise _unfit(said, asked)
    return said


def _held(said: str, asked: Asked) -> Held:
    found = held_in(said)
    if found is None:
        raise _unfit(said, asked)
    return found


def _length(said: str, asked: Asked) -> Held:
    found = length_in(said)
    if found is None:
        raise _unfit(said, asked)
    return found


def _format(said: str, asked: Asked) -> str:
    found = format_in(said)
    if found is None:
        raise _unfit(said, asked)
    return found.category


def _any_format(said: str, asked: Asked) -> Held | Format:
    """Return what a column says that is only called 格式: of the resource or of its item."""
    return format_in(said) or _held(said, asked)


# Lists and structures ---------------------------------------------------------------------------


def parts(said: str, asked: Asked, between: re.Pattern[str] = _BETWEEN) -> list[str]:
    """Return the parts of a list cell, at what the map says lies between, else at the usual signs.

    Each is what the map's codes say that it stands for.
    """
    if asked.how.split:
        found = said.split(asked.how.split)
    else:
        found = [one for thing in things_in(said) for one in cut(thing, between)]
    filled = [one.strip() for one in found if not plain_is_nothing(one)]
    meant = set(asked.how.codes.values())
    return [one if one in meant else asked.how.codes.get(one, one) for one in filled]


def _list(said: str, asked: Asked) -> list[str]:
    return parts(said, asked, _BETWEEN_WORDS)


def _basis(said: str, asked: Asked) -> list[dict[str, str]] | Partly:
    found = [bases_of(one) for one in (parts(said, asked) if asked.how.split else [said])]
    laws = [law for one in found for law in one.laws]
    return _with_doubts(laws, [doubt for one in found for doubt in one.doubts], asked)


def _materials(said: str, asked: Asked) -> list[dict[str, Any]] | Partly:
    if said.startswith("[{"):
        return list(_structure(said, asked))
    if worded(said) in _codes("yes_no"):
        raise _unfit(said, asked)
    split = bool(asked.how.split)
    found = papers_of(parts(said, asked) if split else [said], parted=split, codes=asked.how.codes)
    return _with_doubts(found.papers, found.doubts, asked)


def _with_doubts(value: list[Any], doubts: list[Doubt], asked: Asked) -> list[Any] | Partly:
    if not doubts:
        return value
    said = (replace(one, data={"key": asked.key.name, **one.data}) for one in doubts)
    return Partly(value, tuple(said))


def _structure(said: str, asked: Asked) -> Any:
    """Return a structure written as JSON, if it fits the key's shape."""
    kind = asked.key.kind
    try:
        value = msgspec.json.decode(said)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise _unfit(said[:40], asked) from None
    item = kind.item if kind is not None and kind.item is not None else kind
    shape = None if item is None else item.shape
    if shape is None:
        raise _unfit(said[:40], asked)
    for one in value if isinstance(value, list) else [value]:
        try:
            msgspec.convert(one, shape, strict=False)
        except (msgspec.ValidationError, ValueError):
            raise _unfit(said[:40], asked) from None
    return value


READERS: Mapping[str, Callable[[str, Asked], Any]] = {
    "words": _words,
    "name": _name,
    "lines": _lines,
    "phone": _phone,
    "code": _code,
    "credit_code": _code,
    "department": _department,
    "departments": _list,
    "services": _list,
    "roles": _list,
    "resource": _words,
    "list": _list,
    "type": _type,
    "level": _one_of("level"),
    "kind": _one_of("kind"),
    "nature": _one_of("nature"),
    "audience": _some_of("audience"),
    "channels": _some_of("channels"),
    "share": _one_of("share"),
    "method": _some_of("method"),
    "delivery": _one_of("delivery"),
    "cycle": _one_of("cycle"),
    "format": _format,
    "any_format": _any_format,
    "data_type": _held,
    "item_format": _held,
    "length": _length,
    "rests_on": _one_of("rests_on"),
    "limit": _limit,
    "fee": _fee,
    "unit": _unit,
    "visits": _visits,
    "integer": _integer,
    "date": _date,
    "yes_no": _yes_no,
    "boolean": _boolean,
    "choice": _choice,
    "url": _url,
    "mail": _mail,
    "basis": _basis,
    "materials": _materials,
    "json": _structure,
}
