"""Chinese inside an English page says so: a name that has no English is read in its own language.

What people, places and departments are called comes as data and often only in Chinese. A screen reader
pronounces it, and a browser chooses its letters, by the nearest ``lang`` (WCAG 2.2, 3.1.2).
"""

import re

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_BETWEEN = r"\u3001-\u301f\uff01-\uff5e·—…“”‘’0-9:.–/-"
_RUN = re.compile(
    rf"[{_HAN}\u3008-\u3011\uff08](?:[{_HAN}{_BETWEEN}]*[{_HAN}\u3001-\u301f\uff01-\uff5e])?"
)
_ANY = re.compile(f"[{_HAN}]")
_TOKEN = re.compile(r"<[^<>]*>|[^<]+|<")
_NAME = re.compile(r"</?([a-zA-Z0-9]+)")
_PLAIN = frozenset({"script", "style", "title"})
"""Elements in which nothing can be marked."""
_WHOLE = frozenset({"option", "textarea"})
"""Elements that hold nothing but text: they are marked themselves."""
_LANG = ' lang="zh-Hans"'


def with_chinese_marked(page: str) -> str:
    """Return an English page in which all Chinese words have their language beside them."""
    if not _ANY.search(page):
        return page
    tokens: list[str] = _TOKEN.findall(page)
    made: list[str] = []
    inside, depth = "", 0
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        if not token.startswith("<"):
            made.append(token if inside else _RUN.sub(_marked, token))
            continue
        name = _name(token)
        if inside:
            made.append(token)
            depth += _step(token) if name == inside else 0
            inside = inside if depth else ""
            continue
        made.append(_tag(token, name, following))
        if _opens(token, name):
            inside, depth = name, 1
    return "".join(made)


def _marked(found: re.Match[str]) -> str:
    words = found[0]
    return f"<span{_LANG}>{words}</span>" if _ANY.search(words) else words


def _name(tag: str) -> str:
    found = _NAME.match(tag)
    return found[1].lower() if found else ""


def _step(tag: str) -> int:
    return -1 if tag.startswith("</") else 1


def _opens(tag: str, name: str) -> bool:
    """Whether everything up to the end of this element is left as it is."""
    if tag.startswith("</") or name in ("", "html"):
        return False
    return name in _PLAIN or name in _WHOLE or " lang=" in tag


def _tag(tag: str, name: str, following: str) -> str:
    """Mark an element that holds Chinese where no element can stand: a choice, a typed value."""
    if tag.startswith("</") or " lang=" in tag:
        return tag
    typed = name == "input" and _ANY.search(tag) is not None
    if typed or (name in _WHOLE and _ANY.search(following)):
        return f"<{name}{_LANG}{tag[len(name) + 1 :]}"
    return tag
