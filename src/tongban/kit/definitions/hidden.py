"""Characters that nobody sees in the text of a definition: a reviewer would read something else.

A right-to-left override in a rule, even in a comment, makes it look like another rule (the kind of
CVE-2021-42574); a zero-width space makes two names of what looks like one.
"""

from collections.abc import Callable, Iterator

from tongban.kernel.characters import Hidden, hidden_in, named
from tongban.kit.definitions import reading_rules as rules

MOST = 50
"""Findings of one file; what is beyond shows when these are mended."""


def report_hidden(text: str, report: Callable[..., None]) -> None:
    """Report the first hidden character of each line of a file, whatever stands there."""
    found = hidden_in(text, several_lines=True)
    for line, column, hidden in list(_first_of_lines(text, found))[:MOST]:
        report(rules.HIDDEN_CHARACTER, line, column, character=named(hidden.character))


def _first_of_lines(text: str, found: tuple[Hidden, ...]) -> Iterator[tuple[int, int, Hidden]]:
    line, start, last = 1, 0, 0
    for hidden in found:
        before = text.count("\n", start, hidden.position)
        if before:
            line, start = line + before, text.rfind("\n", start, hidden.position) + 1
        if line != last:
            last = line
            yield line, hidden.position - start + 1, hidden
