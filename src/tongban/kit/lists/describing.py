"""What a list says of itself to programs: its operations, made from the one declaration."""

import datetime as dt
from collections.abc import Mapping
from functools import cache, partial
from typing import Annotated, Any

import msgspec

from tongban.kernel.errors import Kind as RefusalKind
from tongban.kernel.text import Text
from tongban.kit.interface.declaration import Operation, Parameter, Problem, problem_named
from tongban.kit.interface.words import both
from tongban.kit.lists.declaration import Column, Filter, Kind, Listing, in_words

_TYPES: Mapping[Kind, Any] = {
    Kind.TEXT: str,
    Kind.IDENTIFIER: str,
    Kind.NUMBER: int,
    Kind.MONEY: int,
    Kind.DAY: dt.date | None,
    Kind.INSTANT: dt.datetime | None,
}
_REFUSALS = tuple(
    problem_named(f"kit.{fact}", RefusalKind.INVALID)
    for fact in ("filter_unknown", "filter_private", "filter_value_unknown")
)
_OF_PAGES = (problem_named("kit.page_unknown", RefusalKind.INVALID),)
OF_FILES = (
    problem_named("kit.list_file_running", RefusalKind.TOO_MANY),
    problem_named("kit.list_files_busy", RefusalKind.TOO_MANY),
)
"""Why a file that is written first may be refused."""


_TEXT = r"^[^\u0000]*$"
"""U+0000 is no text: ``kit.texts`` refuses it whatever the list."""


@cache
def row_of(listing: Listing) -> Any:
    """Return the type of what a program is given of a row."""
    if isinstance(listing.shape, tuple):
        either = [{"$ref": f"#/components/schemas/{one.__name__}"} for one in listing.shape]
        return Annotated[dict[str, Any], msgspec.Meta(extra_json_schema={"anyOf": either})]
    if listing.thing is not None:
        return listing.shape
    fields = [(column.key, _described(column)) for column in listing.columns]
    return msgspec.defstruct(_name(listing) + "Row", fields, kw_only=True)


def _described(column: Column) -> Any:
    return Annotated[type_of(column), msgspec.Meta(description=both(column.heading))]


def type_of(column: Column) -> Any:
    """Return the type of a column's value for programs."""
    if column.type is not None:
        return column.type
    return Text if column.words is in_words else _TYPES[column.kind]


def page_of(listing: Listing) -> Operation:
    """Return what the interface of a list takes and answers."""
    page = Parameter(
        name="page", schema={"type": "integer", "minimum": 1}, message="kit.interface.page"
    )
    return _operation(listing, "page", listing.api, (*_filters(listing), page), _OF_PAGES)


def whole_of(listing: Listing) -> Operation:
    """Return what the file of a list for programs takes and holds."""
    path = f"{listing.file_address}.json"
    return _operation(listing, "file", path, _filters(listing), OF_FILES)


def _operation(
    listing: Listing,
    sort: str,
    path: str,
    query: tuple[Parameter, ...],
    refusals: tuple[Problem, ...],
) -> Operation:
    return Operation(
        id=f"{listing.name}_{sort}".replace("-", "_"),
        path=path,
        access=listing.access,
        message=f"kit.interface.{sort}_of",
        group=listing.title.partition(".")[0],
        words={"list": listing.title},
        answer=partial(_answer, listing, sort),
        query=query,
        parts=listing.shape if isinstance(listing.shape, tuple) else (),
        refusals=(*_REFUSALS, *refusals, *listing.refusals),
        enveloped=False,
    )


def _answer(listing: Listing, sort: str) -> type[msgspec.Struct]:
    numbers = ("total", "page", "pages") if sort == "page" else ("total",)
    fields: list[Any] = [("data", list[row_of(listing)]), *((key, int) for key in numbers)]  # type: ignore[misc]
    return msgspec.defstruct(_name(listing) + sort.title(), fields, kw_only=True)


def _name(listing: Listing) -> str:
    return "".join(part.title() for part in listing.name.split("-"))


def _filters(listing: Listing) -> tuple[Parameter, ...]:
    shown = (one for one in listing.filters if not listing.hides(one))
    return tuple(Parameter(name=one.name, schema=_schema(one), message=one.label) for one in shown)


def _schema(one: Filter) -> dict[str, Any]:
    if one.kind == "day":
        return {"anyOf": [{"type": "string", "format": "date"}, {"const": ""}]}
    if one.allowed:
        return {"type": "string", "enum": list(dict.fromkeys([*one.allowed, ""]))}
    return {"type": "string", "maxLength": one.longest, "pattern": _TEXT}
