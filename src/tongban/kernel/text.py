"""Words of a definition in one or several languages."""

import re
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


def cited(title: Text, article: Text, language: str) -> str:
    """Return a law and its article as one writes them: 《就业促进法》第五十二条, or Employment Promotion
    Law, article 52. A law without an English title stands in Chinese, and in the marks of Chinese.
    """
    law = _bare(say(title, language))
    if language == CHINESE or _HAN.search(law):
        return f"《{law}》{say(article, CHINESE)}"
    return ", ".join(filter(None, (law, say(article, language))))


_HAN = re.compile(r"[\u3400-\u9fff]")
_IN_MARKS = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》")


def _bare(title: str) -> str:
    """Return the title of a law without marks around all of it; those inside it stay."""
    whole = _IN_MARKS.fullmatch(title)
    return whole[1] if whole else title


def say(text: str | Mapping[str, str] | None, language: str) -> str:
    """Return the words in the language asked for, else in Chinese, else in whatever there is."""
    if text is None:
        return ""
    if isinstance(text, str):
        return text
    return text.get(language) or text.get(CHINESE) or next(iter(text.values()), "")
