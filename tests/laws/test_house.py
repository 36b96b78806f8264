"""Who may import what, where import-linter's contracts are silent: DESIGN 5, read off the sources."""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"

FACES = {"actions", "queries", "definition", "model", "events", "errors"}
"""The rooms of a lower module that a higher one may enter."""

PRIVATE = ("store", "rules")
"""The rooms of a module that nobody else enters, ``app`` included."""

PURE = {
    *("abc", "bisect", "collections", "dataclasses", "datetime", "decimal", "difflib", "enum"),
    *("fractions", "functools", "heapq", "itertools", "math", "numbers", "operator"),
    *("re", "string", "types", "typing", "unicodedata", "uuid", "zoneinfo"),
}
"""What the kernel may take from the standard library: nothing that reads, writes, waits or connects."""

IMPURE = {"open", "input", "print", "exec", "eval", "compile", "__import__", "breakpoint"}
CLOCK = {"now", "utcnow", "today", "uuid1", "uuid4"}
"""Ways to ask the time, or chance, that the pure modules above would still allow."""

NAMELESS = {
    *("util", "utils", "helper", "helpers", "common", "misc", "shared", "api", "service"),
    *("manager", "managers"),
}
"""Names that say nothing of what is in a file, so that everything ends up there."""

NOUNS = {"tongban/modules/services/model/service.py"}
"""The one file whose noun is one of those words: a service (政务服务事项) is what it holds."""

Sources = Mapping[str, str]
"""Path below ``src``, such as ``tongban/kernel/money.py``, and text."""


@pytest.fixture(scope="module")
def sources() -> Sources:
    return {
        path.relative_to(SOURCE).as_posix(): path.read_text("utf-8")
        for path in sorted(SOURCE.rglob("*.py"))
    }


def _imports(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything a file imports, also inside functions."""
    package = path.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def _module_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[2] if parts[:2] == ["tongban", "modules"] and len(parts) > 2 else None


def _intruders(sources: Sources) -> list[str]:
    """Imports by a module of a room of another module that is not one of its faces."""
    found = []
    for path, text in sources.items():
        mine = _module_of(path.removesuffix(".py").replace("/", "."))
        for line, name in _imports(path, text) if mine else ():
            theirs = _module_of(name)
            room = "".join(name.split(".")[3:4])
            if theirs not in (None, mine) and room not in FACES:
                found.append(f"{path}:{line} {name}")
    return found


def _unprotected(sources: Sources, contracts: list[dict[str, object]]) -> set[str]:
    """Stores and rules that exist and are not kept to their own module, and the other way round."""
    existing = set()
    for path in sources:
        parts = path.removesuffix(".py").split("/")
        if parts[:2] == ["tongban", "modules"] and len(parts) > 3 and parts[3] in PRIVATE:
            existing.add(".".join(parts[:4]))
    kept = set()
    for one in contracts:
        rooms, importers = one.get("protected_modules"), one.get("allowed_importers")
        if one["type"] == "protected" and isinstance(rooms, list):
            kept |= {room for room in rooms if [room.rpartition(".")[0]] == importers}
    return existing ^ kept


def _impurities(sources: Sources) -> list[str]:
    """What the kernel imports or calls although it reads, writes, connects or asks the time."""
    found = []
    for path, text in sources.items():
        if not path.startswith("tongban/kernel/"):
            continue
        for line, name in _imports(path, text):
            if not name.startswith("tongban.kernel") and name.split(".")[0] not in PURE:
                found.append(f"{path}:{line} {name}")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and _asks_the_world(node.func):
                found.append(f"{path}:{node.lineno} {ast.unparse(node.func)}()")
    return found


def _asks_the_world(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        return called.attr in CLOCK
    return isinstance(called, ast.Name) and called.id in IMPURE


def _nameless(sources: Sources) -> list[str]:
    """Files and folders whose name is no noun of this product."""
    return [
        path
        for path in sources
        if path not in NOUNS and NAMELESS & set(path.removesuffix(".py").split("/"))
    ]


def _contracts() -> list[dict[str, object]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found: list[dict[str, object]] = settings["tool"]["importlinter"]["contracts"]
    return found


def test_a_module_enters_another_only_by_its_faces(sources: Sources) -> None:
    assert _intruders(sources) == []


def test_every_store_and_every_rules_room_is_kept_to_its_own_module(sources: Sources) -> None:
    assert _unprotected(sources, _contracts()) == set()


def test_the_kernel_neither_reads_nor_writes_nor_asks_the_time(sources: Sources) -> None:
    assert _impurities(sources) == []


def test_no_file_has_a_name_that_says_nothing(sources: Sources) -> None:
    assert _nameless(sources) == []


ACTIONS = "tongban/modules/services/actions/log.py"


@pytest.mark.parametrize(
    "line",
    [
        "from tongban.modules.catalog import pages",
        "from tongban.modules.catalog.pages import own",
        "import tongban.modules.catalog.pages",
        "from tongban.modules import catalog",
        "from tongban.modules.catalog import *",
        "from ...catalog import pages",
        "def f():\n    from tongban.modules.ledger.formats import entry",
    ],
)
def test_whoever_enters_by_another_room_is_found(line: str) -> None:
    assert len(_intruders({ACTIONS: line})) == 1


@pytest.mark.parametrize(
    "line",
    [
        "from tongban.modules.catalog import errors, queries",
        "from tongban.modules.ledger.model import Opening",
        "from tongban.modules.services import rules",
        "from .log import line",
        "from tongban.kit import shelf",
    ],
)
def test_whoever_enters_by_a_face_or_stays_at_home_is_not(line: str) -> None:
    assert _intruders({ACTIONS: line}) == []


def test_a_new_store_or_one_open_to_others_is_found(sources: Sources) -> None:
    new = {**sources, "tongban/modules/government/store.py": ""}
    assert _unprotected(new, _contracts()) == {"tongban.modules.government.store"}
    wide = [
        {**one, "allowed_importers": ["tongban"]} if "ledger" in str(one["name"]) else one
        for one in _contracts()
    ]
    assert _unprotected(sources, wide) == {
        "tongban.modules.ledger.rules",
        "tongban.modules.ledger.store",
    }


@pytest.mark.parametrize(
    "line",
    [
        "import requests, dataclasses",
        "import subprocess",
        "from pathlib import Path",
        "from tongban.kit import shelf",
        "open('x')",
        "dt.date.today()",
        "datetime.now(UTC)",
    ],
)
def test_a_kernel_that_reaches_outside_is_found(line: str) -> None:
    assert len(_impurities({"tongban/kernel/money.py": line})) == 1
    assert _impurities({"tongban/app/web.py": line}) == []


@pytest.mark.parametrize(
    "path",
    [
        "tongban/kit/utils.py",
        "tongban/app/common/money.py",
        "tongban/modules/catalog/service.py",
        "tongban/modules/catalog/api/__init__.py",
    ],
)
def test_a_name_that_says_nothing_is_found(path: str) -> None:
    assert _nameless({path: ""}) == [path]
