"""A circle of things that each come before, or above, the next: how it is told."""

from collections.abc import Sequence

from tongban.kernel.text import LANGUAGES, Text, say

MOST_NAMED = 8
"""Things of a circle that are named; of a longer one the middle is left out."""


def way_round(names: Sequence[Text]) -> dict[str, str]:
    """Return ``A → B → A`` in each language: ``names`` goes once round and ends where it began."""
    named: Sequence[Text] = names
    if len(names) > MOST_NAMED:
        named = [*names[: MOST_NAMED - 2], "…", names[-2], names[-1]]
    return {language: " → ".join(say(one, language) for one in named) for language in LANGUAGES}
