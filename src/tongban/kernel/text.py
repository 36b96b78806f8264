"""Words of a definition in one or several languages."""

from collections.abc import Mapping

Text = str | dict[str, str]
"""What an instance writes where a person will read it: one string, or one for each language."""

CHINESE = "zh"
ENGLISH = "en"
LANGUAGES = (CHINESE, ENGLISH)


def say(text: str | Mapping[str, str] | None, language: str) -> str:
    """Return the words in the language asked for, else in Chinese, else in whatever there is."""
    if text is None:
        return ""
    if isinstance(text, str):
        return text
    return text.get(language) or text.get(CHINESE) or next(iter(text.values()), "")
