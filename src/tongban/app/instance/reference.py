"""The reference page of checks, made from what stands beside each check."""

import re
from collections.abc import Iterator
from itertools import groupby

from tongban.app.instance.parts import ALL_RULES
from tongban.kernel.text import ENGLISH, say
from tongban.kit.definitions.finding import Rule

_NO_SNIPPET = "Shown by a file as a whole: how large it is, what it links to, whether it is there."
_SURROGATE = re.compile("[\udc80-\udcff]")


def checks_page() -> str:
    """Return every rule that ``tongban check`` knows, with a snippet that breaks it."""
    lines = [
        "# Checks",
        "",
        (
            f"`tongban check DIR` knows {len(ALL_RULES)} rules. Each has a code, a severity, a sentence "
            "in both languages, and a snippet that breaks it. An error keeps an instance from being "
            "applied; a warning says what will go less well; a hint is only an idea."
        ),
        "",
    ]
    for module, rules in groupby(ALL_RULES, key=lambda rule: rule.code.partition(".")[0]):
        lines += [f"## {module}", ""]
        for rule in rules:
            lines += _rule(rule)
    return "\n".join(lines)


def _rule(rule: Rule) -> Iterator[str]:
    yield f"### `{rule.code}`"
    yield ""
    yield f"{rule.severity.value}"
    yield ""
    yield f"- {rule.zh}"
    yield f"- {rule.en}"
    why = say(rule.why, ENGLISH)
    if why:
        yield f"- Why: {why}"
    yield ""
    if rule.fails:
        yield "```yaml"
        yield _SURROGATE.sub(_as_byte, _difference(rule)).rstrip()
        yield "```"
    else:
        yield _NO_SNIPPET
    yield ""


def _as_byte(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]) - 0xDC00:02x}"


_CONTEXT = 2


def _difference(rule: Rule) -> str:
    """Return the lines of the failing snippet that the passing one does not have, with their file.

    What two snippets share, such as the departments that a service refers to, is left out.
    """
    passing = set(rule.passes.split("\n"))
    lines = rule.fails.split("\n")
    changed = [n for n, line in enumerate(lines) if line not in passing and line]
    if len(lines) <= 12 or not changed:
        changed = changed if len(lines) > 12 else list(range(len(lines)))
    if not changed:
        return _removed(rule)
    shown = sorted(
        {
            near
            for n in changed
            for near in range(max(0, n - _CONTEXT), min(len(lines), n + _CONTEXT + 1))
        }
    )
    return "\n".join(_with_files(lines, shown))


def _removed(rule: Rule) -> str:
    """Return the lines that the passing snippet has and the failing one lacks, as comments."""
    failing = set(rule.fails.split("\n"))
    gone = [line for line in rule.passes.split("\n") if line not in failing]
    return "\n".join(["# without:", *(f"# {line}" for line in gone)])


def _with_files(lines: list[str], shown: list[int]) -> Iterator[str]:
    file = ""
    before = -1
    for number in shown:
        here = next(
            (lines[n] for n in range(number, -1, -1) if lines[n].startswith("# file: ")), ""
        )
        if here != file and lines[number] != here:
            yield here
        elif before >= 0 and number != before + 1 and lines[number] != here:
            yield "# …"
        file, before = here, number
        yield lines[number]
