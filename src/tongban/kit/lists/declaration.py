"""What a list is, said once: columns, filters, order, page, access, names."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Refusal
from tongban.kernel.paging import skipped
from tongban.kernel.realms import Realm
from tongban.kernel.text import say
from tongban.kit.db import Reader
from tongban.kit.http import Access
from tongban.kit.i18n import Translate, translator


class Kind(StrEnum):
    """What a column holds, and so how each form of the list writes it."""

    TEXT = "text"
    IDENTIFIER = "identifier"
    """A code or number that names something: it is never counted with, shortened or rounded."""
    NUMBER = "number"
    MONEY = "money"
    """Whole fen; people and spreadsheets see yuan."""
    DAY = "day"
    INSTANT = "instant"
    """A moment in UTC; people and spreadsheets see the clocks of the government."""


class Place(Protocol):
    """Says where a list was made: given by the app."""

    def zone(self, reader: Reader) -> ZoneInfo:
        """Return the time zone in which people here read instants."""
        ...

    def government(self, reader: Reader, language: str) -> str:
        """Return what the government is called."""
        ...

    def realm(self, reader: Reader) -> Realm:
        """Return what it is run for: files of a trial say so in their name."""
        ...


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who asks for a list, how it is narrowed, and what the list looked up once for all its rows."""

    actor: Actor
    language: str
    zone: ZoneInfo
    values: Mapping[str, Any] = field(default_factory=dict)
    """What each filter asks for, as its reader understood it."""
    typed: bool = False
    """Whether it was sent as a form, so that no address holds the words looked for."""
    known: Any = None
    found: "Found | None" = None
    """The page of rows that is shown, for choices that depend on it; None for a file."""

    @cached_property
    def t(self) -> Translate:
        """The words of the reader's language."""
        return translator(self.language)

    def say(self, text: Any) -> str:
        """Return a text of a definition in the reader's language."""
        return say(text, self.language)

    def knowing(self, known: Any) -> "Asking":
        """Return the same with what was looked up."""
        return replace(self, known=known)


Words = Callable[[Any, Asking], Any]


@dataclass(frozen=True)
class Column:
    """One column: what a row has in it, and in which words people read that.

    ``of`` gives the value for programs, or names the row's attribute that is it; without it that is
    called ``key``. ``words`` turns the value, and ``shows`` the row, into what people read: on the
    page, in a workbook and in CSV.
    """

    key: str
    heading: str
    """Name of the message that stands above it."""
    kind: Kind = Kind.TEXT
    of: Words | str | None = field(default=None, kw_only=True)
    words: Words | None = field(default=None, kw_only=True)
    shows: Words | None = field(default=None, kw_only=True)
    on_page: bool = field(default=True, kw_only=True)
    in_file: bool = field(default=True, kw_only=True)
    """Whether workbook and CSV have it; where not, it is only for the page."""
    short: str = field(default="", kw_only=True)
    """Name of the message that stands above it on the page, where that is another one."""
    numeric: bool = field(default=False, kw_only=True)
    """Whether the page sets it to the right, as numbers are, although it is words."""
    type: Any = field(default=None, kw_only=True)
    """The type of its value, for programs; as usual for its kind where it is not said."""
    width: int = field(default=0, kw_only=True)
    """Characters wide in a workbook; nought: as usual for its kind."""

    def value(self, row: Any, asking: Asking) -> Any:
        """Return what a program is given."""
        if callable(self.of):
            return self.of(row, asking)
        return attrgetter(self.of or self.key)(row)

    def shown(self, row: Any, asking: Asking) -> Any:
        """Return what people are shown, still as a value of its kind or as words."""
        if self.shows is not None:
            return self.shows(row, asking)
        value = self.value(row, asking)
        return value if self.words is None or value is None else self.words(value, asking)


def coded(group: str) -> Words:
    """Return what says a code with the message ``group.code``; nothing for an empty code."""
    return lambda code, asking: asking.t(f"{group}.{code}") if code else ""


def in_words(text: Any, asking: Asking) -> str:
    """Say a text of a definition in the reader's language."""
    return asking.say(text)


