"""The message catalogue: what a person reads, in both languages, beside the code that says it.

Each module, ``kit``, ``kernel`` and ``app`` may have a ``messages.toml``. A message is named
``module.group.key`` and is a table with one text for each language; ``{name}`` is filled in, and
``{count:paper|papers}`` with the number and its noun: "1 paper", "3 papers".
"""

import errno
import functools
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import Any

from tongban.kernel.errors import Refusal, Wrong
from tongban.kernel.text import CHINESE, LANGUAGES, Text, say

Translate = Callable[..., str]


@functools.cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return every message by name."""
    found: dict[str, Mapping[str, str]] = {}
    root = resources.files("tongban")
    places = [(name, root / name) for name in ("kernel", "kit", "app")]
    places += [(m.name, m) for m in sorted((root / "modules").iterdir(), key=lambda m: m.name)]
    for name, place in places:
        file = place / "messages.toml"
        if file.is_file():
            tree = tomllib.loads(file.read_text("utf-8"))
            found.update(_flatten(name, tree))
    return found


def _flatten(prefix: str, tree: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    if tree and all(isinstance(value, str) for value in tree.values()):
        yield prefix, dict(tree)
        return
    for key, value in tree.items():
        yield from _flatten(f"{prefix}.{key}", value)


_COMMAND = re.compile(r"(?<![\w./-])tongban(?= [a-z])")


@functools.cache
def program() -> str:
    """Return how the command is typed where it runs: its name, or its path where no name finds it.

    The terminal never tells anybody to run what their shell would not find.
    """
    called = Path(sys.argv[0])
    if called.name != "tongban" or not called.exists() or "{" in str(called):
        return "tongban"
    found = shutil.which("tongban")
    if found is not None and Path(found).resolve() == called.resolve():
        return "tongban"
    return shlex.quote(str(called))


def as_typed(text: str) -> str:
    """Return a text with every command of this program as it is typed here: for the terminal alone."""
    if "tongban " not in text or program() == "tongban":
        return text
    return _COMMAND.sub(lambda _: program(), text)


class _Gaps(dict[str, Any]):
    """A missing datum shows as its name, never as a traceback."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class _Counting(Formatter):
    """Writes a number together with the noun that it counts."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if not bar:
            return format(value, format_spec)
        return f"{value} {one if str(value) == '1' else many}"


_COUNTING = _Counting()


def translate(language: str, name: str, /, **data: Any) -> str:
    """Return the message in a language; an unknown name is a bug and shows as itself.

    Data that have words of their own in several languages are said in this one.
    """
    texts = catalogue().get(name)
    if texts is None:
        return name
    text = texts.get(language) or texts.get(CHINESE) or name
    if "{" not in text:
        return text
    said = _Gaps(
        {
            name: say(value, language) if isinstance(value, Mapping) else value
            for name, value in data.items()
        }
    )
    return _COUNTING.vformat(text, (), said) if "|" in text else text.format_map(said)


def translator(language: str) -> Translate:
    """Return ``t(name, **data)`` for one language."""
    return functools.partial(translate, language)


def sentence(refusal: Refusal, language: str) -> str:
    """Return what a refusal says: what happened, and what to do next."""
    module, _, fact = refusal.code.partition(".")
    return translate(language, f"{module}.refusal.{fact}", **refusal.data)


def field_sentence(code: str, language: str, /, **data: Any) -> str:
    """Return what is wrong with a field, by the code a refusal gave for it."""
    module, _, fact = code.partition(".")
    more = code.data if isinstance(code, Wrong) else {}
    return translate(language, f"{module}.refusal.{fact}", **{**data, **more})


def problem_of(error: OSError) -> Text:
    """Return what the system refused something for, in both languages where we know it."""
    known = catalogue().get(f"kit.system.{errno.errorcode.get(error.errno or 0, '')}")
    return dict(known) if known else error.strerror or type(error).__name__


def best_language(wanted: str | None, accepted: str, offered: Sequence[str] = LANGUAGES) -> str:
    """Choose among the languages offered: a wish that is one of them, else what the browser prefers.

    Where it prefers none of them it is Chinese, or the first of those offered.
    """
    if wanted in offered:
        return str(wanted)
    for choice in accepted.lower().split(","):
        tag = choice.split(";")[0].strip()[:2]
        if tag in offered:
            return tag
    return CHINESE if CHINESE in offered else offered[0]
