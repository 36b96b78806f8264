"""What a description says, in both languages at once: one document serves readers of either."""

from collections.abc import Mapping
from typing import Any

from tongban.kernel.text import LANGUAGES
from tongban.kit.i18n import catalogue, translate

_BETWEEN = " · "


def both(name: str, /, *, between: str = _BETWEEN, **words: Any) -> str:
    """Return a message in both languages: one description serves readers of either."""
    said = [translate(each, name, **_filled(words, each)) for each in LANGUAGES]
    return between.join(dict.fromkeys(said))


def _filled(words: Mapping[str, Any], language: str) -> dict[str, Any]:
    known = catalogue()
    return {
        key: translate(language, each) if each in known else each for key, each in words.items()
    }
