"""From an address or a form to what a list is asked for, by one reader for each filter."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.written_dates import NotADate, read_date, read_iso_date
from tongban.kit.http import is_number, page_from
from tongban.kit.lists.declaration import Filter, Listing

_BESIDE = frozenset({"page", "lang"})
"""Parts of an address that are no filter."""


def values_from(
    listing: Listing, asked: Mapping[str, str], *, typed: bool = False
) -> dict[str, Any]:
    """Return what each filter of a page asks for. Refuses a value that there is not.

    A day is read as people write it. What is no date asks for nothing; the form shows it with what is
    wrong. What only
    a form may ask for is refused in an address.
    """
    if not typed:
        _refuse_hidden(listing, asked)
    return {one.name: _on_page(one, asked.get(one.name)) for one in listing.filters}


def values_of_program(listing: Listing, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what each filter asks for, for an answer in which nobody sees what was understood.

    Refuses a value that there is not, and a filter that the list does not have.
    """
    known = {one.name for one in listing.filters} | _BESIDE
    for name in asked:
        if name not in known:
            raise Refusal("kit.filter_unknown", Kind.INVALID, name=name[:40])
    _refuse_hidden(listing, asked)
    for one in listing.filters:
        _check(one, asked.get(one.name, ""))
    return {one.name: _read(one, asked.get(one.name)) for one in listing.filters}


def _check(one: Filter, text: str) -> None:
    """Refuse what people are forgiven: nobody sees what became of it, and it is described otherwise."""
    if len(text) > one.longest or (one.allowed and text not in ("", *one.allowed)):
        raise _no_such(one)
    if one.kind == "day" and text and not _IS_DAY.fullmatch(text):
        raise _no_such(one)


_IS_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def page_of_program(asked: Mapping[str, str]) -> int:
    """Return which page a program asks for. Refuses what is no number from 1: it would go unnoticed."""
    text = asked.get("page", "1")
    if not is_number(text) or not text.strip("0"):
        raise Refusal("kit.page_unknown", Kind.INVALID, page=text[:20])
    return page_from({"page": text})


def _refuse_hidden(listing: Listing, asked: Mapping[str, str]) -> None:
    for one in listing.filters:
        if listing.hides(one) and asked.get(one.name, "").strip():
            raise Refusal("kit.filter_private", Kind.INVALID, name=one.name)


def _on_page(one: Filter, text: str | None) -> Any:
    return day_typed(text or "")[0] if one.kind == "day" else _read(one, text)


def _read(one: Filter, text: str | None) -> Any:
    """Return the value of one filter: a date of a day, else a text. Refuses what there is not."""
    asked = (text or "").strip()[: one.longest] if text is not None else one.default
    if one.kind == "day":
        return _day(one, asked)
    if one.allowed and asked not in ("", *one.allowed):
        raise _no_such(one)
    if asked == "" and one.allowed and not one.whole:
        return one.default
    return asked


def _day(one: Filter, text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return read_iso_date(text)
    except ValueError:
        raise _no_such(one) from None


def day_typed(text: str) -> tuple[dt.date | None, str]:
    """Return the day that somebody wrote into a filter, or else the code of why it is none."""
    if not text.strip():
        return None, ""
    try:
        return read_date(text), ""
    except NotADate as error:
        return None, error.code


def _no_such(one: Filter) -> Refusal:
    return Refusal("kit.filter_value_unknown", Kind.INVALID, name=one.name)


def kept(listing: Listing, values: Mapping[str, Any], *, typed: bool = False) -> dict[str, str]:
    """Return what of the filters stands in an address: never what was sent as a form to be private."""
    found = {}
    for one in listing.filters:
        value = values.get(one.name)
        if one.is_default(value) or (typed and listing.private and one.kind == "search"):
            continue
        found[one.name] = value.isoformat() if isinstance(value, dt.date) else str(value)
    return found
