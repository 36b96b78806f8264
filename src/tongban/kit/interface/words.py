"""What a description says, in both languages at once: one document serves readers of either."""

from collections.abc import Mapping
from typing import Any

from tongban.kernel.text import LANGUAGES
from tongban.kit.i18n import catalogue, translate

BETWEEN = " · "
"""What stands between the languages."""


def both(name: str, /, *, between: str = BETWEEN, **words: Any) -> str:
    """Return a message in both languages: one description serves readers of either."""
    said = [said_in(each, name, **words) for each in LANGUAGES]
    return between.join(dict.fromkeys(said))


def said_in(language: str, name: str, /, **words: Any) -> str:
    """Return a message in one language; a word that is the name of a message is said."""
    return translate(language, name, **_filled(words, language))


def _filled(words: Mapping[str, Any], language: str) -> dict[str, Any]:
    known = catalogue()
    return {
        key: translate(language, each) if each in known else each for key, each in words.items()
    }
