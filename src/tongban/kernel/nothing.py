"""Words that people and programs write where there is no value."""

NOTHING = frozenset(
    {
        "",
        "无",
        "-",
        "--",
        "—",
        "——",
        "－",
        "–",
        "/",
        "\\",
        "暂无",
        "未提供",
        "空",
        "(空)",
        "（空）",
        "null",
        "(null)",
        "<null>",
        "[null]",
        "\\n",
        "none",
        "nil",
        "n/a",
        "nan",
        "undefined",
        "(blank)",
    }
)
"""Compared without case and blanks around them."""


def says_nothing(said: str) -> bool:
    """Whether a text is empty, or only a word for there being nothing: 无, -, NULL, \\N."""
    return said.strip().casefold() in NOTHING
