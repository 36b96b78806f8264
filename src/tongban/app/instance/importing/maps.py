"""A map says which column is what, for layouts that are not known: read from a file, and saved to one.

``name: 事项名称`` names a column. With more keys::

    name: {columns: [主项名称, 办理项名称], join: "{0}（{1}）"}
    department: {value: 水务局}
    audience: {column: 服务对象, split: "、"}
    promised_limit: {column: 承诺时限, unit: working_day}
    type: {column: 类别, codes: {许可: "01"}}
    department: {column: 部门, fill: true}
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from tongban.app.instance.importing.targets import Target
from tongban.kernel.characters import without_hidden
from tongban.kernel.errors import Kind, Refusal
from tongban.kit.definitions.nearest import nearest
from tongban.kit.definitions.nodes import Mapping as Keys
from tongban.kit.definitions.nodes import Node, Scalar, Sequence, plain
from tongban.kit.definitions.yaml_files import Refused, read
from tongban.kit.i18n import problem_of
from tongban.kit.tables.model import unreadable

UNITS = ("working_day", "day")
_LONGEST_TEMPLATE = 200
_DAYS = ".days"
_OPTIONS = ("column", "columns", "join", "value", "split", "unit", "codes", "fill")


@dataclass(frozen=True, slots=True)
class How:
    """How a key is filled: from columns, joined; or with one value for every row."""

    columns: tuple[str, ...] = ()
    join: str = ""
    """A template such as ``{0}（{1}）``; parts that are empty leave the first alone."""
    value: str | None = None
    split: str = ""
    unit: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    fill: bool = False
    """Whether an empty cell says what the one above it says."""


Map = dict[str, How]


def read_map(path: Path, target: Target) -> Map:
    """Return the map in a file. Refuses one that cannot be read, and unknown keys by name."""
    problems: list[str] = []

    def report(rule: object, line: int, column: int, **_data: object) -> None:
        problems.append(f"{line}:{column} {getattr(rule, 'code', '')}")

    try:
        root = read(path.read_bytes(), report)
    except OSError as error:
        raise unreadable(path, problem_of(error)) from None
    except Refused:
        root = None
    if not isinstance(root, Keys) or problems:
        raise _bad(path, "; ".join(problems) or "1:1")
    return {known_key(key, target): _how(path, key, node) for key, node in root.values.items()}


def _how(path: Path, key: str, node: Node) -> How:
    if isinstance(node, Scalar):
        return How(columns=(node.text,))
    if not isinstance(node, Keys):
        raise _bad(path, f"{node.line}:{node.column} {key}")
    for option, (line, column) in node.keys.items():
        if option not in _OPTIONS:
            close = nearest(option, _OPTIONS) or ", ".join(_OPTIONS)
            raise _bad(path, f"{line}:{column} {key}.{option} ({close})")
    how = _options(path, key, node)
    if not how.columns and how.value is None:
        raise _bad(path, f"{node.line}:{node.column} {key} (column, columns, value)")
    return how


def _options(path: Path, key: str, node: Keys) -> How:
    column, columns = node.values.get("column"), node.values.get("columns")
    listed = plain(columns) if isinstance(columns, Sequence) else [plain(column)] if column else []
    codes = node.values.get("codes")
    unit = _word(node, "unit")
    how = How(
        columns=tuple(one for one in listed if isinstance(one, str)),
        join=_word(node, "join"),
        value=without_hidden(_word(node, "value")) if "value" in node.values else None,
        split=_word(node, "split").replace("\\n", "\n"),
        unit=unit,
        codes={k: str(v) for k, v in plain(codes).items()} if isinstance(codes, Keys) else {},
        fill=_word(node, "fill") == "true",
    )
    if unit and unit not in UNITS:
        raise _bad(path, f"{node.line}:{node.column} {key}.unit: {unit} ({', '.join(UNITS)})")
    if how.join and not _joins(how.join, len(how.columns)):
        raise _bad(path, f"{node.line}:{node.column} {key}.join: {how.join}")
    return how


def _word(node: Keys, option: str) -> str:
    value = node.values.get(option)
    return value.text if isinstance(value, Scalar) else ""


def _joins(template: str, count: int) -> bool:
    """Whether a template is short and holds nothing but the places of its columns, each once."""
    if len(template) > _LONGEST_TEMPLATE:
        return False
    try:
        found = [one[1:] for one in Formatter().parse(template) if one[1] is not None]
    except ValueError:
        return False
    places = [str(name) for name, _, _ in found]
    plainly = all(not form and not conversion for _, form, conversion in found)
    return plainly and sorted(places) == sorted(set(places) & {str(one) for one in range(count)})


def _bad(path: Path, problem: str) -> Refusal:
    return Refusal("app.map_unreadable", Kind.INVALID, path=str(path), problem=problem)


def known_key(key: str, target: Target) -> str:
    """Return the key that is meant; refuses one that a listing of this kind cannot fill.

    The days of a limit are the limit itself: a column of days is read with its unit, or not at all.
    """
    whole = target.key(key.removesuffix(_DAYS)) if key.endswith(_DAYS) else None
    if whole is not None and whole.sort == "limit":
        return whole.name
    if target.key(key) is None:
        known = target.all_names()
        raise Refusal(
            "app.map_unknown_key",
            Kind.INVALID,
            key=key,
            suggestion=nearest(key, known) or known[0],
            known=", ".join(known),
        )
    return key


def _pair(said: str, option: str, target: Target) -> tuple[str, str]:
    key, equals, value = said.partition("=")
    if not equals or not key.strip() or not value.strip():
        raise Refusal("app.map_option", Kind.INVALID, option=option, found=said)
    return known_key(key.strip(), target), value.strip()


def merged_map(
    target: Target, said: Iterable[str], constants: Iterable[str], filled: Iterable[str]
) -> Map:
    """Return the map of a command: files and ``key=column`` in their order, constants, fills."""
    found: Map = {}
    for one in said:
        if "=" in one and not Path(one).exists():
            key, column = _pair(one, "--map", target)
            found[key] = replace(found.get(key, How()), columns=(column,), value=None)
        else:
            found.update(read_map(Path(one), target))
    for one in constants:
        key, value = _pair(one, "--set", target)
        found[key] = How(value=without_hidden(value))
    for said_key in filled:
        key = known_key(said_key, target)
        found[key] = replace(found.get(key, How()), fill=True)
    return found


def as_yaml(used: Mapping[str, How]) -> str:
    """Return a map as the text of a file that :func:`read_map` reads."""
    whole: dict[str, Any] = {key: _plain_how(how) for key, how in used.items()}
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=10_000)


def _plain_how(how: How) -> Any:
    options: dict[str, Any] = {}
    if how.value is not None:
        options["value"] = how.value
    elif len(how.columns) == 1:
        options["column"] = how.columns[0]
    else:
        options["columns"] = list(how.columns)
    for option in ("join", "split", "unit"):
        if said := getattr(how, option):
            options[option] = said
    if how.codes:
        options["codes"] = dict(how.codes)
    if how.fill:
        options["fill"] = "true"
    return options["column"] if list(options) == ["column"] else options