Choice = tuple[str, str]
"""A value that can be chosen, and what it is called."""
Choices = Callable[[Reader, Asking], Iterable[Choice]]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One way to narrow a list; made by :func:`search`, :func:`choice`, :func:`order`, :func:`day`."""

    name: str
    label: str
    """Name of the message beside it; empty where no form shows it."""
    kind: str
    """``search``, ``select``, ``day`` or ``hidden``: how a form shows it."""
    default: str = ""
    allowed: tuple[str, ...] = ()
    """The only values there are; empty where others may come and go."""
    choices: Choices | None = None
    whole: str = ""
    """Name of the message of the first choice, which asks for everything."""
    longest: int = 200
    in_address: bool = False
    """Whether a private list takes it from an address too, where it finds less: only what names
    nobody, such as a case number."""

    def is_default(self, value: Any) -> bool:
        """Whether it narrows nothing."""
        return value is None or value == self.default


def search(name: str, label: str, *, longest: int = 100, in_address: bool = False) -> Filter:
    """Words to look for."""
    return Filter(name=name, label=label, kind="search", longest=longest, in_address=in_address)


def choice(
    name: str,
    label: str,
    choices: Choices | None = None,
    *,
    allowed: Iterable[str] = (),
    group: str = "",
    whole: str = "kit.list.any",
    default: str = "",
) -> Filter:
    """One of several values: the ``allowed`` ones, said by ``group``, or what ``choices`` finds."""
    values = tuple(allowed)
    named = choices or _named(values, group)
    return Filter(name=name, label=label, kind="select", allowed=values, choices=named, whole=whole,
                  default=default)  # fmt: skip


def order(name: str, label: str, values: Iterable[str], group: str) -> Filter:
    """In which order; the first is the usual one. An empty value is said by ``group.usual``."""
    given = tuple(values)
    return Filter(name=name, label=label, kind="select", allowed=given, choices=_named(given, group),
                  default=given[0])  # fmt: skip


def day(name: str, label: str) -> Filter:
    """A local date."""
    return Filter(name=name, label=label, kind="day")


def hidden(name: str, *, allowed: Iterable[str] = (), group: str = "") -> Filter:
    """A value that a link or a program brings along and no form offers; of ``allowed`` ones if given."""
    values = tuple(allowed)
    return Filter(name=name, label="", kind="hidden", allowed=values, whole="kit.list.any",
                  choices=_named(values, group) if values else None)  # fmt: skip


def _named(values: Sequence[str], group: str) -> Choices:
    return lambda _, asking: [(value, asking.t(f"{group}.{value or 'usual'}")) for value in values]


@dataclass(frozen=True)
class Found:
    """A page of rows, and how many there are in all; ``more`` is what else the page shows."""

    rows: Sequence[Any]
    total: int
    more: Any = None


class Source(Protocol):
    """Where the rows come from."""

    def page(self, reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
        """Return a page; all rows on one where there is no ``size``."""
        ...

    def every(self, reader: Reader, asking: Asking) -> Iterator[Sequence[Any]]:
        """Return all rows in pieces, never more of them in memory than a piece or two."""
        ...


@dataclass(frozen=True)
class Paged:
    """Rows that the database pages and streams."""

    page: Callable[[Reader, Asking, int, int | None], Found]
    every: Callable[[Reader, Asking], Iterator[Sequence[Any]]]


_WINDOW = 1000


@dataclass(frozen=True)
class Windows:
    """Rows that are paged and of which there are thousands at most: a file takes page after page.

    All pages are of one view, so that no row moves from one to the next meanwhile.
    """

    page: Callable[[Reader, Asking, int, int | None], Found]

    def every(self, reader: Reader, asking: Asking) -> Iterator[Sequence[Any]]:
        """Return the rows a window at a time."""
        number = 0
        while True:
            number += 1
            found = self.page(reader, asking, number, _WINDOW)
            yield found.rows
            if number * _WINDOW >= found.total:
                return


@dataclass(frozen=True)
class Held:
    """Rows that definitions or a few records give at once: they are in memory anyhow."""

    find: Callable[[Reader, Asking], Sequence[Any]]

    def page(self, reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
        """Return a page of them."""
        rows = self.find(reader, asking)
        start = skipped(number, size)
        return Found(rows[start : None if size is None else start + size], len(rows))

    def every(self, reader: Reader, asking: Asking) -> Iterator[Sequence[Any]]:
        """Return them in one piece."""
        yield self.find(reader, asking)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A list, declared once: page, workbook, CSV, JSON and interface come from it."""

    name: str
    """What files are called where only ASCII will do, and how the list is found again."""
    title: str
    """Name of the message that is its title."""
    address: str
    """Where its page is."""
    api: str
    """Where programs ask for a page of it."""
    access: Access
    columns: tuple[Column, ...]
    source: Source
    filters: tuple[Filter, ...] = ()
    known: Callable[[Reader, Asking], Any] | None = None
    """What is looked up once for all rows of a view: names, mostly."""
    thing: Callable[[Any, Asking], Mapping[str, Any]] | None = None
    """What a program is given of a row; without it every column by its key."""
    shape: Any = None
    """The type of what ``thing`` gives; several where rows are of several kinds."""
    refusals: tuple[Callable[..., Refusal], ...] = ()
    """Why its ``source`` may say no."""
    size: int | None = 25
    """Rows on a page; None: all on one."""
    files: str = ""
    """Where its files are, without their ending; ``address`` + ``/export`` where it is not said."""
    lead: str = ""
    """Key of the column that stands first on the page and heads each row; else the first does."""
    private: bool = False
    """Whether its search is sent as a form: it looks through what is personal."""

    def hides(self, one: Filter) -> bool:
        """Whether a filter is only taken from a form: an address must not hold what it asks for."""
        return self.private and one.kind == "search" and not one.in_address

    @property
    def file_address(self) -> str:
        """Where its files are, without their ending."""
        return self.files or f"{self.address}/export"

    @property
    def in_file(self) -> tuple[Column, ...]:
        """The columns of a file."""
        return tuple(column for column in self.columns if column.in_file)

    @property
    def on_page(self) -> tuple[Column, ...]:
        """The columns of the page, the one that leads first."""
        shown = (column for column in self.columns if column.on_page)
        return tuple(sorted(shown, key=lambda column: column.key != self.lead))

    def object_of(self, row: Any, asking: Asking) -> Mapping[str, Any]:
        """Return what a program is given of a row."""
        if self.thing is not None:
            return self.thing(row, asking)
        return {column.key: column.value(row, asking) for column in self.columns}
