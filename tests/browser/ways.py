"""Which pages there are, by the app's own list, and which of them somebody can reach by links."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from tests.browser.quick import Hand

from tongban.app import pages, registry

_LINK = re.compile(r'<a [^>]*href="([^"]+)"')
_CLASS = re.compile(r'class="([^"]+)"')
_FORM = re.compile(r'<form [^>]*action="([^"]+)"')
_PARAMETER = re.compile(r"\{\w+:(\w+)\}")
_SEVERAL = 4
"""How many addresses of one kind somebody opens while looking for ways."""
_AGAIN = 3
"""How many addresses of a public kind all those open who come after the visitor."""


@dataclass(frozen=True)
class Route:
    """One kind of address: its pattern, and whether it answers with a page."""

    pattern: str
    page: bool
    public: bool
    expression: re.Pattern[str]


@cache
def routes() -> tuple[Route, ...]:
    """Return every address that a link can lead to; those with fewer open parts first."""
    handlers: list[Any] = [*pages.HANDLERS, *registry.web_handlers()]
    found = [
        Route(path, _is_page(handler), handler.opt["access"].kind == "public", _expression(path))
        for handler in handlers
        if "GET" in handler.http_methods
        for path in handler.paths
    ]
    return tuple(sorted(found, key=lambda route: (route.pattern.count("{"), -len(route.pattern))))


def _is_page(handler: Any) -> bool:
    return "Response[str]" in str(handler.fn.__annotations__["return"])


def _expression(path: str) -> re.Pattern[str]:
    parts = {"path": ".+", "int": r"\d+", "str": "[^/]+"}
    return re.compile(_PARAMETER.sub(lambda found: parts[found[1]], path))


def route_of(path: str) -> Route | None:
    """Return which kind of address a path is."""
    return next((route for route in routes() if route.expression.fullmatch(path)), None)


def page_routes() -> set[str]:
    """Return the patterns of all pages."""
    return {route.pattern for route in routes() if route.page}


@dataclass
class Shown:
    """What pages of each kind have shown so far: a page that shows nothing new is not opened."""

    seen: set[tuple[str, str]] = field(default_factory=set)
    public: Counter[str] = field(default_factory=Counter)
    """How often a public kind was opened by somebody who is signed in."""
    visited: bool = False
    """Whether a visitor has walked through."""
    refused: list[str] = field(default_factory=list)
    """Links that led somebody to a refusal."""

    def is_new(self, pattern: str, text: str) -> bool:
        """Whether a page has a part or a form that none of its kind had before."""
        main = text[text.index("<main") : text.index("</main>")]
        words = {word for classes in _CLASS.findall(main) for word in classes.split()}
        words = {word for word in words if word.startswith("tb-")}
        words |= {_shape(action) for action in _FORM.findall(main)} | {""}
        fresh = {(pattern, word) for word in words} - self.seen
        self.seen |= fresh
        return bool(fresh)


def _shape(action: str) -> str:
    """Return what a form does, whatever it does it to."""
    last = action.partition("?")[0].rpartition("/")[2]
    return "" if re.search(r"[\d.]", last) else f"form {last}"


@dataclass(frozen=True)
class Stop:
    """An address that somebody reached, and what kind it is."""

    path: str
    pattern: str


def reachable(hand: Hand, shown: Shown, starts: tuple[str, ...]) -> Iterator[Stop]:
    """Yield the pages that links lead to and that show something new, as that person sees them.

    Whoever needs to sign in first is not refused: the way leads to the page for that.
    """
    waiting, known = list(starts), set(starts)
    opened: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        kind = route_of(urlsplit(address).path)
        if kind is None or _enough(kind, opened, shown, address in starts):
            continue
        opened[kind.pattern] += 1
        answer = hand.get(address)
        if answer.status_code >= 400:
            shown.refused.append(f"{address}: {answer.status_code}")
        route = route_of(answer.url.path)
        if route is None or not route.page or "<main" not in answer.text:
            continue
        if shown.is_new(route.pattern, answer.text):
            yield Stop(address, route.pattern)
        for link in links(address, answer.text):
            if link not in known:
                known.add(link)
                waiting.append(link)


def _enough(kind: Route, opened: Counter[str], shown: Shown, asked: bool) -> bool:
    """Whether pages of this kind need no further look: the visitor has seen the public ones."""
    if asked:
        return False
    if kind.public and shown.visited:
        shown.public[kind.pattern] += 1
        return shown.public[kind.pattern] > _AGAIN
    return opened[kind.pattern] >= _SEVERAL


def links(address: str, text: str) -> Iterator[str]:
    """Yield the addresses of this site that a page links to; not those that change something."""
    for link in _LINK.findall(text):
        there = urlsplit(urljoin(address, unescape(link)))
        if not there.netloc and there.path.startswith("/") and not there.path.startswith("/lang"):
            yield there.path + (f"?{there.query}" if there.query else "")
