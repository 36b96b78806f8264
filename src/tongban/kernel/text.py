"""Words of a definition in one or several languages."""

from collections.abc import Iterable, Mapping

Text = str | dict[str, str]
"""What an instance writes where a person will read it: one string, or one for each language."""

CHINESE = "zh"
ENGLISH = "en"
LANGUAGES = (CHINESE, ENGLISH)


def order_of(name: str) -> str:
    """Return what sorts names as people look them up: Chinese ones by sound, others by letter.

    GB 2312 puts its 3,755 common characters in the order of their sound, and Latin letters first.
    """
    return name.casefold().encode("gb18030", "replace").hex()


def together(words: Iterable[str], language: str) -> str:
    """Return words one after another, with the mark that each language puts between them."""
    return ("、" if language == CHINESE else ", ").join(words)


def named_together(names: Iterable[Text]) -> Text:
    """Return what several things are called, one after another, in every language."""
    several = tuple(names)
    return {each: together([say(name, each) for name in several], each) for each in LANGUAGES}


def opened(sentence: str) -> str:
    """Return a sentence with the capital that it begins with; one that begins with no letter stays."""
    return sentence[:1].upper() + sentence[1:]


def say(text: str | Mapping[str, str] | None, language: str) -> str:
    """Return the words in the language asked for, else in Chinese, else in whatever there is."""
    if text is None:
        return ""
    if isinstance(text, str):
        return text
    return text.get(language) or text.get(CHINESE) or next(iter(text.values()), "")
