"""A list on its page: the filter, a page of rows, how many there are, and the ways to take it away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from litestar import Request

from tongban.kernel.paging import page_count
from tongban.kit.db import Reader
from tongban.kit.http import actor_of, language_of, page_from
from tongban.kit.i18n import field_sentence
from tongban.kit.lists.declaration import Asking, Column, Filter, Found, Listing, Place
from tongban.kit.lists.files import Form, known_to
from tongban.kit.lists.reading import day_typed, kept, values_from


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What a template shows of a list: see ``list_filter``, ``list_head``, ``list_table`` and
    ``list_pages`` in ``kit/macros.html``."""

    listing: Listing
    asking: Asking
    rows: Sequence[Any]
    total: int
    page: int
    pages: int
    behind: bool
    """Whether a page behind the last was asked for: the last is shown."""
    more: Any
    fields: Sequence[Mapping[str, Any]]
    """The filters as ``filter_form`` shows them."""
    kept: Mapping[str, str]
    """What of the filters stands in an address."""

    @property
    def narrowed(self) -> bool:
        """Whether a filter asks for less than everything."""
        values = self.asking.values
        return any(not one.is_default(values.get(one.name)) for one in self.listing.filters)

    @property
    def values(self) -> Mapping[str, Any]:
        """What each filter asks for."""
        return self.asking.values

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the page."""
        return self.listing.on_page

    @property
    def exports(self) -> Mapping[str, str]:
        """Where the list as shown is taken away, by form; nowhere where words were sent as a form."""
        if not self.total or (self.asking.typed and self._sought):
            return {}
        return {form.value: self.listing.file_address + f".{form}" + self._query for form in Form}

    @property
    def _sought(self) -> bool:
        return any(
            self.values.get(one.name) for one in self.listing.filters if one.kind == "search"
        )

    @property
    def _query(self) -> str:
        return f"?{urlencode(self.kept)}" if self.kept else ""

    def page_address(self, number: int | str) -> str:
        """Return where another page is."""
        start = self._query + ("&" if self.kept else "?")
        return f"{self.listing.address}{start}page={number}"

    def shown(self, column: Column, row: Any) -> Any:
        """Return what a cell shows, still as a value of its kind or as words."""
        return column.shown(row, self.asking)


def asking_of(request: Request[Any, Any, Any], reader: Reader, values: Mapping[str, Any]) -> Asking:
    """Return who asks for a list, and how it is narrowed."""
    return Asking(
        actor=actor_of(request),
        language=language_of(request),
        zone=reader.port(Place).zone(reader),
        values=values,
    )


def look(
    request: Request[Any, Any, Any],
    reader: Reader,
    listing: Listing,
    typed: Mapping[str, str] | None = None,
) -> Listed:
    """Return a page of a list as the address asks for it, or as it was ``typed`` into its form."""
    asked = request.query_params if typed is None else typed
    values = values_from(listing, asked, typed=typed is not None)
    asking = replace(asking_of(request, reader, values), typed=typed is not None)
    asking = known_to(reader, listing, asking)
    whole = typed is not None and any(
        values.get(one.name) for one in listing.filters if one.kind == "search"
    )
    size = None if whole else listing.size  # the pages of a search by form have no address
    wanted = page_from(asked)
    found, number = some(reader, listing, asking, wanted, size)
    asking = replace(asking, found=found)
    fields = [_field(reader, one, asking, asked.get(one.name, "")) for one in listing.filters]
    return Listed(
        listing=listing,
        asking=asking,
        rows=found.rows,
        total=found.total,
        page=number,
        pages=page_count(found.total, size),
        behind=number < wanted,
        more=found.more,
        fields=[field for field in fields if field.get("options") != []],
        kept=kept(listing, values, typed=typed is not None),
    )


def some(
    reader: Reader, listing: Listing, asking: Asking, number: int, size: int | None
) -> tuple[Found, int]:
    """Return a page and its number; behind the last there is the last."""
    found = listing.source.page(reader, asking, number, size)
    last = page_count(found.total, size)
    if number <= last:
        return found, number
    return listing.source.page(reader, asking, last, size), last


def _field(reader: Reader, one: Filter, asking: Asking, typed: str) -> dict[str, Any]:
    value = asking.values.get(one.name)
    shown: dict[str, Any] = {
        "kind": one.kind,
        "name": one.name,
        "label": asking.t(one.label) if one.label else "",
        "value": "" if value is None else str(value),
    }
    if one.kind == "day" and (fault := day_typed(typed)[1]):
        why = field_sentence(fault, asking.language)
        shown |= {"value": typed[:40], "error": asking.t("kit.list.no_day", why=why)}
    if one.choices is not None:
        first = [{"value": "", "text": asking.t(one.whole)}] if one.whole else []
        found = [{"value": code, "text": text} for code, text in one.choices(reader, asking)]
        shown["options"] = first + found if found else []
    return shown
